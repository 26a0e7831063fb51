import { describe, expect, test } from "vitest";
import type { Block } from "../../worker/contract/index.ts";
import { findAll, groupAt, groupBlocks, segmentsOf } from "./reading.ts";

const text = "Pumps\nThe K4 serves wells.\nDown to 45 m.";
const heading: Block = { kind: "heading", level: 1, start: 0, end: 5, page: 1 };
const first: Block = { kind: "list-item", start: 6, end: 26, page: 1 };
const second: Block = { kind: "list-item", start: 27, end: 40, page: 1 };

describe("a document on screen", () => {
  test("neighbouring list items form one list; a page starts where its first block stands", () => {
    const groups = groupBlocks([heading, first, second]);
    expect(groups.map(({ kind, page, blocks }) => [kind, page, blocks.length])).toEqual([
      ["heading", 1, 1],
      ["list-item", null, 2],
    ]);
  });
  test("a list that runs over a page is cut there", () => {
    expect(groupBlocks([first, { ...second, page: 2 }])).toHaveLength(2);
  });
  test("a place inside a block is cut out exactly", () => {
    const segments = segmentsOf(text, first, [{ start: 10, end: 12 }], "cited");
    expect(segments.map(({ text, mark }) => [text, mark])).toEqual([
      ["The ", null],
      ["K4", "cited"],
      [" serves wells.", null],
    ]);
    expect(segments[1]!.index).toBe(0);
  });
  test("a place over two blocks is marked in both and numbered in the first", () => {
    const place = { start: 20, end: 31 };
    expect(segmentsOf(text, first, [place], "cited").at(-1)).toEqual({ text: "wells.", mark: "cited", index: 0 });
    expect(segmentsOf(text, second, [place], "cited")[0]).toEqual({ text: "Down", mark: "cited", index: -1 });
  });
  test("whatever is marked, the pieces together are the block", () => {
    const places = [
      { start: 0, end: 9 },
      { start: 8, end: 14 },
      { start: 20, end: 99 },
    ];
    const joined = segmentsOf(text, first, places, "found").map(({ text }) => text);
    expect(joined.join("")).toBe(text.slice(first.start, first.end));
  });
  test("find ignores case and keeps offsets", () => {
    expect(findAll(text, "k4")).toEqual([{ start: 10, end: 12 }]);
    expect(findAll(text, "  ")).toEqual([]);
    expect(findAll("aaaa", "aa")).toHaveLength(2);
  });
  test("a place is found in the group that shows it", () => {
    const groups = groupBlocks([heading, first, second]);
    expect(groupAt(groups, { start: 28, end: 30 })).toBe(1);
    expect(groupAt(groups, { start: 90, end: 95 })).toBe(-1);
  });
});
