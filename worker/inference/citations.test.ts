// Citations: the claim is found in the passage it names, or where it really stands, or is said not to be found.
import { expect, it } from "vitest";
import type { FoundPassage } from "../contract/index.ts";
import { citationsOf, locate } from "./citations.ts";

const passage = (documentId: string, start: number, text: string): FoundPassage => ({
  ...{
    id: `${documentId}:${start}`,
    documentId,
    documentName: `${documentId}.md`,
    start,
    end: start + text.length,
    text,
  },
  ...{ headingPath: [], score: 1, textRank: 1 },
});
const passages = [
  passage("k4", 100, "The Kestrel K4 is a hand pump. The K4 serves wells down to 45 metres.\nIt weighs 38 kilograms."),
  passage("clinic", 0, "The clinic was founded in 1987. Dr. Amara Lindqvist has led it since 2016."),
];
const brief = (answer: string) =>
  citationsOf(answer, passages).map(({ marker, quote, status }) => [marker, quote, status]);

it("a value is shown in the sentence that holds it, at its place in the document", () => {
  const [citation] = citationsOf("45 metres. [1]", passages);
  const quote = "The K4 serves wells down to 45 metres.";
  const start = 100 + passages[0]!.text.indexOf(quote);
  expect(citation).toEqual({
    ...{ marker: 1, documentId: "k4", document: "k4.md", start, end: start + quote.length, quote, status: "located" },
  });
});

it("a quoted sentence is located, whatever its case, spacing and punctuation", () => {
  expect(brief("“It  weighs 38 KILOGRAMS”! [1]")).toEqual([[1, "It weighs 38 kilograms.", "located"]]);
  expect(brief("the K4 serves wells down to 45 metres. It weighs 38 kilograms [1]")).toEqual([
    [1, "The K4 serves wells down to 45 metres.\nIt weighs 38 kilograms.", "located"],
  ]);
});

it("a wrong or impossible number is corrected to the passage that says it", () => {
  expect(brief("Dr. Amara Lindqvist. [1]")).toEqual([[2, "Dr. Amara Lindqvist has led it since 2016.", "located"]]);
  expect(brief("1987 [7]")).toEqual([[2, "The clinic was founded in 1987.", "located"]]);
});

it("what stands nowhere is not found, and is shown with the passage that was named", () => {
  expect(brief("46 metres. [1]")).toEqual([[1, passages[0]!.text, "not-found"]]);
  expect(brief("46 metres. [9]")).toEqual([]);
});

it("each marker vouches for the words before it; two together for the same", () => {
  expect(brief("45 metres [1] and 1987 [2].").map(([marker]) => marker)).toEqual([1, 2]);
  expect(brief("38 kilograms [1][2]").map(([marker]) => marker)).toEqual([1, 1]);
  expect(brief("No marker at all.")).toEqual([]);
});

it("a part of a word or of a number is no match", () => {
  expect(locate("4", "wells down to 45 metres")).toBeUndefined();
  expect(locate("3", "weighs 3.5 kg")).toBeUndefined();
  expect(locate("5 kg", "weighs 3.5 kg")).toBeUndefined();
  expect(locate("3.5 kg", "weighs 3.5 kg")).toEqual({ start: 7, end: 13 });
  expect(locate("metre", "45 metres")).toBeUndefined();
  expect(locate("...", "anything")).toBeUndefined();
});
