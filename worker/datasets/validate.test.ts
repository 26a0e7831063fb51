// Hashes, splits, near duplicates and leaks, against plain definitions.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DatasetRow, Split } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { jaccard, NearIndex, shingles } from "./near.ts";
import { normalised, promptHash, rowHash } from "./row.ts";
import { PackedRows } from "./rows.ts";
import { assignSplit, Locks, splitOfHash } from "./splits.ts";
import { validateRows } from "./validate.ts";
import { versionHash } from "./version-hash.ts";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const ask = (question: string, answer: string) => ({
  messages: [
    { role: "user" as const, content: question },
    { role: "assistant" as const, content: answer },
  ],
});
const row = async (id: string, split: Split, question: string, answer: string): Promise<DatasetRow> => ({
  ...{ id, split, tags: [], origin: { kind: "written" }, createdAt: 0, ...ask(question, answer) },
  ...{ hash: rowHash(ask(question, answer)), promptHash: promptHash(ask(question, answer)) },
});
const words = (n: number, seed: number) =>
  Array.from({ length: n }, (_, i) => `w${(i * 7919 + seed * 104_729) % 9973}`);

describe("hashes", () => {
  it("a row's is the SHA-256 of its canonical JSON", async () => {
    const json = '{"messages":[{"content":"q\\n","role":"user"},{"content":"ä","role":"assistant"}]';
    expect(rowHash(ask("q\n", "ä"))).toBe(sha(`${json}}`));
    expect(rowHash({ ...ask("q\n", "ä"), rejected: "b" })).toBe(sha(`${json},"rejected":"b"}`));
  });

  it("a prompt's does not see letter case, spacing, composition or the answer", async () => {
    expect(promptHash(ask("  Où  est\nl'été?", "a"))).toBe(promptHash(ask("où est l'e\u0301te\u0301?", "b")));
    expect(promptHash(ask("q", "a"))).not.toBe(promptHash(ask("r", "a")));
  });

  it("a version's is over the sorted hashes and splits", async () => {
    const rows = [await row("1", "train", "q", "a"), await row("2", "test", "r", "b")];
    const lines = rows.map(({ hash, split }) => `${hash} ${split}\n`).toSorted();
    expect(await versionHash(rows, new Slices())).toBe(sha(lines.join("")));
    expect(await versionHash(rows.toReversed(), new Slices())).toBe(sha(lines.join("")));
    const splits = ["valid", "test", "train"] as const;
    const many = Array.from({ length: 3000 }, (_, i) => ({ hash: sha(`${i % 2900}`), split: splits[i % 3]! }));
    const sorted = many.map(({ hash, split }) => `${hash} ${split}\n`).toSorted();
    expect(await versionHash(many, new Slices())).toBe(sha(sorted.join("")));
  });
});

describe("splits", () => {
  it("10,000 prompts fall 80/10/10, within four deviations", () => {
    const counts = { train: 0, valid: 0, test: 0 };
    for (let i = 0; i < 10_000; i++) counts[splitOfHash(sha(`${i}`))]++;
    for (const split of ["valid", "test"] as const) expect(Math.abs(counts[split] - 1000)).toBeLessThan(4 * 30);
  });

  it("a lock overrules the others of the prompt, they a wish, and it the hash", () => {
    const hash = sha("0");
    const locks = new Locks([hash]);
    expect(assignSplit(hash, { locks, present: "train", wish: "train" })).toBe("test");
    expect(assignSplit(hash, { locks: new Locks(), present: "valid", wish: "train" })).toBe("valid");
    expect(assignSplit(hash, { locks: new Locks(), present: undefined, wish: "test" })).toBe("test");
    expect(assignSplit(hash, { locks: new Locks(), present: undefined })).toBe(splitOfHash(hash));
  });
});

describe("near duplicates", () => {
  // A sliding window of distinct 3-grams: n words that share all but `changed` at the end.
  const pair = (n: number, changed: number, seed: number) =>
    [
      words(n, seed).join(" "),
      [...words(n, seed).slice(0, n - changed), ...words(changed, seed + 1)].join(" "),
    ] as const;

  it("the Jaccard index is that of the sets of 3-grams", () => {
    const [a, b] = pair(60, 4, 1);
    const grams = (text: string) => {
      const all = text.split(" ");
      return new Set(all.slice(2).map((word, i) => `${all[i]} ${all[i + 1]} ${word}`));
    };
    const [x, y] = [grams(a), grams(b)];
    const common = [...x].filter((gram) => y.has(gram)).length;
    expect(common).toBe(54);
    expect(jaccard(shingles(a), shingles(b))).toBe(common / (x.size + y.size - common));
  });

  it.each([
    [100, 3, true], // 95 of 101 3-grams: 0.94
    [100, 5, true], // 93 of 103: 0.903
    [100, 6, false], // 92 of 104: 0.885
  ])("of %i words, %i changed at the end: near is %s, for 300 pairs", async (n, changed, isNear) => {
    const index = new NearIndex((seed) => pair(n, changed, 2 * seed)[0]);
    for (let seed = 0; seed < 300; seed++) {
      await index.prepare(new Slices());
      index.add(seed, shingles(pair(n, changed, 2 * seed)[0]));
    }
    for (let seed = 0; seed < 300; seed++)
      expect(index.find(shingles(pair(n, changed, 2 * seed)[1])).map(({ key }) => key)).toEqual(isNear ? [seed] : []);
  });

  it("texts of two words, and scripts without spaces", () => {
    expect(jaccard(shingles(normalised("Hello there")), shingles(normalised("hello  there")))).toBe(1);
    expect(jaccard(shingles("ja"), shingles("nein"))).toBe(0);
    expect(shingles("泵的额定深度").length).toBe(4);
  });
});

describe("validation", () => {
  it("names duplicates, near duplicates and leaks, each with the row it is like", async () => {
    const long = words(100, 5);
    const near = [...long.slice(0, -2), "x", "y"].join(" ");
    const rows = [
      await row("a", "train", "What is the K4?", "A pump."),
      await row("b", "train", "what  is the k4?", "a pump."),
      await row("c", "train", "What is the K4?", "A pump for wells."),
      await row("d", "test", "What is the K4?", "It pumps."),
      await row("e", "test", "long", long.join(" ")),
      await row("f", "test", "longer", near),
      await row("g", "train", "longest", near),
      await row("h", "valid", "other", "other"),
    ];
    const packed = new PackedRows();
    for (const each of rows) packed.set(each);
    const found = await validateRows(packed, new Slices());
    expect(found.map(({ kind, row, other }) => [kind, row, other])).toEqual([
      ["duplicate", "b", "a"],
      ["leak", "d", "c"], // of a and c the latest
      ["near-duplicate", "f", "e"],
      ["leak", "g", "f"], // e is near, too; f is nearer
    ]);
    expect(found[2]!.similarity).toBeGreaterThanOrEqual(0.9);
    expect(found[2]!.similarity).toBeLessThan(1);
  });
});
