// From the [n] of an answer to the place in a document. Pure.
import type { AskResult, Citation } from "../../worker/contract/index.ts";
import type { Place, Route } from "./route.ts";

/** The citation that the `occurrence`-th [marker] stands for; the last one when there are fewer citations than markers. */
export function citationAt(result: AskResult, marker: number, occurrence: number): Citation | undefined {
  const same = result.citations.filter((citation) => citation.marker === marker);
  return same[Math.min(occurrence, same.length - 1)];
}

/** The places an answer cites in a document, in the order they stand there. */
export function placesIn(result: AskResult, documentId: string): Place[] {
  const located = result.citations.filter(({ status, ...at }) => status === "located" && at.documentId === documentId);
  const places = located
    .map(({ start, end }) => ({ start, end }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  return places.filter(({ start, end }, index) => start !== places[index - 1]?.start || end !== places[index - 1]?.end);
}

/** The way to a citation: its document, opened at the place, with the answer's other places there in reach. */
export function routeToCitation(result: AskResult, citation: Citation): Route {
  const places = placesIn(result, citation.documentId);
  const index = places.findIndex(({ start, end }) => start === citation.start && end === citation.end);
  return { screen: "document", documentId: citation.documentId, places, index: Math.max(index, 0) };
}
