import { describe, expect, test } from "vitest";
import type { Block } from "../../worker/contract/index.ts";
import { extentOf, findAll, groupBlocks, marksIn, segmentsOf, sliceGroups, toMarks } from "./reading.ts";

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
    const segments = segmentsOf(text, first, toMarks([{ start: 10, end: 12 }]), "cited");
    expect(segments.map(({ text, mark }) => [text, mark])).toEqual([
      ["The ", null],
      ["K4", "cited"],
      [" serves wells.", null],
    ]);
    expect(segments[1]!.index).toBe(0);
  });
  test("a place over two blocks is marked in both and numbered in the first", () => {
    const place = { start: 20, end: 31 };
    expect(segmentsOf(text, first, toMarks([place]), "cited").at(-1)).toEqual({
      text: "wells.",
      mark: "cited",
      index: 0,
    });
    expect(segmentsOf(text, second, toMarks([place]), "cited")[0]).toEqual({ text: "Down", mark: "cited", index: -1 });
  });
  test("whatever is marked, the pieces together are the block", () => {
    const places = [
      { start: 0, end: 9 },
      { start: 8, end: 14 },
      { start: 20, end: 99 },
    ];
    const joined = segmentsOf(text, first, toMarks(places), "found").map(({ text }) => text);
    expect(joined.join("")).toBe(text.slice(first.start, first.end));
  });
  test("a stretch is given its own marks, and one and the same list when it has none", () => {
    const marks = toMarks([
      { start: 0, end: 3 },
      { start: 8, end: 12 },
    ]);
    expect(marksIn(marks, first).map(({ index }) => index)).toEqual([1]);
    expect(marksIn(marks, second)).toBe(marksIn([], first));
  });
  test("slices are all groups in order, and know where they begin and end", () => {
    const groups = groupBlocks([heading, first, { ...second, page: 2 }]);
    const slices = sliceGroups(groups, 2);
    expect(slices.flat()).toEqual(groups);
    expect(slices.map(extentOf)).toEqual([
      { start: 0, end: 26 },
      { start: 27, end: 40 },
    ]);
  });
  test("find ignores case and keeps offsets", () => {
    expect(findAll(text, "k4")).toEqual([{ start: 10, end: 12 }]);
    expect(findAll(text, "  ")).toEqual([]);
    expect(findAll("aaaa", "aa")).toHaveLength(2);
  });
});
