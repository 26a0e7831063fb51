// What the tests of data sets share: a service over the file store, opened anew for each test, and rows to put in. Asserts nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { openFileStore } from "../../server/store.ts";
import { detailOf, type AppErrorCode, type DatasetRow, type DatasetVersion } from "../../worker/contract/index.ts";
import type { DataFile, ImportReport, RowDraft } from "../../worker/contract/index.ts";
import { readDataFile, type ReadOptions } from "../../worker/datasets/import.ts";
import { DatasetService } from "../../worker/datasets/service.ts";
import type { Store } from "../../worker/storage/store.ts";

export const ask = (question: string, answer: string, more: Partial<RowDraft> = {}): RowDraft => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
  origin: { kind: "written" },
  ...more,
});

/** Ten questions that share no three words; their splits by hash. */
export const topics = [
  "pump",
  "clinic",
  "lighthouse",
  "orchard",
  "bridge",
  "harbour",
  "library",
  "mill",
  "quarry",
  "station",
];
export const questions = topics.map((topic) => ask(`${topic}?`, `All about the ${topic}.`));

/** The failure of a call; undefined where it had none. */
export const failureOf = (run: Promise<unknown>): Promise<AppErrorCode | undefined> =>
  run.then(() => undefined, detailOf);

export const jsonl = (rows: readonly object[]) => ({
  name: "a.jsonl",
  bytes: new Blob([rows.map((row) => JSON.stringify(row)).join("\n")]),
});

/** All of a file: what is said of it, and its sound rows with the line each starts at. */
export async function readWhole(file: DataFile, options?: ReadOptions) {
  const drafts: RowDraft[] = [];
  const lines: number[] = [];
  const take = async (draft: RowDraft, line: number) => void (drafts.push(draft), lines.push(line));
  return { ...(await readDataFile(file, take, options)), drafts, lines };
}

export class DatasetBench {
  store!: Store;
  service!: DatasetService;

  /** The service as after a restart. */
  reopen(): DatasetService {
    return new DatasetService(this.store);
  }
  async make(...drafts: RowDraft[]): Promise<string> {
    const { id } = await this.service.create({ name: "Field" });
    if (drafts.length > 0) await this.service.add(id, drafts);
    return id;
  }
  async all(id: string, from = this.service): Promise<DatasetRow[]> {
    return [...(await from.rows(id, { start: 0, count: 10_000 })).rows];
  }
  async current(id: string, from = this.service): Promise<DatasetVersion> {
    return (await from.list()).find((info) => info.id === id)!.version;
  }
  load(id: string, file: { name: string; bytes: Blob }): Promise<ImportReport> {
    return this.service.import({ id: "import", dataset: id, file }, () => undefined);
  }
}

/** A bench whose store is empty before each test of the file. */
export function datasetBench(): DatasetBench {
  const bench = new DatasetBench();
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "loam-datasets-"));
    bench.store = await openFileStore(folder);
    bench.service = bench.reopen();
  });
  afterEach(() => rm(folder, { recursive: true }));
  return bench;
}
