import { expect, it } from "vitest";
import { AppError } from "../../contract/errors.ts";
import { bytesSource } from "./bytes.ts";
import { bf16ToF32, f16ToF32, f32ToF16 } from "./half.ts";
import { openSafetensors, writeSafetensors } from "./safetensors.ts";
import { readTensor } from "./tensor.ts";

const values = Float32Array.from([1, -2.5, 0.1, 3e-5, 65504, 0]);
const file = writeSafetensors([{ name: "w", shape: [2, 3], values }]);
const withHeader = (header: unknown, dataBytes = 24) => {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
};
const reasonOf = async (bytes: Uint8Array): Promise<string> => {
  try {
    await openSafetensors(bytesSource("model.safetensors", bytes));
  } catch (error) {
    if (error instanceof AppError && error.detail.code === "bad-file") return error.detail.reason;
    throw error;
  }
  return "";
};

it("what is written is read back", async () => {
  const tensor = (await openSafetensors(bytesSource("f", file))).get("w")!;
  expect(tensor.shape).toEqual([2, 3]);
  expect(await readTensor(tensor)).toEqual(values);
});

it("F16 rounds as IEEE says, and bfloat16 is the upper half of a float", () => {
  const exact = [0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity];
  expect([...f16ToF32(f32ToF16(Float32Array.from(exact)))]).toEqual(exact);
  expect([...f16ToF32(f32ToF16(Float32Array.from([65519, 65520, 2 ** -25, 1 + 2 ** -11, 1 + 3 * 2 ** -11])))]).toEqual([
    65504,
    Infinity,
    0,
    1,
    1 + 2 ** -9,
  ]);
  expect(f16ToF32(f32ToF16(Float32Array.of(NaN)))[0]).toBeNaN();
  expect([...bf16ToF32(Uint16Array.of(0x3f80, 0xc020))]).toEqual([1, -2.5]);
});

it.each([
  ["a file of no bytes", new Uint8Array(), "too short"],
  ["a header longer than the file", file.subarray(0, 20), "cut off"],
  ["tensor bytes that are missing", file.subarray(0, file.length - 4), "cut off"],
  ["a header that is no JSON", withHeader("{nope"), "no JSON object"],
  ["an absurd header length", Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 0]), "claims"],
  ["an unknown dtype", withHeader({ w: { dtype: "I32", shape: [6], data_offsets: [0, 24] } }), "I32"],
  ["a shape that lies", withHeader({ w: { dtype: "F32", shape: [7], data_offsets: [0, 24] } }), "28 bytes"],
  ["a negative size", withHeader({ w: { dtype: "F32", shape: [-6], data_offsets: [0, 24] } }), "no valid shape"],
  [
    "offsets that run backwards",
    withHeader({ w: { dtype: "F32", shape: [6], data_offsets: [24, 0] } }),
    "no valid offsets",
  ],
  [
    "tensors that overlap",
    withHeader({
      a: { dtype: "F32", shape: [4], data_offsets: [0, 16] },
      b: { dtype: "F32", shape: [4], data_offsets: [8, 24] },
    }),
    "overlap",
  ],
])("refuses %s, with the reason", async (_, bytes, reason) => {
  expect(await reasonOf(bytes)).toContain(reason);
});

it("passes over whole numbers of 64 bits, which encoders have beside their weights", async () => {
  const header = { w: { dtype: "F32", shape: [4], data_offsets: [0, 16] }, position_ids: { dtype: "I64", shape: [1], data_offsets: [16, 24] } }; // prettier-ignore
  expect([...(await openSafetensors(bytesSource("m", withHeader(header)))).keys()]).toEqual(["w"]);
});

it("no cut and no flipped byte does anything but succeed or say bad-file", async () => {
  for (let i = 0; i < file.length; i++) {
    await reasonOf(file.subarray(0, i));
    const flipped = file.slice();
    flipped[i] ^= 0x55;
    await reasonOf(flipped);
  }
});
