// Near duplicates among many rows of few templates, where most rows share buckets with thousands of others.
import { expect, it } from "vitest";
import { plantedRows } from "../../test/harness/planted-rows.ts";
import { NearIndex, sketch } from "./near.ts";

it("20,000 rows of four templates: nearly all that was planted is found, nothing else, with a bounded number of comparisons", () => {
  const texts = new Map<string, string>();
  let compared = 0;
  const index = new NearIndex((id) => (compared++, texts.get(id)!));
  let [planted, found, wrong] = [0, 0, 0];
  let number = 0;
  for (const { row, nearTo } of plantedRows(20_000)) {
    const text = row.map(({ content }) => content).join("\n");
    const made = sketch(text);
    const [near] = index.find(made);
    if (nearTo !== undefined) planted++;
    if (near !== undefined && near.id === String(nearTo)) found++;
    else if (near !== undefined && nearTo === undefined) wrong++;
    texts.set(String(number), text);
    index.add(String(number++), made);
  }
  expect(planted).toBe(200);
  expect(found).toBeGreaterThan(190);
  expect(wrong).toBe(0);
  expect(compared).toBeLessThan(32 * 20_000);
}, 120_000);

it("what was deleted is not found, through several growths of the index", () => {
  const texts = new Map<string, string>();
  const index = new NearIndex((id) => texts.get(id)!);
  const text = (i: number) => Array.from({ length: 30 }, (_, k) => `w${(i * 31 + k) % 9973}x${i % 77}`).join(" ");
  for (let i = 0; i < 5000; i++) {
    texts.set(String(i), text(i));
    index.add(String(i), sketch(text(i)));
    if (i % 2 === 1) index.delete(String(i - 1));
  }
  for (let i = 0; i < 5000; i += 7)
    expect(
      index.find(sketch(text(i))).map(({ id }) => id),
      String(i),
    ).toEqual(i % 2 === 1 ? [String(i)] : []);
});
