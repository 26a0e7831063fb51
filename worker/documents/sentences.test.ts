// Sentences: line breaks that only wrap do not end one; abbreviations, initials and list numbers do not either.
import { expect, it } from "vitest";
import { sentences } from "./sentences.ts";

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

it.each([
  ["One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]],
  [
    "The pump was built by Dr. A. Varga in approx. 3 days. It works.",
    ["The pump was built by Dr. A. Varga in approx. 3 days.", "It works."],
  ],
  ["It weighs 3.5 kg, i.e. little.", ["It weighs 3.5 kg, i.e. little."]],
  ["2. Open the valve. Wait.", ["2. Open the valve.", "Wait."]],
  ["first\nSecond item\nThird item", ["first", "Second item", "Third item"]],
  [
    "a line that was wrapped because it is long\nEnough, and goes on.",
    ["a line that was wrapped because it is long\nEnough, and goes on."],
  ],
  ["井戸は深い。ポンプは重い。", ["井戸は深い。", "ポンプは重い。"]],
  ["  \n ", []],
])("%j", (text, expected) => {
  expect(split(text)).toEqual(expected);
});

it("offsets count from the start of the whole text", () => {
  expect(sentences("xx One. Two.", 3, 12)).toEqual([
    { start: 3, end: 7 },
    { start: 8, end: 12 },
  ]);
});
