// Rows as canonical JSONL: OpenAI's `messages`, a rejected answer beside them, notes and split under `metadata`; plain text as
// `text`. Read in again it gives the same row hashes and the same version hash. Does not choose the rows.
import type { DatasetRow, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { isPlainText } from "./row.ts";
import type { PackedRows } from "./rows.ts";

/** What is written of a row. */
type Written = Omit<DatasetRow, "id" | "hash" | "promptHash" | "origin" | "createdAt">;

/** All that is written of a row beside its content, as JSON. */
export function canonicalNotes({ split, tags, rating, reason }: Written): string {
  return JSON.stringify({ split, ...(tags.length === 0 ? {} : { tags }), rating, reason });
}

/** One row as one line, without its end. */
export function canonicalLine(row: Written): string {
  const content = isPlainText(row)
    ? { text: row.messages[0]!.content }
    : { messages: row.messages.map(({ role, content }) => ({ role, content })), rejected: row.rejected };
  return `${JSON.stringify(content).slice(0, -1)},"metadata":${canonicalNotes(row)}}`;
}

const linesAPart = 1000;

/** The rows, all or of one split, as a file, in their order. */
export async function exportRows(rows: PackedRows, split: Split | undefined, slices: Slices): Promise<Blob> {
  const parts: Blob[] = [];
  let lines: string[] = [];
  for (const slot of rows.slots()) {
    if (split !== undefined && rows.splitAt(slot) !== split) continue;
    lines.push(`${canonicalLine(rows.at(slot))}\n`);
    if (lines.length === linesAPart) parts.push(new Blob([lines.join("")]));
    if (lines.length === linesAPart) lines = [];
    await slices.breathe();
  }
  return new Blob([...parts, lines.join("")], { type: "application/jsonl" });
}
