import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { mergeTable } from "../../worker/tokenizer/merge-table.ts";
import { bpeMerge, type BpeTensors } from "./bpe.ts";

const LETTERS = 26;
const letter = (i: number) => String.fromCharCode(97 + (i % LETTERS));

/** Every pair of letters merges, and every two pairs: 26² + 26³ merges. */
function table(): Uint32Array {
  const pairs: [string, string][] = [];
  for (let i = 0; i < LETTERS ** 2; i++) pairs.push([letter(i), letter(Math.floor(i / LETTERS))]);
  for (let i = 0; i < LETTERS ** 3; i++)
    pairs.push([pairs[i % LETTERS ** 2].join(""), letter(Math.floor(i / LETTERS ** 2))]);
  const tokens = [...Array.from({ length: LETTERS }, (_, i) => letter(i)), ...pairs.map((pair) => pair.join(""))];
  return mergeTable(new Map(tokens.map((token, id) => [token, id])), pairs)!.slots;
}
const slots = table();

function words(W: number, length: number): BenchCase {
  return {
    name: `W=${W} words of ${length}`,
    shapes: {
      table: [slots.length / 4, 4],
      ends: [W],
      words: [W * length],
      symbols: [W * length],
      places: [W * length],
      counts: [W],
    },
    integers: {
      table: [...slots],
      ends: Array.from({ length: W }, (_, w) => (w + 1) * length),
      words: Array.from({ length: W * length }, (_, i) => (i * i * 7 + (i >> 3)) % LETTERS),
      symbols: Array.from({ length: W * length }, () => 0),
      ...{ places: Array.from({ length: W * length }, () => 0), counts: Array.from({ length: W }, () => 0) },
    },
    flop: 0,
    bytes: W * (12 * length + 8),
    build: (graph, tensors) => {
      graph.copy(tensors.words, tensors.symbols); // merging is in place
      bpeMerge(tensors as unknown as BpeTensors);
    },
  };
}
opBench("bpe", [words(16_384, 6), words(16_384, 12)]);
