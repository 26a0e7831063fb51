// Quantised weights against ggml's own (test/golden/quantize_blocks.py), and against the reader of ggml's blocks.
import { describe, expect, it } from "vitest";
import { readBlocks } from "../../worker/engine/format/blocks.ts";
import { dequantize, quantize, quantizeInto, emptyBlocks, type Blocks } from "../../worker/engine/format/quantize.ts";
import golden from "../golden/quantize_blocks.json" with { type: "json" };
import { normals } from "../harness/random.ts";

const kinds = [
  ["q8", "Q8_0", 32],
  ["q4", "Q4_0", 16],
] as const;

/** The same blocks as ggml stores them: each scale before its numbers. */
function interleaved({ numbers, scales }: Blocks, bytes: number): Uint8Array {
  const blocks = Uint8Array.from({ length: scales.length * (bytes + 2) });
  scales.forEach((bits, b) => {
    blocks.set([bits & 255, bits >> 8], b * (bytes + 2));
    blocks.set(new Uint8Array(numbers.buffer, b * bytes, bytes), b * (bytes + 2) + 2);
  });
  return blocks;
}

describe.each(kinds)("%s", (dtype, type, bytes) => {
  it("has the numbers and scales of ggml's reference, to the bit", () => {
    const blocks = quantize(Float32Array.from(golden.values), [2, 96], dtype);
    expect(Buffer.from(interleaved(blocks, bytes)).toString("hex")).toBe(golden[type]);
  });

  it("gives the values that ggml's blocks have", () => {
    const blocks = quantize(Float32Array.from(normals(640, 5)), [5, 128], dtype);
    expect(dequantize(blocks)).toEqual(readBlocks(type, interleaved(blocks, bytes)));
  });

  it("is off by half a step at most, the far end of q4 by one, and by the scale's rounding", () => {
    const values = Float32Array.from(normals(64 * 32, 6));
    const blocks = quantize(values, [64, 32], dtype);
    const seen = dequantize(blocks);
    for (let b = 0; b < 64; b++) {
      const block = values.subarray(b * 32, b * 32 + 32);
      const largest = block.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const step = largest / (dtype === "q8" ? 127 : 8);
      const furthest = block.find((v) => Math.abs(v) === largest)!;
      for (let i = 0; i < 32; i++) {
        const isFarEnd = dtype === "q4" && block[i] * furthest < 0; // −8 is the furthest, the other sign ends at 7
        const bound = step * (isFarEnd ? 1 : 0.5) + largest * 2 ** -11 + 1e-6 * step;
        expect(Math.abs(seen[b * 32 + i] - block[i])).toBeLessThanOrEqual(bound);
      }
    }
  });

  it("keeps what is quantised already, so that a second time changes nothing", () => {
    const once = quantize(Float32Array.from(normals(1024, 7)), [8, 128], dtype);
    expect(quantize(dequantize(once), [8, 128], dtype).bytes).toEqual(once.bytes);
  });

  it("takes a matrix in parts", () => {
    const values = Float32Array.from(normals(6 * 64, 8));
    const parts = emptyBlocks([6, 64], dtype);
    quantizeInto(parts, values.subarray(2 * 64), 4);
    quantizeInto(parts, values.subarray(0, 2 * 64));
    expect(parts.bytes).toEqual(quantize(values, [6, 64], dtype).bytes);
  });

  it("refuses rows that are no whole blocks", () => {
    expect(() => quantize(new Float32Array(40), [1, 40], dtype)).toThrow(/quantize/);
  });
});
