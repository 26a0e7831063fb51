// CSV and JSON Lines: a row or an object becomes one line, "header: value; header: value", so that it can be understood
// alone. Does not interpret values.
import Papa from "papaparse";
import { fail } from "../contract/index.ts";
import { BlockBuilder, type Extracted } from "./builder.ts";
import type { Slices } from "./slices.ts";

const pieceLength = 1 << 16; // characters parsed in one go

export async function extractCsv(text: string, slices: Slices): Promise<Extracted> {
  const builder = new BlockBuilder();
  let headers: readonly string[] | undefined;
  let delimiter = ""; // found in the first piece
  let done = 0;
  for (const piece of pieces(text)) {
    const { data, meta } = Papa.parse<string[]>(piece, { skipEmptyLines: "greedy", delimiter });
    delimiter = meta.delimiter;
    for (const row of data) {
      const isFirst = headers === undefined;
      headers ??= isHeader(row) ? row.map((cell) => cell.trim()) : [];
      if (!isFirst || headers.length === 0) builder.add("table-row", labelled(headers, row));
    }
    done += piece.length;
    slices.report(0.5 + (done / text.length) * 0.5);
    await slices.breathe();
  }
  if (builder.isEmpty) builder.add("table-row", headers?.join("; ") ?? "");
  return builder.finish();
}

/** Pieces of whole rows: a line's end counts where the quotes before it are closed. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  let isQuoted = false;
  for (const { 0: mark, index } of text.matchAll(/["\n]/g)) {
    if (mark === '"') isQuoted = !isQuoted;
    else if (!isQuoted && index - start > pieceLength) {
      yield text.slice(start, index + 1);
      start = index + 1;
    }
  }
  if (start < text.length) yield text.slice(start);
}

/** A first row names the columns when its cells are all different, none is a number, and there are at least two. */
function isHeader(row: readonly string[]): boolean {
  const cells = row.map((cell) => cell.trim());
  const isNamed = cells.filter((cell) => cell !== "").length > cells.length / 2;
  return (
    cells.length > 1 && isNamed && new Set(cells).size === cells.length && !cells.some((c) => /^[-+\d.,%$€£]+$/.test(c))
  );
}

function labelled(headers: readonly string[], row: readonly string[]): string {
  const pairs = row.map((cell, i) => [headers[i] ?? "", cell.replace(/\s+/g, " ").trim()] as const);
  return pairs
    .filter(([, value]) => value !== "")
    .map(([header, value]) => (header === "" ? value : `${header}: ${value}`))
    .join("; ");
}

export async function extractJsonLines(name: string, text: string, slices: Slices): Promise<Extracted> {
  const builder = new BlockBuilder();
  let readCount = 0;
  for (const { 0: line, index } of text.matchAll(/[^\n]*\S[^\n]*/g)) {
    const value = parsed(line);
    if (value !== undefined) readCount++;
    builder.add("table-row", value === undefined ? line : fields(value).join("; "));
    slices.report(0.5 + (index / text.length) * 0.5);
    await slices.breathe();
  }
  if (readCount === 0 && !builder.isEmpty)
    fail({ code: "document-unreadable", document: name, reason: "damaged", detail: "no line is JSON" });
  return builder.finish();
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** "path: value" of every value in a JSON tree. Iterative: a line may be nested as deep as it likes. */
function fields(root: unknown): string[] {
  const found: string[] = [];
  const open: { path: string; value: unknown }[] = [{ path: "", value: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, value } = next;
    if (value === null || value === "") continue;
    if (typeof value !== "object") found.push(path === "" ? String(value) : `${path}: ${String(value)}`);
    else if (Array.isArray(value) && value.every((item) => typeof item !== "object"))
      found.push(`${path}: ${value.join(", ")}`);
    else {
      const entries = Array.isArray(value) ? value.map((item) => ["", item] as const) : Object.entries(value);
      for (const [key, item] of entries.toReversed())
        open.push({ path: [path, key].filter((part) => part !== "").join("."), value: item });
    }
  }
  return found;
}
