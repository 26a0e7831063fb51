// Extraction measured on real files with known text: how many of the expected words are there, how much of a page is its
// main text, and that hard PDFs end in text or in an AppError. Skipped where the files are not at hand.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AppError } from "../contract/index.ts";
import { BlockBuilder } from "./builder.ts";
import { chunk } from "./chunk.ts";
import { parseHtml } from "./dom.ts";
import { extract } from "./extract.ts";
import { addBlocks } from "./html-blocks.ts";

const root = "../shared/data/documents";
const isHere = existsSync(root);
if (!isHere) console.log(`${root} is not here: extraction from real files is not measured`);
const file = (path: string) => new Blob([readFileSync(`${root}/${path}`)]);
const wordsOf = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
const plain = (markdown: string) =>
  markdown
    .replace(/<!--.*?-->/gs, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/&\w+;/g, " ");

/** Shares of the expected words that were found, and of the found words that were expected; each word as often as it stands. */
function overlap(found: readonly string[], expected: readonly string[]): { recall: number; precision: number } {
  const left = new Map<string, number>();
  for (const word of found) left.set(word, (left.get(word) ?? 0) + 1);
  let hits = 0;
  for (const word of expected) {
    const count = left.get(word) ?? 0;
    if (count > 0) hits++;
    left.set(word, count - 1);
  }
  return { recall: hits / Math.max(1, expected.length), precision: hits / Math.max(1, found.length) };
}

// Per kind: the least share of all expected words. Word's equations, charts and drawings are not read.
const kinds = { md: 0.995, csv: 0.99, html: 0.975, docx: 0.92 };

describe.skipIf(!isHere)("real files", () => {
  it.each(Object.entries(kinds))("%s: the share of expected words found is at least %d", async (kind, least) => {
    const names = readdirSync(`${root}/${kind}`).filter((name) => existsSync(`${root}/${kind}/${name}.expected.md`));
    const [found, expected] = [[] as string[], [] as string[]];
    for (const name of names) {
      const prefix = (word: string) => `${name} ${word}`; // a word of one file must not make up for another's
      found.push(...wordsOf((await extract(name, file(`${kind}/${name}`))).text).map(prefix));
      const markdown = readFileSync(`${root}/${kind}/${name}.expected.md`, "utf8");
      expected.push(...wordsOf(plain(markdown)).map(prefix));
    }
    const { recall } = overlap(found, expected);
    console.log(`${kind}: ${names.length} files, ${expected.length} words, ${(recall * 100).toFixed(1)} % found`);
    expect(recall).toBeGreaterThanOrEqual(least);
  });

  it("web pages: main text has a mean F1 of at least 0.98, and none is below 0.9", async () => {
    const scores: number[] = [];
    for (const name of readdirSync(`${root}/web`)) {
      const { text } = await extract("page.html", file(`web/${name}/source.html`));
      const wanted = new BlockBuilder();
      addBlocks(parseHtml(readFileSync(`${root}/web/${name}/expected.html`, "utf8")).body, wanted);
      const { recall, precision } = overlap(wordsOf(text), wordsOf(wanted.finish().text));
      scores.push((2 * recall * precision) / (recall + precision || 1));
    }
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    console.log(`web: ${scores.length} pages, mean F1 ${mean.toFixed(4)}, least ${Math.min(...scores).toFixed(3)}`);
    expect(mean).toBeGreaterThan(0.98);
    expect(Math.min(...scores)).toBeGreaterThan(0.9);
  });

  it("PDF: text in paragraphs with pages, words at line ends whole again", async () => {
    const { text, blocks, pageCount } = await extract("amt.pdf", file("pdf/amt_handbook_sample.pdf"));
    expect(pageCount).toBe(1);
    expect(text).toContain(
      "The spring keeps the locking and load-carrying sections such a distance apart that the two sets of threads",
    );
    expect(text).not.toMatch(/\p{L}- \p{Ll}/u);
    expect(blocks.every(({ page }) => page === 1)).toBe(true);
    const formula = await extract("code.pdf", file("pdf/code_and_formula.pdf"));
    expect(
      formula.blocks.filter(({ kind }) => kind === "heading").map(({ start, end }) => formula.text.slice(start, end)),
    ).toEqual(["JavaScript Code Example", "Formula"]);
  });

  it("a PDF that names a character map instead of carrying it is read", async () => {
    expect((await extract("zh.pdf", file("pdf-hard/issue3521.pdf"))).text).toContain("我们都是黑体字");
  });

  it("hard PDFs end in text or in an AppError, in time", async () => {
    const names = readdirSync(`${root}/pdf-hard`).filter((name) => name.endsWith(".pdf"));
    const reasons: Record<string, number> = { read: 0 };
    for (const name of names) {
      try {
        const { text, blocks } = await extract(name, file(`pdf-hard/${name}`));
        for (const { start, end } of chunk(text, blocks)) expect(text.slice(start, end).length).toBe(end - start);
        reasons["read"]!++;
      } catch (cause) {
        if (!(cause instanceof AppError) || cause.detail.code !== "document-unreadable") throw cause;
        reasons[cause.detail.reason] = (reasons[cause.detail.reason] ?? 0) + 1;
      }
    }
    console.log(`pdf-hard: ${names.length} files, ${JSON.stringify(reasons)}`);
    expect(reasons["read"]).toBeGreaterThanOrEqual(56);
    expect(reasons["encrypted"]).toBe(3);
  });
});
