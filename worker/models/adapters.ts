// The adapters on this device, as peft folders in the store. Knows which base each was made for, not what a base is.
import type { AdapterInfo, ExportedFile } from "../contract/training.ts";
import { fail } from "../contract/errors.ts";
import { blobSource, type ByteSource } from "../engine/format/bytes.ts";
import { deleteUnused, keepFiles, type WholeFile } from "../storage/kept-files.ts";
import type { Store } from "../storage/store.ts";

type About = Omit<AdapterInfo, "sizeBytes" | "isDefault" | "defaultReason">;
interface StoredAdapter extends About {
  readonly files: readonly WholeFile[];
}
/** The adapter that new chats with a model wear, kept under the model's id. */
interface StoredDefault {
  readonly adapter: string;
  readonly reason: string;
}
const defaultKey = (model: string): string => `default adapter ${model}`;

export class AdapterCatalog {
  constructor(readonly store: Store) {}

  /** Newest first. */
  async list(): Promise<AdapterInfo[]> {
    const stored = (await this.store.list<StoredAdapter>("adapters")).map(({ value }) => value);
    const infos = await Promise.all(stored.map((adapter) => this.#info(adapter)));
    return infos.sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Throws not-found. */
  async info(id: string): Promise<AdapterInfo> {
    return this.#info(await this.#stored(id));
  }

  /** The files by name. Throws not-found, bad-file when bytes are gone. */
  async files(id: string): Promise<Map<string, ByteSource>> {
    const { files } = await this.#stored(id);
    const sources = new Map<string, ByteSource>();
    for (const { name, hash } of files) {
      const blob = await this.store.getBlob(hash);
      if (!blob)
        fail({ code: "bad-file", file: name, format: "adapter folder", reason: "its bytes are gone from storage" });
      sources.set(name, blobSource(name, blob));
    }
    return sources;
  }

  /** Keeps the files in full or not at all. Throws storage-full. */
  async add(about: About, files: readonly ExportedFile[]): Promise<AdapterInfo> {
    await keepFiles(this.store, "adapters", about.id, files, (kept): StoredAdapter => ({ ...about, files: kept }));
    return this.info(about.id);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.store.put("adapters", id, { ...(await this.#stored(id)), name });
  }

  async remove(id: string): Promise<void> {
    const { files, model } = await this.#stored(id);
    const worn = await this.store.get<StoredDefault>("settings", defaultKey(model));
    if (worn?.adapter === id) await this.store.delete("settings", defaultKey(model));
    await this.store.delete("adapters", id);
    await deleteUnused(this.store, files);
  }

  async setDefault(model: string, adapter: string | null, reason: string): Promise<void> {
    if (adapter === null) return this.store.delete("settings", defaultKey(model));
    await this.#stored(adapter);
    await this.store.put("settings", defaultKey(model), { adapter, reason } satisfies StoredDefault);
  }

  async #stored(id: string): Promise<StoredAdapter> {
    return (await this.store.get<StoredAdapter>("adapters", id)) ?? fail({ code: "not-found", what: "adapter", id });
  }

  async #info({ files, ...about }: StoredAdapter): Promise<AdapterInfo> {
    const worn = await this.store.get<StoredDefault>("settings", defaultKey(about.model));
    const isDefault = worn?.adapter === about.id;
    const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    return { ...about, sizeBytes, isDefault, defaultReason: isDefault ? worn.reason : "" };
  }
}
