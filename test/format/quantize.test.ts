// Quantised weights against ggml's own (test/golden/quantize_blocks.py), and against the reader of ggml's blocks.
import { describe, expect, it } from "vitest";
import { readBlocks } from "../../worker/engine/format/blocks.ts";
import { dequantize, emptyBlocks, interleaved, quantize, quantizeInto } from "../../worker/engine/format/quantize.ts";
import golden from "../golden/quantize_blocks.json" with { type: "json" };
import { normals } from "../harness/random.ts";

const kinds = [
  ["q8", "Q8_0"],
  ["q4", "Q4_0"],
] as const;

/** Σ (a − e)² of `count` values. */
function squares(actual: Float32Array, expected: Float32Array, at: number, count = 32): number {
  let sum = 0;
  for (let i = at; i < at + count; i++) sum += (actual[i] - expected[i]) ** 2;
  return sum;
}

describe.each(kinds)("%s", (dtype, type) => {
  it(`is ggml's reference to the bit, or nearer to the values`, () => {
    const values = Float32Array.from(golden.values);
    const blocks = quantize(values, [2, 96], dtype);
    const ggml = Buffer.from(golden[type], "hex");
    if (dtype === "q8") return expect(Buffer.from(interleaved(blocks))).toEqual(ggml);
    const [own, theirs] = [dequantize(blocks), readBlocks(type, ggml)];
    for (let at = 0; at < values.length; at += 32)
      expect(squares(own, values, at)).toBeLessThanOrEqual(squares(theirs, values, at) * (1 + 1e-6));
    expect(squares(own, values, 0, values.length)).toBeLessThan(squares(theirs, values, 0, values.length));
  });

  it("gives the values that ggml's blocks have", () => {
    const blocks = quantize(Float32Array.from(normals(640, 5)), [5, 128], dtype);
    expect(dequantize(blocks)).toEqual(readBlocks(type, interleaved(blocks)));
  });

  it.runIf(dtype === "q8")("is off by half a step at most, and by the scale's rounding", () => {
    const values = Float32Array.from(normals(64 * 32, 6));
    const blocks = quantize(values, [64, 32], dtype);
    const seen = dequantize(blocks);
    for (let b = 0; b < 64; b++) {
      const block = values.subarray(b * 32, b * 32 + 32);
      const largest = block.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const step = largest / 127;
      for (let i = 0; i < 32; i++)
        expect(Math.abs(seen[b * 32 + i] - block[i])).toBeLessThanOrEqual(step / 2 + largest * 2 ** -11 + 1e-6 * step);
    }
  });

  it("keeps what is quantised already, so that a second time changes nothing", () => {
    const again = (values: Float32Array, shape: number[]) =>
      dequantize(quantize(values, shape, dtype)).map((v) => v + 0); // −0 is 0
    const once = dequantize(quantize(Float32Array.from(normals(1024, 7)), [8, 128], dtype)).map((v) => v + 0);
    expect(again(once, [8, 128])).toEqual(once);
    const ggml = readBlocks(type, Buffer.from(golden[type], "hex")); // another's choice of scales
    expect(again(ggml, [2, 96])).toEqual(ggml.map((v) => v + 0));
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
