// Training pairs: what is paired with what, and that a text always gives the same.
import { expect, it } from "vitest";
import { pairsOf } from "./pairs.ts";

const sentence = (n: number) => `Sentence number ${n} says a few more words than the one before it did.`;

it("a question goes with the beginning of its answer, the subject with its end, sentences with those after them", () => {
  const answer = Array.from({ length: 12 }, (_, i) => sentence(i)).join("\n");
  const pairs = pairsOf({ question: "What is it?", answer, subject: "Sentences" });
  expect(pairs[0]).toEqual({ anchor: "What is it?", positive: [0, 1, 2, 3].map(sentence).join(" ") });
  expect(pairs[1]).toEqual({ anchor: "Sentences", positive: [8, 9, 10, 11].map(sentence).join(" ") });
  expect(pairs.slice(2)).toEqual([0, 4, 8].map((i) => ({ anchor: sentence(i), positive: sentence(i + 1) })));
  expect(pairsOf({ question: "What is it?", answer, subject: "Sentences" })).toEqual(pairs);
});

it("a short answer gives one pair, an empty one none", () => {
  expect(pairsOf({ question: "Who?", answer: "Ada did.", subject: "Ada" })).toEqual([
    { anchor: "Who?", positive: "Ada did." },
  ]);
  expect(pairsOf({ question: "Who?", answer: " " })).toEqual([]);
});
