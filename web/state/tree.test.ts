import { describe, expect, test } from "vitest";
import type { Turn } from "../../worker/contract/index.ts";
import { newestLeaf, pathTo, siblingsOf } from "./tree.ts";

function turn(id: string, parentId: string | null, role: Turn["role"], createdAt: number): Turn {
  return { id, parentId, role, content: id, createdAt };
}
const turns = [
  turn("q1", null, "user", 1),
  turn("a1", "q1", "assistant", 2),
  turn("a2", "q1", "assistant", 3),
  turn("q2", "a1", "user", 4),
  turn("b1", "q2", "assistant", 5),
];

describe("the tree of turns", () => {
  test("a path runs from the root to the leaf", () => {
    expect(pathTo(turns, "b1").map(({ id }) => id)).toEqual(["q1", "a1", "q2", "b1"]);
  });
  test("no leaf, no path", () => {
    expect(pathTo(turns, null)).toEqual([]);
  });
  test("a damaged tree with a cycle still ends", () => {
    expect(pathTo([turn("x", "y", "user", 1), turn("y", "x", "user", 2)], "x")).toHaveLength(2);
  });
  test("answers to the same question are siblings, oldest first", () => {
    expect(siblingsOf(turns, turns[2]!).map(({ id }) => id)).toEqual(["a1", "a2"]);
  });
  test("from a turn one comes down to its newest reply", () => {
    expect(newestLeaf(turns, "a1")).toBe("b1");
    expect(newestLeaf(turns, "a2")).toBe("a2");
    expect(newestLeaf(turns, "q1")).toBe("a2");
  });
});
