// A folder of models served as the Hugging Face hub serves them, so that a browser without internet, or any hub client, loads
// models from here: lists, trees, and files in ranges with ETag. Reads; takes nothing.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { Hono, type Context } from "hono";
import { cardOf, Shelf, type ShelfFile, type ShelfListing, type ShelfRepo } from "./shelf.ts";

const MOST_DIGESTED_BYTES = 16 * 2 ** 20; // a range up to this size comes with its Content-Digest (RFC 9530)

/** The routes of a mirror; mount them at the path that is then the hub's base URL. */
export function mirror(shelf: Shelf) {
  return new Hono()
    .use(async (context, next) => {
      await next();
      context.header("Access-Control-Allow-Origin", "*"); // models here are for anyone who reaches this server
      context.header("Access-Control-Expose-Headers", exposed);
      context.header("Cross-Origin-Resource-Policy", "cross-origin");
      context.header("X-Content-Type-Options", "nosniff");
    })
    .options("*", (context) => {
      context.header("Access-Control-Allow-Methods", "GET, HEAD");
      context.header("Access-Control-Allow-Headers", "Range, Authorization, If-None-Match");
      return context.body(null, 204);
    })
    .get("/api/models", async (context) => {
      const query = (context.req.query("search") ?? "").toLowerCase();
      const limit = Math.max(1, Math.min(500, Number(context.req.query("limit")) || 500));
      const ids = (await shelf.list()).filter((id) => id.toLowerCase().includes(query)).slice(0, limit);
      const repos = await Promise.all(ids.map((id) => shelf.listing(id))); // whose files are not read for a list
      return context.json(await Promise.all(repos.filter((repo) => repo !== null).map(listed)));
    })
    .get("/api/models/:owner/:name", (context) => described(context, shelf))
    .get("/api/models/:owner/:name/revision/:revision", (context) => described(context, shelf))
    .get("/api/models/:owner/:name/tree/:revision/:folder{.+}?", async (context) => {
      const repo = await found(context, shelf);
      if (repo instanceof Response) return repo;
      const folder = context.req.param("folder");
      const isIn = ({ path }: ShelfFile) => folder === undefined || path.startsWith(`${folder}/`);
      const isRecursive = context.req.query("recursive") === "true";
      const depth = folder === undefined ? 1 : folder.split("/").length + 1;
      const files = repo.files.filter((file) => isIn(file) && (isRecursive || file.path.split("/").length === depth));
      return context.json(files.map(entryOf));
    })
    .get("/:owner/:name/resolve/:revision/:path{.+}", async (context) => {
      const repo = await found(context, shelf);
      if (repo instanceof Response) return repo;
      const file = repo.files.find(({ path }) => path === context.req.param("path"));
      if (!file) return missing(context, "EntryNotFound");
      context.header("X-Repo-Commit", repo.commit);
      return send(context, file);
    });
}

const exposed =
  "Accept-Ranges, Content-Digest, Content-Length, Content-Range, ETag, Link, X-Error-Code, X-Linked-ETag, X-Linked-Size, X-Repo-Commit";

/** The repository the path names at the revision it names: `main`, `HEAD` or the commit as it is now; else the answer that says what is missing. */
async function found(context: Context, shelf: Shelf): Promise<ShelfRepo | Response> {
  const { owner, name, revision = "main" } = context.req.param() as Record<string, string>;
  const repo = await shelf.repo(`${owner}/${name}`);
  if (!repo) return missing(context, "RepoNotFound");
  return ["main", "HEAD", repo.commit].includes(revision) ? repo : missing(context, "RevisionNotFound");
}

function missing(context: Context, code: "RepoNotFound" | "RevisionNotFound" | "EntryNotFound"): Response {
  context.header("X-Error-Code", code);
  return context.json({ error: code }, 404);
}

async function described(context: Context, shelf: Shelf): Promise<Response> {
  const repo = await found(context, shelf);
  return repo instanceof Response ? repo : context.json(await infoOf(repo));
}

async function infoOf(repo: ShelfRepo) {
  return { ...(await listed(repo)), _id: repo.commit, sha: repo.commit };
}

async function listed(repo: ShelfListing) {
  return {
    _id: repo.id,
    id: repo.id,
    private: false,
    gated: false,
    downloads: 0,
    likes: 0,
    lastModified: new Date(repo.changedAt).toISOString(),
    cardData: await cardOf(repo),
    siblings: repo.files.map(({ path }) => ({ rfilename: path })),
  };
}

const entryOf = ({ path, size, sha256 }: ShelfFile) => ({
  type: "file",
  oid: sha256.slice(0, 40),
  size,
  path,
  lfs: { oid: sha256, size, pointerSize: 135 }, // so that every file's SHA-256 is known
});

/** A file's bytes, whole or the one range asked for. */
async function send(context: Context, { onDisk, path, size, sha256 }: ShelfFile): Promise<Response> {
  const etag = `"${sha256}"`;
  context.header("ETag", etag);
  context.header("X-Linked-ETag", etag);
  context.header("X-Linked-Size", String(size));
  context.header("Accept-Ranges", "bytes");
  context.header("Cache-Control", "no-cache");
  context.header("Content-Type", path.endsWith(".json") ? "application/json" : "application/octet-stream");
  if (context.req.header("If-None-Match") === etag) return context.body(null, 304);
  const range = rangeOf(context.req.header("Range"), size);
  if (range === "unsatisfiable") {
    context.header("Content-Range", `bytes */${size}`);
    return context.body(null, 416);
  }
  const [start, end] = range ?? [0, size];
  if (range) context.header("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  context.header("Content-Length", String(end - start));
  if (context.req.method === "HEAD" || size === 0) return context.body(null, range ? 206 : 200);
  if (range && end - start <= MOST_DIGESTED_BYTES) {
    const bytes = await readRange(onDisk, start, end);
    context.header("Content-Digest", `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`);
    return context.body(bytes, 206);
  }
  const stream = createReadStream(onDisk, { start, end: end - 1 });
  return context.body(Readable.toWeb(stream) as ReadableStream, range ? 206 : 200);
}

/** [start, end) of a `Range` header; null for none or one that is not of a single range, which may be left unheeded (RFC 9110). */
export function rangeOf(header: string | undefined, size: number): readonly [number, number] | "unsatisfiable" | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return null;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return start < end ? [start, end] : "unsatisfiable";
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  const file = await open(path);
  try {
    await file.read(bytes, 0, bytes.length, start);
  } finally {
    await file.close();
  }
  return bytes;
}
