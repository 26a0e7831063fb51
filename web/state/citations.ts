// From the [n] of an answer to the place in a document. Pure.
import type { AskResult, Citation } from "../../worker/contract/index.ts";
import type { Place, Route } from "./route.ts";

/**
 * The citation of each [n] of an answer, in the order of the text. A citation may carry another number than the text where
 * the answer numbered wrong; with one citation for each [n] the order pairs them, otherwise the numbers do.
 */
export function pairMarkers(answer: string, citations: readonly Citation[]): (Citation | undefined)[] {
  const markers = [...answer.matchAll(/\[(\d{1,2})\](?!\()/g)].map(([, number]) => Number(number));
  if (markers.length === citations.length) return [...citations];
  const left = new Map<number, Citation[]>();
  for (const citation of citations) left.set(citation.marker, [...(left.get(citation.marker) ?? []), citation]);
  return markers.map((marker) => {
    const same = left.get(marker);
    return same !== undefined && same.length > 1 ? same.shift() : same?.[0];
  });
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
