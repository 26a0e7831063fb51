import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { Merger, mergeTable } from "../../worker/tokenizer/merge-table.ts";
import { bpeMerge, type BpeTensors } from "./bpe.ts";
import { bpeReference } from "./bpe.ref.ts";

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

/** A vocabulary of `letters` and of merges of what is there already, drawn from a seed. */
function vocabulary(letters: number, mergeCount: number) {
  const tokens = Array.from({ length: letters }, (_, i) => String.fromCharCode(97 + i));
  const pairs: [string, string][] = [];
  let state = 7;
  const draw = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 1) % below;
  while (pairs.length < mergeCount) {
    const pair: [string, string] = [tokens[draw(tokens.length)], tokens[draw(tokens.length)]];
    if (tokens.includes(pair.join("")) || pair.join("").length > 6) continue;
    pairs.push(pair);
    tokens.push(pair.join(""));
  }
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = pairs.map(([a, b]) => ({ left: ids.get(a)!, right: ids.get(b)!, merged: ids.get(a + b)! }));
  return { table: mergeTable(ids, pairs)!, merges, draw };
}

/** What the GPU makes of the words. */
async function merged(slots: Uint32Array<ArrayBuffer>, words: readonly (readonly number[])[]): Promise<number[][]> {
  const flat = words.flat();
  const ends = words.map(
    (
      (sum) => (word) =>
        (sum += word.length)
    )(0),
  );
  const u32 = (label: string, shape: number[]) => runtime.allocate(label, shape, "u32");
  const all = {
    ...{ table: await u32("table", [slots.length / 4, 4]), ends: await u32("ends", [words.length]) },
    ...{ symbols: await u32("symbols", [flat.length]), places: await u32("places", [flat.length]) },
    counts: await u32("counts", [words.length]),
  };
  const graph = new Graph();
  bpeMerge(Object.fromEntries(Object.entries(all).map(([name, r]) => [name, graph.resident(r)])) as unknown as BpeTensors); // prettier-ignore
  const program = await runtime.compile("bpe", graph);
  runtime.write(all.table, slots);
  runtime.write(all.ends, Uint32Array.from(ends));
  runtime.write(all.symbols, Uint32Array.from(flat));
  program.replay();
  const [symbols, counts] = [new Uint32Array(await runtime.read(all.symbols)), new Uint32Array(await runtime.read(all.counts))]; // prettier-ignore
  return words.map((word, w) => [...symbols.slice(ends[w] - word.length, ends[w] - word.length + counts[w])]);
}

describe.each([
  ["one word of one symbol", 2, 1, 1, 1],
  ["a few merges", 3, 6, 41, 9],
  ["many merges, more than one workgroup", 8, 150, 300, 12],
  ["a letter again and again", 1, 4, 5, 40],
])("%s", (_, letters, mergeCount, wordCount, longest) => {
  const { table, merges, draw } = vocabulary(letters, mergeCount);
  const words = Array.from({ length: wordCount }, () => Array.from({ length: 1 + draw(longest) }, () => draw(letters)));
  const expected = words.map((word) => bpeReference(word, merges));

  it("GPU = reference", async () => expect(await merged(table.slots, words)).toEqual(expected));
  it("CPU = reference", () => {
    const merger = new Merger(table);
    const got = words.map((word) => {
      const symbols = Uint32Array.from(word);
      return [...symbols.subarray(0, merger.merge(symbols, word.length))];
    });
    expect(got).toEqual(expected);
  });
});

it("a table that is no power of two is refused", () => {
  const graph = new Graph();
  const u32 = (label: string, shape: number[]) => graph.tensor(label, shape, "u32");
  const [table, ends, counts] = [u32("table", [6, 4]), u32("ends", [2]), u32("counts", [2])];
  const given = { table, ends, counts, symbols: u32("symbols", [9]), places: u32("places", [9]) };
  expect(() => bpeMerge(given)).toThrow(/shape-mismatch/);
});
