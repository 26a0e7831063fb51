// Near duplicates among many rows of few templates, where most rows have most 3-grams in common with thousands of others.
import { expect, it } from "vitest";
import { plantedRows } from "../../test/harness/planted-rows.ts";
import { Slices } from "../documents/slices.ts";
import { jaccard, NearIndex, shingles } from "./near.ts";

it("20,000 rows of four templates: all that was planted is found, and nothing else", async () => {
  const texts: string[] = [];
  const index = new NearIndex((key) => texts[key]!);
  const slices = new Slices();
  let planted = 0;
  for (const { row, nearTo } of plantedRows(20_000)) {
    const text = row.map(({ content }) => content).join("\n");
    const set = shingles(text);
    await index.prepare(slices);
    const keys = index.find(set).map(({ key }) => key);
    if (nearTo === undefined) expect(keys).toEqual([]);
    else expect(keys[0] === nearTo || keys.includes(nearTo), `${texts.length} near to ${nearTo}`).toBe(true);
    if (nearTo !== undefined) planted++;
    index.add(texts.push(text) - 1, set);
  }
  expect(planted).toBe(200);
}, 120_000);

it("finds what comparing all with all finds, before and after the order is made anew", async () => {
  const sets: Uint32Array<ArrayBuffer>[] = [];
  let state = 1;
  const random = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
  const item = () => Math.imul(random(400), 0x9e3779b1) >>> 0;
  for (let i = 0; i < 1500; i++) {
    const like = i % 3 === 0 || i === 0 ? undefined : sets[random(i)]!;
    const set = like ? Array.from(like) : Array.from({ length: 1 + random(40) }, () => item());
    if (like) for (let k = random(4); k > 0; k--) set.splice(random(set.length), random(2), item());
    sets.push(Uint32Array.from(new Set(set)).sort());
  }
  const index = new NearIndex(() => "");
  const slices = new Slices();
  let nearCount = 0;
  for (const [i, set] of sets.entries()) {
    await index.prepare(slices);
    const near = sets.slice(0, i).flatMap((other, key) => (jaccard(set, other) >= 0.9 ? [key] : []));
    const found = index.find(set).map(({ key }) => key);
    if (near.length < 32) expect(found.toSorted((a, b) => a - b)).toEqual(near);
    else expect(found.length).toBeGreaterThan(0);
    nearCount += near.length;
    index.add(i, set);
  }
  expect(nearCount).toBeGreaterThan(500);
});

it("what is no longer live is not found, through several orders of the index", async () => {
  const dead = new Set<number>();
  const text = (i: number) => Array.from({ length: 30 }, (_, k) => `w${(i * 31 + k) % 9973}x${i % 77}`).join(" ");
  const index = new NearIndex(text, (key) => !dead.has(key));
  const slices = new Slices();
  for (let i = 0; i < 5000; i++) {
    await index.prepare(slices);
    index.add(i, shingles(text(i)));
    if (i % 2 === 1) dead.add(i - 1);
  }
  for (let i = 0; i < 5000; i += 7)
    expect(
      index.find(shingles(text(i))).map(({ key }) => key),
      String(i),
    ).toEqual(i % 2 === 1 ? [i] : []);
});
