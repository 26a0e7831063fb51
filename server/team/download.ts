// A blob as an answer: whole or in part, saved under its name, never shown as a page.
import type { Context } from "hono";
import type { BlobStore, NamedBlob } from "./blobs.ts";
import { notFound } from "./errors.ts";
import type { TeamEnv } from "./gate.ts";

/** Answers 200, 206 for a range, 416 for one outside. */
export async function download(context: Context<TeamEnv>, blobs: BlobStore, blob: NamedBlob): Promise<Response> {
  const { hash, name } = blob;
  const size = (await blobs.size(hash)) ?? notFound("file");
  const headers = {
    "Accept-Ranges": "bytes",
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, "")}`,
    ETag: `"${hash}"`,
  };
  const range = rangeOf(context.req.header("Range"), size);
  if (range === null) return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` } }); // prettier-ignore
  const [start, end] = range ?? [0, size];
  const length = { "Content-Length": String(end - start) };
  const part = range && { "Content-Range": `bytes ${start}-${end - 1}/${size}` };
  return new Response(await blobs.get(hash, start, end), {
    status: part ? 206 : 200,
    headers: { ...headers, ...length, ...part },
  });
}

/** [start, end) of one range of bytes; undefined: all; null: outside. Several ranges are answered with all. */
function rangeOf(header: string | undefined, size: number): [number, number] | null | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(size, Number(to) + 1);
  return start < end ? [start, end] : null;
}
