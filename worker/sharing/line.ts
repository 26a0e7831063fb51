// A row as one line of canonical JSONL, which is how it travels, and back. Where a row comes from stays on the device.
import { fail, type DatasetRow, type RowDraft, type Split } from "../contract/index.ts";
import { canonicalLine } from "../datasets/export.ts";
import { readRow } from "../datasets/formats.ts";
import { hashText } from "../datasets/hash.ts";
import { parseJson } from "../datasets/json.ts";
import { checkContent, promptHash, rowHash, tidy } from "../datasets/row.ts";

export const lineOf = canonicalLine;
export const lineHash = hashText;

/** What a line says of its row: all but its id, its origin and its time. */
export type LineRow = Omit<DatasetRow, "id" | "origin" | "createdAt">;

const wrong = (name: string, reason: string): never => fail({ code: "invalid-argument", name, reason });

/** Throws invalid-argument for a line that no row has, or that its row is not written as. */
export function rowOfLine(line: string): LineRow {
  const { split, ...read } = readRow("messages", parseJson(line));
  checkContent(read);
  if (split === undefined) wrong("metadata.split", "is missing");
  const plain = tidy(read as RowDraft);
  const row = { hash: rowHash(plain), promptHash: promptHash(plain), ...plain, split: split as Split };
  if (canonicalLine(row) !== line) wrong("line", "is not written in the canonical form");
  return row;
}

/** The same line for another split. */
export const inSplit = (line: string, split: Split): string => canonicalLine({ ...rowOfLine(line), split });
