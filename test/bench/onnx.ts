// Writes the smallest ONNX models there are: one node. Protocol buffers by hand, as onnx.proto3 numbers the fields.

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const bytes = (field: number, body: readonly number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(body.length),
  ...body,
];
const text = (field: number, value: string): number[] => bytes(field, [...new TextEncoder().encode(value)]);
const int = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];

/** ValueInfoProto of an f32 tensor. */
function valueInfo(name: string, shape: readonly number[]): number[] {
  const dims = shape.flatMap((size) => bytes(1, int(1, size)));
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, 1), ...bytes(2, dims)]))];
}

/** y = a b, for a (M, K) and b (K, N). */
export function matmulModel(M: number, N: number, K: number): Uint8Array {
  const node = [...text(1, "a"), ...text(1, "b"), ...text(2, "y"), ...text(4, "MatMul")];
  const graph = [
    ...bytes(1, node),
    ...text(2, "matmul"),
    ...bytes(11, valueInfo("a", [M, K])),
    ...bytes(11, valueInfo("b", [K, N])),
    ...bytes(12, valueInfo("y", [M, N])),
  ];
  return Uint8Array.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 13))]);
}
