// Rows of a table (CSV, TSV): the mapping of its columns, guessed or given, and the row a record stands for. A wrong cell throws
// invalid-argument with the column's name. Does not cut the file into records.
import Papa from "papaparse";
import type { ColumnMapping, ColumnUse } from "../contract/index.ts";
import { bad, optionalText, ratingOf, splitOfField } from "./fields.ts";
import { chat, withInput, type ReadRow } from "./formats.ts";

/** Names columns go by, lower case. The first use that claims a column has it. */
const known: Readonly<Record<ColumnUse, readonly string[]>> = {
  system: ["system", "system prompt", "system_prompt"],
  prompt: ["prompt", "question", "instruction", "user", "query", "request", "frage"],
  completion: ["completion", "answer", "response", "output", "assistant", "chosen", "reply", "target", "antwort"],
  input: ["input", "context"],
  rejected: ["rejected", "wrong answer", "bad answer"],
  text: ["text"],
  tags: ["tags", "tag", "labels", "category"],
  split: ["split"],
  rating: ["rating"],
  reason: ["reason", "comment"],
};

/** The character that divides cells. */
export function delimiterOf(name: string, head: string): string {
  if (/\.(tsv|tab)$/i.test(name)) return "\t";
  return Papa.parse<string[]>(head, { preview: 20 }).meta.delimiter;
}

/** The cells of one record. */
export function cellsOf(record: string, delimiter: string): string[] {
  // The file's line ends become \n, which all stand within quotes: no row of the record ends at one.
  const { data, errors } = Papa.parse<string[]>(record.replace(/\r\n?/g, "\n"), { delimiter, newline: "\r" });
  if (errors.some(({ type }) => type === "Quotes")) bad("", "has a quote in the wrong place");
  return data[0] ?? [];
}

/** The names of a table's columns, none twice. */
export function columnNames(first: readonly string[], hasHeader: boolean): string[] {
  const names: string[] = [];
  for (const [i, cell] of first.entries()) {
    const plain = hasHeader && cell.trim() !== "" ? cell.trim() : String(i + 1);
    let name = plain;
    for (let n = 2; names.includes(name); n++) name = `${plain} (${n})`;
    names.push(name);
  }
  return names;
}

/** What the columns seem to be, from the first record. */
export function guessMapping(first: readonly string[]): ColumnMapping {
  const cells = first.map((cell) => cell.trim());
  const isNamed = cells.some((cell) => Object.values(known).some((names) => names.includes(cell.toLowerCase())));
  // Names are short, all there and all different; texts rarely are.
  const isLikeNames = cells.every((cell) => cell !== "" && cell.length < 40 && cell.split(/\s+/).length <= 3);
  const hasHeader = isNamed || (isLikeNames && new Set(cells).size === cells.length);
  const names = columnNames(first, hasHeader);
  const columns: Partial<Record<ColumnUse, string>> = {};
  const uses = Object.keys(known) as ColumnUse[];
  for (const use of uses) {
    const name = names.find((n) => known[use].includes(n.toLowerCase()) && !Object.values(columns).includes(n));
    if (name !== undefined) columns[use] = name;
  }
  // Alpaca's and others' `input` is the prompt where nothing else is.
  if (columns.prompt === undefined && columns.input !== undefined) {
    columns.prompt = columns.input;
    delete columns.input;
  }
  if (names.length === 2 && Object.keys(columns).length === 0) [columns.prompt, columns.completion] = names;
  return { hasHeader, columns };
}

/** Whether the mapping says what is learned: a prompt and its answer, or a text. */
export const isMapped = ({ columns }: ColumnMapping): boolean =>
  columns.text !== undefined || (columns.prompt !== undefined && columns.completion !== undefined);

/** The first of the mapping's columns that the table does not have. */
export const missingColumn = ({ columns }: ColumnMapping, names: readonly string[]): string | undefined =>
  Object.values(columns).find((name) => !names.includes(name));

/** The row a record stands for. */
export function readRecord(cells: readonly string[], names: readonly string[], { columns }: ColumnMapping): ReadRow {
  const extra = cells.slice(names.length).filter((cell) => cell.trim() !== "");
  if (extra.length > 0)
    bad("", `has ${cells.length} cells where the table has ${names.length} columns; a text with a comma needs quotes`);
  const cell = (use: ColumnUse) =>
    columns[use] === undefined ? undefined : (cells[names.indexOf(columns[use])] ?? "");
  const needed = (use: ColumnUse) => cell(use)?.trim() || bad(columns[use] ?? use, "is empty");
  const split = splitOfField(columns.split ?? "", cell("split"));
  const rating = ratingOf(columns.rating ?? "", cell("rating"));
  const reason = optionalText("", cell("reason"));
  const rejected = optionalText("", cell("rejected"));
  const tags = (cell("tags") ?? "").split(/[,;]/).filter((tag) => tag.trim() !== "");
  const isText = columns.prompt === undefined || columns.completion === undefined;
  const content = isText
    ? { messages: [{ role: "assistant" as const, content: needed("text") }] }
    : chat(
        optionalText("", cell("system")),
        [{ role: "user", content: withInput(needed("prompt"), optionalText("", cell("input"))) }],
        needed("completion"),
      );
  return {
    ...content,
    ...(rejected === undefined ? {} : { rejected }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(split === undefined ? {} : { split }),
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined ? {} : { reason }),
  };
}
