// The models in a folder as a hub has them: <folder>/<owner>/<name>/…, at one commit, which is a hash of what the files hold. A
// file's hash is computed when first asked for and again when the file has changed.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

export interface ShelfFile {
  readonly path: string; // within the repository, with slashes
  readonly onDisk: string;
  readonly size: number; // bytes
  readonly sha256: string; // hex
}
export interface ShelfRepo {
  readonly id: string; // "owner/name"
  readonly commit: string; // 40 hex digits
  readonly changedAt: number; // ms since the epoch
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

  /** One repository; null when it is not here. */
  async repo(id: string): Promise<ShelfRepo | null> {
    const parts = id.split("/");
    if (parts.length !== 2 || !parts.every(isName)) return null;
    const home = join(this.folder, ...parts);
    const entries = await readdir(home, { recursive: true, withFileTypes: true }).catch(() => null);
    if (!entries) return null;
    const onDisk = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    let changedAt = 0;
    const files: ShelfFile[] = [];
    for (const file of onDisk) {
      const { size, mtimeMs } = await stat(file);
      changedAt = Math.max(changedAt, mtimeMs);
      const path = file.slice(home.length + 1).replaceAll("\\", "/");
      files.push({ path, onDisk: file, size, sha256: await this.#hash(file, `${size} ${mtimeMs}`) });
    }
    const commit = createHash("sha1");
    for (const { path, sha256 } of files) commit.update(`${sha256} ${path}\n`);
    return { id, commit: commit.digest("hex"), changedAt, files };
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
export async function cardOf(repo: ShelfRepo): Promise<{ license?: string; language?: string }> {
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
