import { expect, it } from "vitest";
import { AnswerText } from "./stops.ts";

/** What is shown of a text that grows by a character at a time. */
function shown(text: string, stop: readonly string[]): string[] {
  const answer = new AnswerText(stop);
  const pieces = [...text].map((_, i, all) => answer.grow(all.slice(0, i + 1).join("")));
  return [...pieces, answer.grow(text, true)].filter((piece) => piece !== "");
}

it.each([
  ["a stop string ends the answer before it", "one two three", ["two"], "one "],
  ["the first of several counts", "one two three", ["three", "two"], "one "],
  ["what only begins like one is shown", "one tw", ["two"], "one tw"],
  ["a text without one is whole", "a\u{1F600}b", ["x"], "a\u{1F600}b"],
  ["one that is there at once leaves nothing", "END", ["END"], ""],
])("%s", (_, text, stop, expected) => expect(shown(text, stop).join("")).toBe(expected));

it("a beginning of a stop string is held until it is known not to be one", () => {
  expect(shown("a<b<<c", ["<<"])).toEqual(["a", "<b"]);
});

it("half a character is held until the rest is there", () => {
  const answer = new AnswerText([]);
  expect(answer.grow("a\uFFFD")).toBe("a");
  expect(answer.grow("aé")).toBe("é");
  expect(answer.grow("aé\uFFFD", true)).toBe("\uFFFD"); // it never came
});
