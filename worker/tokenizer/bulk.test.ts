// Words learnt in bulk are the words merged one by one, whichever did it.
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { Runtime } from "../engine/runtime.ts";
import { BulkMerges } from "./bulk.ts";
import { Tokenizer } from "./tokenizer.ts";
import { trainBpe } from "./train-bpe.ts";

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

const open = (tokenizer: unknown) => new Tokenizer({ tokenizer, config: {} });
/** Numbers in words of letters, every one another. */
const word = (i: number): string => i.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)]!);
const text = (from: number, count: number) => Array.from({ length: count }, (_, i) => word(7 * (from + i))).join(" ");

describe("words learnt in bulk", () => {
  it.each([null, true])("are the same to the id; told that the GPU is faster: %s", async (isGpuFaster) => {
    const tokenizer = trainBpe([text(0, 3000)], { vocabularySize: 700, specialTokens: [] });
    const bulk = new BulkMerges(runtime);
    bulk.isGpuFaster = isGpuFaster;
    const texts = [text(0, 20_000), `${text(15_000, 20_000)} naïve 🙂 ${"x".repeat(100)}`];
    const prepared = open(tokenizer);
    await bulk.prepare(prepared, texts);
    expect(bulk.isGpuFaster).toBeTypeOf("boolean");
    expect(prepared.fast!.unknownWords(texts, 1e6).length).toBeLessThan(25_000);
    expect(texts.map((one) => prepared.encode(one))).toEqual(texts.map((one) => open(tokenizer).encode(one)));
  });

  it("a few are not worth it", async () => {
    const bulk = new BulkMerges(runtime);
    await bulk.prepare(open(trainBpe([text(0, 100)], { vocabularySize: 300, specialTokens: [] })), [text(0, 100)]);
    expect(bulk.isGpuFaster).toBeNull();
  });
});
