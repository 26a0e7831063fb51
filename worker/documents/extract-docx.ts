// Word documents: mammoth turns them into plain HTML, which is read like any other. Does not keep images.
import { fail } from "../contract/index.ts";
import { BlockBuilder, type Extracted } from "./builder.ts";
import { parseHtml } from "./dom.ts";
import { addBlocks } from "./html-blocks.ts";
import type { Slices } from "./slices.ts";

// "EncryptedPackage" in UTF-16: the stream that holds a document protected by a password.
const encryptedMark = Array.from("EncryptedPackage", (letter) => `${letter}\u0000`).join("");

export async function extractDocx(name: string, bytes: Blob, slices: Slices): Promise<Extracted> {
  const buffer = await bytes.arrayBuffer();
  const start = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  if (start[0] === 0xd0 && start[1] === 0xcf) refuseContainer(name, buffer);
  const unpacked = unpackedSize(buffer);
  if (unpacked > MAX_UNPACKED)
    fail({
      code: "document-unreadable",
      document: name,
      reason: "too-large",
      detail: `it unpacks to ${Math.round(unpacked / 2 ** 20)} MB`,
    });
  const mammoth = (await import("mammoth/mammoth.browser.js")).default;
  const images = mammoth.images.imgElement(async () => ({ src: "" }));
  const { value } = await mammoth.convertToHtml({ arrayBuffer: buffer }, { convertImage: images });
  slices.report(0.7);
  await slices.breathe();
  const builder = new BlockBuilder();
  addBlocks(parseHtml(value).body, builder);
  return builder.finish();
}

const MAX_UNPACKED = 200 * 2 ** 20; // bytes: what a book with all its mark-up takes, many times over
const END_RECORD = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Bytes that the archive says it unpacks to; 0 for one that is damaged, which the reader says. Entries that claim 4 GB or more
 * (ZIP64) count as that. Source: APPNOTE.TXT 6.3.10, §4.3.12 and §4.3.16.
 */
function unpackedSize(buffer: ArrayBuffer): number {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  const earliest = Math.max(0, end - 0xffff); // a comment may follow the record
  while (end >= earliest && view.getUint32(end, true) !== END_RECORD) end--;
  if (end < earliest) return 0;
  let at = view.getUint32(end + 16, true);
  let size = 0;
  while (at + 46 <= buffer.byteLength && view.getUint32(at, true) === ENTRY) {
    size += view.getUint32(at + 24, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return size;
}

/** The old container format: a protected .docx, or a .doc under another name. */
function refuseContainer(name: string, buffer: ArrayBuffer): never {
  const isEncrypted = new TextDecoder("latin1").decode(buffer).includes(encryptedMark);
  fail({
    code: "document-unreadable",
    document: name,
    reason: isEncrypted ? "encrypted" : "unsupported-type",
    detail: isEncrypted ? "it is protected by a password" : "doc",
  });
}
