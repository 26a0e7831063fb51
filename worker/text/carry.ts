// What was taught, taken along and brought back: data sets with their versions, adapters, runs with their checkpoints, evaluations.
// Bringing back adds; what is here stays. Does not know documents, chats and settings, which the page packs itself.
import { fail, type BroughtBack, type DatasetInfo } from "../contract/index.ts";
import type { DatasetService } from "../datasets/service.ts";
import type { Store, Table } from "../storage/store.ts";
import { CarriedReader, CarriedWriter, type CarriedEntry } from "./carried-file.ts";

/** What is read of records to find the bytes they name. */
interface Naming {
  readonly files?: readonly { readonly hash: string }[]; // of an adapter
  readonly checkpoint?: { readonly hash: string } | null; // of a run
}
const hashesOf = ({ files = [], checkpoint }: Naming): string[] => [
  ...files.map(({ hash }) => hash),
  ...(checkpoint ? [checkpoint.hash] : []),
];
const defaultPrefix = "default adapter "; // of keys in the settings

export interface CarryPorts {
  readonly store: Store;
  readonly datasets: Pick<DatasetService, "list" | "records" | "bringBack">;
  /** Tells whoever shows adapters and runs that there are more. */
  readonly announce: (runs: readonly string[]) => Promise<void>;
}

export class Carrier {
  constructor(readonly ports: CarryPorts) {}

  /** One file. Throws storage-unavailable. */
  async carry(): Promise<Blob> {
    const { store, datasets } = this.ports;
    const writer = new CarriedWriter();
    for (const info of await datasets.list()) {
      for await (const { table, key } of datasets.records(info)) writer.add(table, key, await store.get(table, key));
      writer.add("datasets", info.id, info); // after its versions, as it is stored
    }
    for (const table of ["adapters", "runs"] as const)
      for (const { key, value } of await store.list<Naming>(table)) {
        writer.add(table, key, value);
        for (const hash of hashesOf(value)) await this.#addBlob(writer, hash);
      }
    for (const table of ["runLogs", "evaluations"] as const)
      for (const { key, value } of await store.list(table)) writer.add(table, key, value);
    for (const key of await store.keys("settings", defaultPrefix))
      writer.add("settings", key, await store.get("settings", key));
    return writer.file();
  }

  /** Throws bad-file before anything is added when the file is none or cut short, later when bytes in it are damaged. */
  async bringBack(name: string, file: Blob): Promise<BroughtBack> {
    const reader = await CarriedReader.open(name, file);
    const of = (table: Table) => reader.entries.filter((entry) => entry.table === table);
    let datasets = 0;
    const versions = groups([...of("datasetParts"), ...of("datasetVersions")]);
    for (const entry of of("datasets")) {
      const info = (await entry.read()) as DatasetInfo;
      if (await this.ports.datasets.bringBack(info, versions.get(info.id) ?? [])) datasets++;
    }
    const adapters = await this.#add(name, of("adapters"), reader);
    const logs = groups(of("runLogs"));
    const runs = await this.#add(name, of("runs"), reader, async (id) => {
      for (const { table, key, read } of logs.get(id) ?? []) await this.ports.store.put(table, key, await read());
    });
    await this.#add(name, of("evaluations"), reader);
    await this.#add(name, of("settings").filter(({ key }) => key.startsWith(defaultPrefix)), reader); // prettier-ignore
    await this.ports.announce(runs);
    return { datasets, adapters: adapters.length, runs: runs.length };
  }

  /** Adds the records that are not here, each after the bytes it names and what `before` adds; returns their keys. */
  async #add(
    name: string,
    entries: readonly CarriedEntry[],
    { blobs }: CarriedReader,
    before: (key: string) => Promise<void> = async () => undefined,
  ): Promise<string[]> {
    const added: string[] = [];
    for (const { table, key, read } of entries) {
      if ((await this.ports.store.get(table, key)) !== undefined) continue;
      const value = await read();
      for (const hash of hashesOf(value as Naming)) {
        const bytes = blobs.get(hash);
        if (bytes === undefined || (await this.ports.store.putBlob(bytes)) !== hash)
          fail({
            code: "bad-file",
            file: name,
            format: "Loam backup",
            reason: `the bytes of ${table} ${key} are damaged`,
          });
      }
      await before(key);
      await this.ports.store.put(table, key, value);
      added.push(key);
    }
    return added;
  }

  async #addBlob(writer: CarriedWriter, hash: string): Promise<void> {
    const bytes = await this.ports.store.getBlob(hash);
    if (bytes !== undefined) writer.addBlob(hash, bytes);
  }
}

/** Entries by what stands before the first slash of their keys. */
function groups(entries: readonly CarriedEntry[]): Map<string, CarriedEntry[]> {
  const found = new Map<string, CarriedEntry[]>();
  for (const entry of entries) {
    const id = entry.key.split("/", 1)[0]!;
    const group = found.get(id);
    if (group === undefined) found.set(id, [entry]);
    else group.push(entry);
  }
  return found;
}
