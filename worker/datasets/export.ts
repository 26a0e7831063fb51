// Rows as canonical JSONL: OpenAI's `messages`, a rejected answer beside them, notes and split under `metadata`; plain text as
// `text`. Read in again it gives the same row hashes and the same version hash. Does not choose the rows.
import type { DatasetRow } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { isPlainText } from "./row.ts";

/** All that is written of a row beside its content, as JSON. */
export function canonicalNotes({ split, tags, rating, reason }: DatasetRow): string {
  return JSON.stringify({ split, ...(tags.length === 0 ? {} : { tags }), rating, reason });
}

/** One row as one line, without its end. */
export function canonicalLine(row: DatasetRow): string {
  const content = isPlainText(row)
    ? { text: row.messages[0]!.content }
    : { messages: row.messages.map(({ role, content }) => ({ role, content })), rejected: row.rejected };
  return `${JSON.stringify(content).slice(0, -1)},"metadata":${canonicalNotes(row)}}`;
}

const linesAPart = 1000;

/** The rows as a file, in their order. */
export async function exportRows(rows: readonly DatasetRow[], slices: Slices): Promise<Blob> {
  const parts: Blob[] = [];
  for (let at = 0; at < rows.length; at += linesAPart) {
    const lines = rows.slice(at, at + linesAPart).map((row) => `${canonicalLine(row)}\n`);
    parts.push(new Blob([lines.join("")]));
    await slices.breathe();
  }
  return new Blob(parts, { type: "application/jsonl" });
}
