// PDF: text with its place on each page by pdf.js, joined to paragraphs. Runs pdf.js in this very thread, which is a worker
// already or the command line. Does not read scanned pages.
import type { PDFDocumentProxy } from "pdfjs-dist/types/src/display/api.js";
import { fail, type UnreadableReason } from "../contract/index.ts";
import { BlockBuilder, type Extracted } from "./builder.ts";
import { linesOf, withoutFrames, type Line } from "./pdf-lines.ts";
import { paragraphsOf } from "./pdf-paragraphs.ts";
import type { Slices } from "./slices.ts";

const maxPages = 20_000;
const pagePatienceMs = 60_000;

export async function extractPdf(name: string, bytes: Blob, slices: Slices): Promise<Extracted> {
  const task = (await pdfjs()).getDocument({
    data: new Uint8Array(await bytes.arrayBuffer()),
    disableFontFace: true, // nothing is drawn
    useSystemFonts: false,
    isEvalSupported: false,
    cMapPacked: true,
    BinaryDataFactory: CharacterMaps,
    verbosity: 0,
  });
  try {
    const document = await task.promise;
    if (document.numPages > maxPages) unreadable(name, "too-large", `${document.numPages} pages`);
    const pages = await readPages(document, slices);
    const builder = new BlockBuilder();
    for (const { kind, text, page, level } of paragraphsOf(withoutFrames(pages).flat()))
      builder.add(kind, text, level === undefined ? { page } : { page, level });
    if (builder.isEmpty) unreadable(name, "no-text", `${document.numPages} pages without text, probably scanned`);
    return builder.finish(document.numPages);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "PasswordException")
      unreadable(name, "encrypted", "it is protected by a password");
    throw cause;
  } finally {
    await task.destroy();
  }
}

/** Where pdf.js gets what a file does not carry itself: the character maps, and nothing else. */
class CharacterMaps {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const map = (await import("./pdf-cmaps.ts")).characterMap(filename);
    if (map === undefined) throw new Error(`no such character map: ${filename}`);
    return map;
  }
}

/** pdf.js, told to do its work here: it would start a worker of its own otherwise. */
async function pdfjs() {
  const worker = await import("pdfjs-dist/legacy/build/pdf.worker.mjs");
  (globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = worker;
  return import("pdfjs-dist/legacy/build/pdf.mjs");
}

/** The lines of each page. A page that cannot be read is left out, unless none can. */
async function readPages(document: PDFDocumentProxy, slices: Slices): Promise<Line[][]> {
  const pages: Line[][] = [];
  let failure: unknown;
  for (let number = 1; number <= document.numPages; number++) {
    try {
      pages.push(await inTime(readPage(document, number)));
    } catch (cause) {
      failure = cause;
    }
    slices.report(number / document.numPages);
    await slices.breathe();
  }
  if (pages.length === 0) throw failure;
  return pages;
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<Line[]> {
  const page = await document.getPage(number);
  const lines = linesOf(await page.getTextContent(), number);
  page.cleanup();
  return lines;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`a page took longer than ${pagePatienceMs / 1000} s`)), pagePatienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unreadable(document: string, reason: UnreadableReason, detail: string): never {
  fail({ code: "document-unreadable", document, reason, detail });
}
