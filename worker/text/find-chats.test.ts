import { describe, expect, it } from "vitest";
import type { Chat, Turn } from "../contract/index.ts";
import { findIn, queryWords } from "./find-chats.ts";

const turn = (content: string, more: Partial<Turn> = {}): Turn => ({
  ...{ id: content, parentId: null, role: "user", content, createdAt: 1 },
  ...more,
});
const chat = (title: string, ...turns: Turn[]): Chat => ({
  ...{ id: title, title, createdAt: 1, updatedAt: 1, documentIds: null, turns, currentId: null },
});
const lineOf = (found: Chat, query: string) => findIn(found, queryWords(query))?.line;

describe("chats are found", () => {
  const pump = chat(
    "Wells",
    turn("How deep does it go?"),
    turn("First line.\n  No deeper than 45 metres, says the manual.  \nLast."),
  );

  it.each([
    ["DEEPER manual", "No deeper than 45 metres, says the manual."],
    ["wells metres", "No deeper than 45 metres, says the manual."], // one word in the title, one in a message
    ["how deep", "How deep does it go?"],
    ["deep last", "How deep does it go?"], // on different lines: the first of the best
    ["wells", null],
    ["wells granite", undefined],
    ["", undefined],
    ["  ", undefined],
  ])("by %j", (query, line) => expect(lineOf(pump, query)).toBe(line));

  it("by a corrected answer as it is shown, not by what it replaced", () => {
    const corrected = chat("x", turn("A boat.", { role: "assistant", corrected: "A pump." }));
    expect(lineOf(corrected, "pump")).toBe("A pump.");
    expect(lineOf(corrected, "boat")).toBeUndefined();
  });

  it("by composed and decomposed letters alike", () => {
    expect(lineOf(chat("x", turn("Zoe\u0308 asked")), "Zo\u00eb")).toBe("Zoe\u0308 asked");
  });

  it("a long line is cut around what was found", () => {
    const line = lineOf(chat("x", turn(`${"a ".repeat(500)}needle${" b".repeat(500)}`)), "needle")!;
    expect(line).toMatch(/^….*needle.*…$/);
    expect(line.length).toBeLessThan(170);
  });
});
