// ONNX graphs and folders: what is read of them, what is refused by name, and no damaged file that does more than that.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itWith, sharedData } from "../../../test/harness/data.ts";
import { AppError } from "../../contract/errors.ts";
import { bytesSource, type ByteSource } from "../../engine/format/bytes.ts";
import { openOnnx } from "./folder.ts";
import { readGraph } from "./graph.ts";

const text = new TextEncoder();
type Part = readonly [number, number | string | Uint8Array];

/** A protobuf message of these fields. */
function message(...parts: readonly Part[]): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  };
  for (const [number, value] of parts) {
    varint(number * 8 + (typeof value === "number" ? 0 : 2));
    if (typeof value === "number") varint(value);
    else {
      const content = typeof value === "string" ? text.encode(value) : value;
      varint(content.length);
      bytes.push(...content);
    }
  }
  return Uint8Array.from(bytes);
}

const value = (name: string, type: number, shape: readonly (number | string)[]): Uint8Array => {
  const sizes = shape.map((size): Part => [1, message(typeof size === "number" ? [1, size] : [2, size])]);
  return message([1, name], [2, message([1, message([1, type], [2, message(...sizes)])])]);
};
const outside = (file: string, offset: number, length: number): Part[] =>
  Object.entries({ location: file, offset, length }).map(([k, v]) => [13, message([1, k], [2, String(v)])]);

/** A decoder of two layers, three heads of four; keys and values of 32 bits. */
function decoder(file = "model.onnx.data", length = 8): Uint8Array {
  const cache = (n: number, what: string) => value(`past_key_values.${n}.${what}`, 1, ["batch", 3, "past", 4]);
  const caches = [0, 1].flatMap((n) => ["key", "value"].map((what): Part => [11, cache(n, what)]));
  const weight = message([1, 2], [1, 2], [2, 1], [8, "w"], ...outside(file, 0, length));
  const angles = message([1, 128], [1, 2], [2, 1], [8, "cos_cache"], [9, new Uint8Array(1024)]);
  const graph = message(
    ...([
      [1, message([4, "Add"])],
      [2, "g"],
      [5, weight],
      [5, angles],
    ] as Part[]),
    ...([[11, value("input_ids", 7, ["b", "s"])], ...caches, [12, value("logits", 1, ["b", "s", 50])]] as Part[]),
  );
  return message([1, 8], [2, "loam"], [7, graph]);
}
const folderOf = (files: Readonly<Record<string, Uint8Array>>) => ({
  id: "m",
  files: new Map(Object.entries(files).map(([name, bytes]) => [name, bytesSource(name, bytes)])),
});
const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => "read",
    (error: unknown) => (error instanceof AppError ? error.detail : error),
  );

describe("a folder with ONNX files", () => {
  it("without a config.json has one from its graph", async () => {
    const onnx = await openOnnx(folderOf({ "model.onnx": decoder(), "model.onnx.data": new Uint8Array(8) }));
    expect(onnx).toMatchObject({ kind: "decoder", path: "model.onnx", isHalf: false, contextTokens: 128 });
    expect(onnx.config).toMatchObject({ num_hidden_layers: 2, num_key_value_heads: 3, head_dim: 4, vocab_size: 50 });
    expect([...onnx.outside.keys()]).toEqual(["model.onnx.data"]);
  });
  it("in the layout of Transformers.js takes the smallest of several, with the weights beside it", async () => {
    const files = {
      "onnx/model.onnx": decoder("model.onnx_data"),
      "onnx/model_q4.onnx": decoder("model_q4.onnx_data"),
    };
    const config = text.encode(JSON.stringify({ architectures: ["X"], max_position_embeddings: 99 }));
    const onnx = await openOnnx(
      folderOf({ ...files, "config.json": config, "onnx/model_q4.onnx_data": new Uint8Array(8) }),
    );
    expect(onnx).toMatchObject({ path: "onnx/model_q4.onnx", contextTokens: 99, config: { architectures: ["X"] } });
  });
  it.each([
    ["weights that are not there", { "model.onnx": decoder() }, { code: "bad-file", file: "model.onnx.data" }],
    [
      "weights cut short",
      { "model.onnx": decoder(), "model.onnx.data": new Uint8Array(7) },
      { code: "bad-file", file: "model.onnx.data" },
    ],
    [
      "weights outside the folder",
      { "model.onnx": decoder("../secret"), secret: new Uint8Array(8) },
      { code: "bad-file", file: "../secret" },
    ],
    ["no graph", { "model.onnx": message([1, 8]) }, { code: "bad-file", file: "model.onnx" }],
    [
      "a graph that neither chats nor embeds",
      { "model.onnx": message([7, message([11, value("x", 1, [1])], [12, value("y", 1, [1])])]) },
      { code: "model-unsupported", model: "m" },
    ],
  ])("refuses %s", async (_, files, expected) => {
    expect(await codeOf(openOnnx(folderOf(files as Record<string, Uint8Array>)))).toMatchObject(expected);
  });
});

/** A source that remembers the most bytes it was asked for at once. */
function watched(bytes: Uint8Array): ByteSource & { largest: number } {
  const source = bytesSource("damaged.onnx", bytes);
  return {
    ...source,
    largest: 0,
    read(start, length) {
      this.largest = Math.max(this.largest, length);
      return source.read(start, length);
    },
  };
}

it("a damaged graph is read or refused by name, and never more than its size at once", async () => {
  const whole = decoder();
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), async (changes, cut) => {
      const bytes = whole.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      const source = watched(bytes.subarray(0, cut));
      const outcome = await codeOf(readGraph(source));
      if (outcome !== "read") expect(outcome).toMatchObject({ code: "bad-file" });
      expect(source.largest).toBeLessThanOrEqual(cut);
    }),
    { numRuns: Number(process.env["FUZZ"] ?? 2000), seed: 20 },
  );
});

itWith("models/tiny-random-llama-onnx")("a model of onnxruntime-genai is read as it is", async () => {
  const path = sharedData("models/tiny-random-llama-onnx");
  const files = ["model.onnx", "model.onnx.data"].map((name) => [name, readFileSync(`${path}/${name}`)]);
  const onnx = await openOnnx(folderOf(Object.fromEntries(files) as Record<string, Uint8Array>));
  expect(onnx).toMatchObject({ kind: "decoder", isHalf: true, contextTokens: 2048 });
  expect(onnx.config).toMatchObject({ num_hidden_layers: 2, num_key_value_heads: 1, head_dim: 16, vocab_size: 32000 });
});
