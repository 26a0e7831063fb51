// Vectors as signed bytes with one scale each: v ≈ scale·q, |v − scale·q| ≤ scale/2, a quarter of f32's memory. Rows are padded
// with zeros to whole 16s, as the kernel reads them. Does not know the GPU.

/** Numbers that a row of bytes takes, and the query with it. */
export const paddedDimensions = (dimensions: number): number => Math.ceil(dimensions / 16) * 16;

export interface Int8Rows {
  readonly numbers: Int8Array<ArrayBuffer>; // (N, paddedDimensions)
  readonly scales: Float32Array<ArrayBuffer>; // (N): the largest |v| of the row / 127
}

/** Rows (N, D) of f32, row-major, rounded to the nearest byte. */
export function int8Rows(vectors: Float32Array, dimensions: number): Int8Rows {
  const count = vectors.length / dimensions;
  const width = paddedDimensions(dimensions);
  const numbers = new Int8Array(count * width);
  const scales = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const from = row * dimensions;
    let largest = 0;
    for (let d = 0; d < dimensions; d++) largest = Math.max(largest, Math.abs(vectors[from + d]!));
    if (largest === 0) continue;
    scales[row] = largest / 127;
    for (let d = 0; d < dimensions; d++) numbers[row * width + d] = Math.round((vectors[from + d]! * 127) / largest);
  }
  return { numbers, scales };
}
