// The GGUF reader: what is written is read back; every lie of a file about itself is refused with the reason.
import { expect, it } from "vitest";
import { AppError } from "../../worker/contract/errors.ts";
import { bytesSource } from "../../worker/engine/format/bytes.ts";
import { joined, writeGguf, type WrittenTensor, type WrittenValue } from "../../worker/engine/format/gguf-write.ts";
import { openGguf } from "../../worker/engine/format/gguf.ts";
import { pairRows, readHalves, readTensor, unpairRows } from "../../worker/engine/format/tensor.ts";
import { llama3Scaling } from "../../worker/models/gguf/config.ts";
import { fuzz, outcomeOf, smallLlama } from "./gguf-fuzz.ts";

const values = Float32Array.from([1, -2.5, 0.25, 3, 65504, 0]);
const tensor = (name: string): WrittenTensor => ({
  name,
  shape: [2, 3],
  dtype: "F32",
  bytes: new Uint8Array(values.slice().buffer),
});
const write = (metadata: [string, WrittenValue][], tensors: WrittenTensor[] = []) =>
  joined(writeGguf(new Map(metadata), tensors));
const open = (bytes: Uint8Array<ArrayBuffer>) => openGguf(bytesSource("a.gguf", bytes));
/** The file with another number at a place. */
const changed = (bytes: Uint8Array<ArrayBuffer>, at: number, value: bigint | number) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (typeof value === "bigint") view.setBigUint64(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
};

it("what is written is read back", async () => {
  const text = "long ".repeat(400_000); // more than one window of the reader
  const { metadata, tensors } = await open(
    write(
      [
        ["a", { u32: 7 }],
        ["b", { f32: 0.5 }],
        ["c", true],
        ["d", ["x", "", "ÿ▁"]],
        ["e", Int32Array.of(-1, 2)],
        ["f", text],
        ["g", Float32Array.of(0.1)],
      ],
      [tensor("w"), tensor("v")],
    ),
  );
  expect([...metadata.values()].slice(0, 4)).toEqual([7, 0.5, true, ["x", "", "ÿ▁"]]);
  expect(metadata.get("e")).toEqual(Int32Array.of(-1, 2));
  expect(metadata.get("f") === text).toBe(true);
  expect(metadata.get("g")).toEqual(Float32Array.of(0.1));
  expect(tensors.get("v")!.shape).toEqual([2, 3]);
  expect(await readTensor(tensors.get("v")!)).toEqual(values);
  expect([...(await readHalves(tensors.get("w")!))]).toEqual([0x3c00, 0xc100, 0x3400, 0x4200, 0x7bff, 0]);
});

// The smallest file: 24 bytes of counts, the key "k" from 24 (length 8, letter 1, type 4), its value from 37.
const pair = write([["k", { u32: 7 }]]);
const strings = write([["k", ["x", "y"]]]); // array type at 37, count at 41
// One tensor and no metadata: name length at 24, "w" at 32, rank at 33, sizes at 37 and 45, type at 53, offset at 57.
const one = write([], [tensor("w")]);

it.each([
  ["a file of no bytes", new Uint8Array(), "too short"],
  ["another magic", changed(pair, 0, 0x47475546), "does not begin with GGUF"],
  ["another version", changed(pair, 4, 1), "version is 1"],
  ["big-endian numbers", changed(pair, 4, 0x03000000), "big-endian"],
  ["absurdly many tensors", changed(pair, 8, 2n ** 40n), "tensors are claimed"],
  ["a count beyond whole numbers", changed(pair, 8, 2n ** 63n), "number of tensors is claimed"],
  ["absurdly many entries", changed(pair, 16, 2n ** 40n), "metadata entries are claimed"],
  ["an endless key", changed(pair, 24, 2n ** 31n), "bytes of a string are claimed"],
  ["a value of no type", changed(pair, 33, 99), "type 99"],
  ["an array of no type", changed(strings, 37, 99), "type 99"],
  ["arrays of arrays", changed(strings, 37, 9), "array of arrays"],
  ["absurdly many strings", changed(strings, 41, 2n ** 50n), "strings are claimed"],
  ["a key twice", write([["k", true], ["K", true]]).map((b) => (b === 75 ? 107 : b)), "says k twice"], // prettier-ignore
  ["a cut in the header", one.slice(0, 50), "cut off"],
  ["a cut in the weights", one.slice(0, one.length - 32), "cut off"],
  ["nine dimensions", changed(one, 33, 9), "9 dimensions"],
  ["a size that lies", changed(one, 37, 2n ** 50n), "cut off"],
  ["a type that is not read", changed(one, 53, 16), "stored in type 16"],
  ["rows that no block divides", changed(one, 53, 8), "no whole number of Q8_0 blocks"],
  ["an offset beyond the file", changed(one, 57, 2n ** 40n), "cut off"],
  ["an offset between", changed(one, 57, 4n), "no multiple of 32"],
  ["an alignment of no power of two", write([["general.alignment", { u32: 12 }]]), "alignment is 12"],
  ["tensors that overlap", changed(write([], [tensor("w"), tensor("v")]), 98, 0n), "overlap"],
])("refuses %s, with the reason", async (_, bytes, reason) => {
  await expect(open(bytes)).rejects.toThrow(AppError);
  await expect(open(bytes)).rejects.toThrow(reason);
});

it("a whole small model is read; no cut of it is anything but refused", async () => {
  const whole = smallLlama();
  expect(await outcomeOf(whole)).toBe("");
  for (let length = 0; length < whole.length - 31; length += 7)
    expect(await outcomeOf(whole.slice(0, length)), `${length} bytes`).toBe("bad-file");
});

const files = Number(process.env.FUZZ ?? 3000);
it(`of ${files} damaged files each is read or refused by name, and none asks for more than there is`, async () => {
  const seen = await fuzz(files, 7);
  if (process.env.VERBOSE) console.log(seen);
  expect([...seen.values()].reduce((a, b) => a + b)).toBe(files);
  expect(seen.get("bad-file")).toBeGreaterThan(files / 3);
  expect(seen.get("")).toBeGreaterThan(files / 100);
}, 3_600_000);

it("rows in rotary pairs come back in order, and go out again", () => {
  const rows = Float32Array.from({ length: 16 }, (_, i) => i); // 8 rows of 2, two heads of 4
  expect([...pairRows(rows, 8, 2)]).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  expect(unpairRows(pairRows(rows, 8, 2), 8, 2)).toEqual(rows);
});

it("Llama 3.1's scaling is known by its factors, and only by them", () => {
  // Pairs 0, 28, 32 and 63 of 64: D = 128, theta 500000, factor 8; by transformers' modeling_rope_utils.
  const factors = Float32Array.from({ length: 64 }, (_, i) => {
    const wavelength = 2 * Math.PI * 500_000 ** (i / 64);
    if (wavelength < 8192 / 4) return 1;
    if (wavelength > 8192) return 8;
    const smooth = (8192 / wavelength - 1) / 3;
    return 1 / ((1 - smooth) / 8 + smooth);
  });
  const rotation = { theta: 500_000, headSize: 128 };
  expect(llama3Scaling(factors, rotation)).toMatchObject({ rope_type: "llama3", factor: 8 });
  expect(llama3Scaling(factors.with(32, 3), rotation)).toBeNull();
  expect(llama3Scaling(factors, { ...rotation, theta: 10_000 })).toBeNull();
});
