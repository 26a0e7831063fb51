// A data file as a stream of rows: finds out how it is cut (lines, a JSON array, a table) and in which format its rows are, then
// reads them one by one. A bad row is named and the next is read. Does not keep rows.
import {
  AppError,
  fail,
  type ColumnMapping,
  type DataFile,
  type FileLook,
  type RowProblem,
} from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { encodingOf, textOf } from "./decode.ts";
import { isFields } from "./fields.ts";
import { detectFormat, readRow, type JsonFormat, type ReadRow } from "./formats.ts";
import { parseJson } from "./json.ts";
import { arrayItems, lines, records, type Piece } from "./pieces.ts";
import { checkContent } from "./row.ts";
import { cellsOf, columnNames, delimiterOf, guessMapping, isMapped, missingColumn, readRecord } from "./table.ts";

/** One row as met: read, or with what is wrong. */
export type MetRow =
  | { readonly line: number; readonly row: ReadRow; readonly problem?: undefined }
  | { readonly line: number; readonly problem: RowProblem };

/** A file whose format is known. `rows` reads it from the start, once. */
export interface Source extends Pick<FileLook, "format" | "encoding" | "columns" | "mapping" | "isMapped"> {
  rows(slices: Slices): AsyncIterable<MetRow>;
}

const headBytes = 1 << 16;
const detectedRows = 20; // values the format is judged by
const triedRows = 200; // pieces among which so many values are looked for

/** Opens a file. Throws data-unreadable where no row of it could be read, invalid-argument for a mapping of other columns. */
export async function openSource(file: DataFile, mapping?: ColumnMapping): Promise<Source> {
  const encoding = await encodingOf(file);
  const head = new TextDecoder(encoding).decode(await file.bytes.slice(0, headBytes).arrayBuffer()).trimStart();
  if (head === "") fail({ code: "data-unreadable", file: file.name, reason: "it has no rows" });
  const shape = shapeOf(file.name, head);
  return shape === "table" ? openTable(file, encoding, head, mapping) : openJson(file, encoding, shape);
}

function shapeOf(name: string, head: string): "lines" | "array" | "table" {
  if (head.startsWith("[") && !isWholeLine(head)) return "array";
  if (/^[[{]/.test(head) || /\.(jsonl|ndjson|json)$/i.test(name)) return "lines";
  return "table";
}

/** Whether the first of several lines is a JSON value by itself. */
function isWholeLine(head: string): boolean {
  const end = head.indexOf("\n");
  if (end < 0 || head.slice(end).trim() === "") return false;
  try {
    JSON.parse(head.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

async function openJson(file: DataFile, encoding: FileLook["encoding"], shape: "lines" | "array"): Promise<Source> {
  const cut = (slices: Slices) => (shape === "lines" ? lines : arrayItems)(textOf(file, encoding, slices));
  const values: unknown[] = [];
  let firstFault: RowProblem | undefined;
  let count = 0;
  for await (const piece of cut(new Slices())) {
    const { value, problem } = attempt(piece, (text) => ({ value: parseJson(text) }));
    if (problem === undefined) values.push(value);
    else firstFault ??= problem;
    if (values.length === detectedRows || ++count === triedRows) break;
  }
  if (values.length === 0) fail({ code: "data-unreadable", file: file.name, reason: noValue(firstFault) });
  const format = detectFormat(values) ?? fail({ code: "data-unreadable", file: file.name, reason: noFormat(values) });
  return {
    ...{ format, encoding, columns: [], mapping: null, isMapped: true },
    rows: (slices) => readAll(cut(slices), (text) => readJson(format, text)),
  };
}

const noValue = (fault: RowProblem | undefined): string =>
  fault === undefined
    ? "it has no rows"
    : `none of its first rows can be read (line ${fault.line} ${fault.reason}); write one JSON object a line, or a list of them`;

function noFormat(values: readonly unknown[]): string {
  const first = values.find(isFields);
  const found =
    first === undefined ? "its rows are no objects" : `its rows have the fields ${names(Object.keys(first))}`;
  return `${found}; known are messages, conversations, instruction and output, prompt and completion, chosen and rejected, text`;
}

const names = (all: readonly string[]): string => {
  const few = all.slice(0, 10).map((name) => name.slice(0, 40));
  return few.join(", ") + (all.length > few.length ? ", …" : "");
};

function readJson(format: JsonFormat, text: string): ReadRow {
  const row = readRow(format, parseJson(text));
  checkContent(row);
  return row;
}

async function openTable(
  file: DataFile,
  encoding: FileLook["encoding"],
  head: string,
  given: ColumnMapping | undefined,
): Promise<Source> {
  const delimiter = delimiterOf(file.name, head);
  const cut = (slices: Slices) => records(textOf(file, encoding, slices), delimiter);
  const first = await firstRecord(cut(new Slices()), delimiter);
  if (first === undefined || (first.length < 2 && !/\.(csv|tsv|tab)$/i.test(file.name)))
    fail({ code: "data-unreadable", file: file.name, reason: "it is neither JSON nor a table with a first row" });
  const mapping = given ?? guessMapping(first);
  const columns = columnNames(first, mapping.hasHeader);
  const missing = missingColumn(mapping, columns);
  if (missing !== undefined)
    fail({ code: "invalid-argument", name: "mapping", reason: `the table has no column "${missing}"` });
  async function* rows(slices: Slices) {
    let isFirst = mapping.hasHeader;
    for await (const met of readAll(cut(slices), (text) => {
      const row = readRecord(cellsOf(text, delimiter), columns, mapping);
      checkContent(row);
      return row;
    })) {
      if (!isFirst) yield met;
      isFirst = false;
    }
  }
  return { format: "table", encoding, columns, mapping, isMapped: isMapped(mapping), rows };
}

async function firstRecord(pieces: AsyncIterable<Piece>, delimiter: string): Promise<string[] | undefined> {
  for await (const piece of pieces) return attempt(piece, (text) => ({ cells: cellsOf(text, delimiter) })).cells;
  return undefined;
}

async function* readAll(pieces: AsyncIterable<Piece>, read: (text: string) => ReadRow): AsyncGenerator<MetRow> {
  for await (const piece of pieces) yield { line: piece.line, ...attempt(piece, (text) => ({ row: read(text) })) };
}

/** What `read` makes of a piece, or what is wrong with it. */
function attempt<T extends object>(
  { line, text, fault }: Piece,
  read: (text: string) => T,
): (T & { problem?: undefined }) | ({ problem: RowProblem } & { [Key in keyof T]?: undefined }) {
  const none = {} as { [Key in keyof T]?: undefined };
  if (fault !== undefined) return { ...none, problem: { line, field: "", reason: fault } };
  try {
    return read(text);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.detail.code !== "invalid-argument") throw cause;
    return { ...none, problem: { line, field: cause.detail.name, reason: cause.detail.reason } };
  }
}
