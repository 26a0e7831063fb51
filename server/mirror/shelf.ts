// The models in a folder as a hub has them: <folder>/<owner>/<name>/…, at one commit, which is a hash of what the files hold. A
// file's hash is computed when first asked for and again when the file has changed.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

export interface ShelfEntry {
  readonly path: string; // within the repository, with slashes
  readonly onDisk: string;
  readonly size: number; // bytes
  readonly changedAt: number; // ms since the epoch
}
export interface ShelfFile extends ShelfEntry {
  readonly sha256: string; // hex
}
export interface ShelfListing {
  readonly id: string; // "owner/name"
  readonly changedAt: number; // ms since the epoch
  readonly files: readonly ShelfEntry[];
}
export interface ShelfRepo extends ShelfListing {
  readonly commit: string; // 40 hex digits
  readonly files: readonly ShelfFile[];
}

const isName = (part: string): boolean => /^[\w-][\w.-]{0,95}$/.test(part);

export class Shelf {
  readonly #hashes = new Map<string, { readonly key: string; readonly hash: Promise<string> }>();

  constructor(readonly folder: string) {}

  /** The ids of every repository, in order. */
  async list(): Promise<string[]> {
    const owners = await foldersOf(this.folder);
    const ids = await Promise.all(
      owners.map(async (owner) => (await foldersOf(join(this.folder, owner))).map((name) => `${owner}/${name}`)),
    );
    return ids.flat().sort();
  }

  /** What can be said of a repository without reading its files; null when it is not here. */
  async listing(id: string): Promise<ShelfListing | null> {
    const parts = id.split("/");
    if (parts.length !== 2 || !parts.every(isName)) return null;
    const home = join(this.folder, ...parts);
    const entries = await readdir(home, { recursive: true, withFileTypes: true }).catch(() => null);
    if (!entries) return null;
    const onDisk = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const files = await Promise.all(
      onDisk.map(async (file): Promise<ShelfEntry> => {
        const { size, mtimeMs } = await stat(file);
        return { path: file.slice(home.length + 1).replaceAll("\\", "/"), onDisk: file, size, changedAt: mtimeMs };
      }),
    );
    return { id, changedAt: Math.max(0, ...files.map(({ changedAt }) => changedAt)), files };
  }

  /** One repository at its commit; null when it is not here. */
  async repo(id: string): Promise<ShelfRepo | null> {
    const listing = await this.listing(id);
    if (!listing) return null;
    const files: ShelfFile[] = [];
    for (const file of listing.files)
      files.push({ ...file, sha256: await this.#hash(file.onDisk, `${file.size} ${file.changedAt}`) });
    const commit = createHash("sha1");
    for (const { path, sha256 } of files) commit.update(`${sha256} ${path}\n`);
    return { ...listing, commit: commit.digest("hex"), files };
  }

  #hash(file: string, key: string): Promise<string> {
    const known = this.#hashes.get(file);
    if (known?.key === key) return known.hash;
    const hash = hashOf(file);
    this.#hashes.set(file, { key, hash });
    return hash;
  }
}

/** The front matter's `license` and `language` of a repository's card. */
export async function cardOf(repo: ShelfListing): Promise<{ license?: string; language?: string }> {
  const card = repo.files.find(({ path }) => path === "README.md");
  const front = card ? (/^---\n([\s\S]*?)\n---/.exec(await readFile(card.onDisk, "utf8"))?.[1] ?? "") : "";
  const value = (key: string) => new RegExp(`^${key}:\\s*(\\S.*)$`, "m").exec(front)?.[1]?.trim();
  const [license, language] = [value("license"), value("language")];
  return { ...(license && { license }), ...(language && { language }) };
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && isName(entry.name)).map(({ name }) => name);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}
