// One door for every kind of document: bytes in, text and blocks out. Every failure is a document-unreadable that says why.
// Does not know where documents are kept.
import { AppError, fail, type DocumentType, type UnreadableReason } from "../contract/index.ts";
import type { Extracted } from "./builder.ts";
import { readText } from "./decode.ts";
import { extractDocx } from "./extract-docx.ts";
import { extractHtml } from "./extract-html.ts";
import { extractMarkdown } from "./extract-markdown.ts";
import { extractCsv, extractJsonLines } from "./extract-table.ts";
import { extractText } from "./extract-text.ts";
import { fileType } from "./file-type.ts";
import { Slices } from "./slices.ts";

export type { Extracted } from "./builder.ts";

/** No file larger than this is opened, whatever its type. */
export const maxFileBytes = 250_000_000;

export interface ExtractOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void; // 0..1
}

/** The type a file will be read as; "text" for one that cannot be read. */
export async function typeOf(name: string, bytes: Blob): Promise<DocumentType> {
  return fileType(name, await head(bytes)).type ?? "text";
}

/** Reads a document. Throws document-unreadable, or the signal's reason when it was aborted. */
export async function extract(name: string, bytes: Blob, options: ExtractOptions = {}): Promise<Extracted> {
  const slices = new Slices(options.signal, options.onProgress);
  const unreadable = (reason: UnreadableReason, detail: string): never =>
    fail({ code: "document-unreadable", document: name, reason, detail });
  if (bytes.size === 0) unreadable("empty", "0 bytes");
  if (bytes.size > maxFileBytes)
    unreadable("too-large", `${Math.round(bytes.size / 1e6)} MB; at most ${maxFileBytes / 1e6} MB can be read`);
  const { type, reason } = fileType(name, await head(bytes));
  if (type === undefined) return unreadable("unsupported-type", reason);
  try {
    const extracted = await read(type, name, bytes, slices);
    if (extracted.blocks.length === 0) unreadable("no-text", "no text was found in it");
    return extracted;
  } catch (cause) {
    if (cause instanceof AppError || options.signal?.aborted) throw cause;
    return fail(damage(name, cause), cause);
  }
}

const head = async (bytes: Blob): Promise<Uint8Array> => new Uint8Array(await bytes.slice(0, 2048).arrayBuffer());

async function read(type: DocumentType, name: string, bytes: Blob, slices: Slices): Promise<Extracted> {
  if (type === "pdf") return (await import("./extract-pdf.ts")).extractPdf(name, bytes, slices);
  if (type === "docx") return extractDocx(name, bytes, slices);
  const text = await readText(name, bytes, slices);
  switch (type) {
    case "html":
      return extractHtml(text);
    case "markdown":
      return extractMarkdown(text, slices);
    case "csv":
      return extractCsv(text, slices);
    case "jsonl":
      return extractJsonLines(name, text, slices);
    case "text":
      return extractText(text, slices);
    default:
      return type satisfies never;
  }
}

const damage = (document: string, cause: unknown) => ({
  code: "document-unreadable" as const,
  document,
  reason: "damaged" as const,
  detail: cause instanceof Error ? cause.message : String(cause),
});
