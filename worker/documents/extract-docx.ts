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
  const mammoth = (await import("mammoth/mammoth.browser.js")).default;
  const images = mammoth.images.imgElement(async () => ({ src: "" }));
  const { value } = await mammoth.convertToHtml({ arrayBuffer: buffer }, { convertImage: images });
  slices.report(0.7);
  await slices.breathe();
  const builder = new BlockBuilder();
  addBlocks(parseHtml(value).body, builder);
  return builder.finish();
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
