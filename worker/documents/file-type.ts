// Which kind of document a file is: by its first bytes where they are unmistakable, else by the ending of its name.
// Does not read further than the first kilobyte.
import type { DocumentType } from "../contract/index.ts";

const endings: Record<string, DocumentType> = {
  pdf: "pdf",
  docx: "docx",
  ...{ html: "html", htm: "html", xhtml: "html" },
  ...{ md: "markdown", markdown: "markdown", mdown: "markdown", mkd: "markdown" },
  ...{ csv: "csv", tsv: "csv" },
  ...{ jsonl: "jsonl", ndjson: "jsonl" },
  ...{ txt: "text", text: "text", log: "text", json: "text", yaml: "text", yml: "text", xml: "text", rst: "text" },
};
/** Formats people try that are not read; named, so that the message can say what the file is. */
const unreadable = ["doc", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "epub", "rtf", "zip", "pages"];

export type FileType =
  { readonly type: DocumentType; readonly reason?: undefined } | { readonly type: undefined; readonly reason: string };

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  Array.from(text).every((letter, i) => bytes[i] === letter.charCodeAt(0));

/** The type of a file by its name and first bytes (at least 1,024 of them where there are as many). */
export function fileType(name: string, head: Uint8Array): FileType {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  const ascii = String.fromCharCode(...head.subarray(0, 1024));
  if (ascii.includes("%PDF-")) return { type: "pdf" };
  if (unreadable.includes(ending)) return { type: undefined, reason: ending };
  const isContainer = startsWith(head, "PK\u0003\u0004") || startsWith(head, "\u00d0\u00cf\u0011\u00e0");
  if (isContainer) return ending === "docx" ? { type: "docx" } : { type: undefined, reason: ending || "archive" };
  const type = endings[ending];
  if (type !== undefined) return { type };
  if (/^\s*(<!doctype html|<html)/i.test(ascii)) return { type: "html" };
  const isBinary = head.includes(0) && !hasByteOrderMark(head);
  return isBinary ? { type: undefined, reason: ending || "binary data" } : { type: "text" };
}

const hasByteOrderMark = ([a, b]: Uint8Array): boolean => (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
