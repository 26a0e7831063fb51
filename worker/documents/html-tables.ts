// Tables of HTML as rows that can be understood alone: "header: value; header: value". Spanning cells are repeated where
// they reach. Does not touch tables that only arrange a page.
import type { Block } from "../contract/index.ts";

interface Cell {
  readonly text: string;
  readonly isHeader: boolean;
}
export interface TableRow {
  readonly kind: Block["kind"];
  readonly text: string;
}
const maxSpan = 100; // a page may claim any number

/** Whether a table holds data: one that arranges a page has headings, lists or tables in its cells, or only one cell. */
export function isDataTable(table: Element): boolean {
  if (table.querySelector("table, h1, h2, h3, ul, ol, article, section, form, pre") !== null) return false;
  return table.querySelectorAll("td, th").length > 1 && table.getAttribute("role") !== "presentation";
}

/** The caption, then a line for each row. */
export function* tableRows(table: Element): Generator<TableRow> {
  const caption = table.querySelector("caption");
  if (caption !== null) yield { kind: "paragraph", text: cellText(caption) };
  const grid = cellGrid(table);
  const headerCount = headerRows(table, grid);
  const headers = headerTexts(grid.slice(0, headerCount));
  if (headerCount === grid.length) for (const row of grid) yield { kind: "table-row", text: distinct(row).join("; ") };
  for (const row of grid.slice(headerCount)) yield { kind: "table-row", text: rowText(row, headers) };
}

function cellText(cell: Element): string {
  for (const end of Array.from(cell.querySelectorAll("br, p, div"))) end.after(" "); // they part words, though no space does
  return (cell.textContent ?? "").replace(/\s+/g, " ").trim();
}

function cellGrid(table: Element): Cell[][] {
  const grid: Cell[][] = [];
  Array.from(table.querySelectorAll("tr")).forEach((row, r) => {
    let column = 0;
    for (const element of Array.from(row.children)) {
      if (element.localName !== "td" && element.localName !== "th") continue;
      while (grid[r]?.[column] !== undefined) column++;
      const cell = { text: cellText(element), isHeader: element.localName === "th" };
      const [width, height] = [span(element, "colspan"), span(element, "rowspan")];
      for (let down = 0; down < height; down++)
        for (let right = 0; right < width; right++) (grid[r + down] ??= [])[column + right] = cell;
      column += width;
    }
  });
  return grid.map((row) => Array.from(row, (cell) => cell ?? { text: "", isHeader: false }));
}

function span(element: Element, name: string): number {
  const value = Number(element.getAttribute(name) ?? 1);
  return Number.isInteger(value) ? Math.min(Math.max(value, 1), maxSpan) : 1;
}

/** How many rows at the top name the columns. */
function headerRows(table: Element, grid: readonly Cell[][]): number {
  const inHead = table.querySelectorAll("thead tr").length;
  if (inHead > 0) return Math.min(inHead, grid.length);
  const first = grid.findIndex((row) => !row.every((cell) => cell.isHeader || cell.text === ""));
  if (first === 0 && namesColumns(grid)) return 1;
  return first === -1 ? grid.length : first;
}

const fewWords = 6;

/** Whether the first row of an unmarked table, as in Word, reads like names: short, different, without figures. */
function namesColumns(grid: readonly Cell[][]): boolean {
  const texts = grid[0]!.map((cell) => cell.text);
  const isShort = texts.every((text) => text.split(" ").length <= fewWords && !/\d/.test(text));
  return grid.length > 2 && texts.length > 2 && isShort && new Set(texts).size === texts.length;
}

function headerTexts(rows: readonly Cell[][]): string[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, column) => distinct(rows.map((row) => row[column]!)).join(" "));
}

/** The texts of cells, each cell once although it spans, without empty ones. */
function distinct(cells: readonly (Cell | undefined)[]): string[] {
  return Array.from(new Set(cells), (cell) => cell?.text ?? "").filter((text) => text !== "");
}

function rowText(row: readonly Cell[], headers: readonly string[]): string {
  const cells = row.filter((cell, column) => cell.text !== "" && row.indexOf(cell) === column);
  if (headers.length === 0)
    return cells.length === 2
      ? cells.map((cell) => cell.text.replace(/:$/, "")).join(": ")
      : cells.map((cell) => cell.text).join("; ");
  const named = (cell: Cell) => {
    const header = headers[row.indexOf(cell)] ?? "";
    return header === "" || header === cell.text ? cell.text : `${header.replace(/:$/, "")}: ${cell.text}`;
  };
  return cells.map(named).join("; ");
}
