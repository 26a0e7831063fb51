// Passages: where they begin and end, and that nothing of a document is lost between them.
import { expect, it } from "vitest";
import { extract } from "./extract.ts";
import { chunk } from "./chunk.ts";

const read = (name: string, text: string) => extract(name, new Blob([text]));
const wordCount = (text: string) => text.split(/\s+/).length;

/** A seeded source of numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

function randomMarkdown(seed: number): string {
  const next = numbers(seed);
  const pick = (count: number) => Math.floor(next() * count);
  const word = () => ["well", "Zoë", "3.5", "e.g.", "pump", "(K4)", "井戸の深さ", "naïve", "🙂", "stop"][pick(10)]!;
  const sentence = () =>
    `${Array.from({ length: 1 + pick(next() < 0.05 ? 300 : 25) }, word).join(" ")}${".!?"[pick(3)]}`;
  const paragraph = () => Array.from({ length: 1 + pick(6) }, sentence).join(" ");
  const block = () => {
    const kind = pick(5);
    if (kind === 0) return `${"#".repeat(1 + pick(4))} ${word()} ${word()}`;
    if (kind === 1) return Array.from({ length: 1 + pick(5) }, () => `- ${sentence()}`).join("\n");
    if (kind === 2)
      return `| a | b |\n|---|---|\n${Array.from({ length: 1 + pick(4) }, () => `| ${word()} | ${sentence()} |`).join("\n")}`;
    return paragraph();
  };
  return Array.from({ length: 1 + pick(30) }, block).join("\n\n");
}

it("passages of random documents cover every character once, in order, and none exceeds ninety words", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { text, blocks } = await read("a.md", randomMarkdown(seed));
    const chunks = chunk(text, blocks);
    let at = 0;
    const between: string[] = [];
    for (const { start, end } of chunks) {
      between.push(text.slice(at, start));
      expect(start, `seed ${seed}`).toBeGreaterThanOrEqual(at);
      expect(wordCount(text.slice(start, end)), `seed ${seed}`).toBeLessThanOrEqual(90);
      expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
      at = end;
    }
    between.push(text.slice(at));
    // What is in no passage is white space or a heading on the path of the passage that follows.
    const headings = new Set(
      blocks.filter(({ kind }) => kind === "heading").map(({ start, end }) => text.slice(start, end)),
    );
    for (const gap of between)
      for (const line of gap.split("\n\n")) if (line.trim() !== "") expect(headings).toContain(line.trim());
    for (const { start, end } of blocks.filter(({ kind }) => kind === "heading")) {
      const holds = chunks.filter((piece) => piece.start < end && piece.end > start);
      for (const piece of holds)
        expect(piece.start >= start && piece.end <= end, `seed ${seed}: across a heading`).toBe(true);
    }
  }
});

it("a passage knows the headings it stands under, and a heading with nothing under it can be found itself", async () => {
  const source = "# Pump\n\nIt lifts water.\n\n## Weight\n\nIt weighs 38 kg.\n\n## Colour\n\n# Clinic\n\nOpen daily.";
  const { text, blocks } = await read("a.md", source);
  const found = chunk(text, blocks).map(({ start, end, headingPath }) => [
    headingPath.join(" > "),
    text.slice(start, end),
  ]);
  expect(found).toEqual([
    ["Pump", "It lifts water."],
    ["Pump > Weight", "It weighs 38 kg."],
    ["Pump", "Colour"],
    ["Clinic", "Open daily."],
  ]);
});

it("passages end where sentences do, and abbreviations end none", async () => {
  const sentence = "Dr. Lindqvist measured approx. 3.5 litres, i.e. much, at No. 7 in St. Marks on that day.";
  const { text, blocks } = await read("a.txt", Array.from({ length: 20 }, () => sentence).join(" "));
  const chunks = chunk(text, blocks);
  expect(chunks.length).toBeGreaterThan(3);
  for (const { start, end } of chunks) expect(text.slice(start, end)).toMatch(/^Dr\. .*day\.$/);
});

it("most passages of running text have between forty and seventy-five words", async () => {
  const next = numbers(7);
  const sentence = () =>
    `${Array.from({ length: 8 + Math.floor(next() * 16) }, () => "word").join(" ")}.`.replace(/^w/, "W");
  const { text, blocks } = await read("a.txt", Array.from({ length: 400 }, sentence).join(" "));
  const counts = chunk(text, blocks).map(({ start, end }) => wordCount(text.slice(start, end)));
  expect(counts.filter((count) => count >= 40 && count <= 75).length / counts.length).toBeGreaterThan(0.95);
});
