// A data set that comes back from a backup, with all its versions. Where it is here already, the newer of the two stays; where both
// went on, each in its own way, the one that comes back is put beside the other. Does not know what a backup looks like.
import type { DatasetInfo, DatasetVersion } from "../contract/index.ts";
import type { Entry, Store } from "../storage/store.ts";
import type { DatasetShelf } from "./shelf.ts";

/** A record of a data set's versions, read when it is needed. */
export interface CarriedRecord extends Pick<Entry, "table" | "key"> {
  read(): Promise<unknown>;
}

/** Whether there was anything to bring back. */
export async function bringBack(
  shelf: DatasetShelf,
  store: Store,
  info: DatasetInfo,
  records: readonly CarriedRecord[],
): Promise<boolean> {
  const here = (await shelf.list()).find(({ id }) => id === info.id) ?? null;
  if (here === null) return put(shelf, store, { info, before: null, records });
  const { number } = here.version;
  const isOlder =
    number >= info.version.number && isSame(await shelf.version(info.id, info.version.number), info.version);
  if (isOlder) return false;
  const common = records.find(({ key }) => key === `${info.id}/${number}`);
  const carried = (await common?.read()) as { readonly version: DatasetVersion } | undefined;
  if (carried !== undefined && isSame(carried.version, here.version)) {
    const newer = records.filter(({ key }) => numberOf(key) > number);
    return put(shelf, store, { info: { ...here, version: info.version }, before: here, records: newer });
  }
  // Its name follows from what it is, so that the same backup read twice makes it once.
  const id = `${info.id}-${info.version.hash.slice(0, 12)}`;
  if ((await shelf.list()).some((other) => other.id === id)) return false;
  const beside = records.map((record) => ({ ...record, key: id + record.key.slice(info.id.length) }));
  return put(shelf, store, { info: { ...info, id, name: `${info.name} (backup)` }, before: null, records: beside });
}

interface Coming {
  readonly info: DatasetInfo;
  readonly before: DatasetInfo | null;
  readonly records: readonly CarriedRecord[];
}

async function put(shelf: DatasetShelf, store: Store, { info, before, records }: Coming): Promise<boolean> {
  const versions: Entry[] = [];
  for (const { table, key, read } of records)
    if (table === "datasetVersions") versions.push({ table, key, value: await read() });
    else await store.put(table, key, await read());
  return shelf.adopt(info, before, versions);
}

const isSame = (a: DatasetVersion, b: DatasetVersion): boolean =>
  a.number === b.number && a.hash === b.hash && a.at === b.at;

/** Of the version that a record belongs to. */
const numberOf = (key: string): number => Number(key.split("/")[1]);
