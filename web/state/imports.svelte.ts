// Files on their way into a data set, one after another: looked at, confirmed, read, reported. Knows the contract's data sets.
import { detailOf, type AppErrorCode, type ColumnMapping, type FileLook } from "../../worker/contract/index.ts";
import type { Datasets, ImportProgress, ImportReport } from "../../worker/contract/index.ts";

/** How far the file at the head of the queue is. */
export type ImportStep =
  | { readonly kind: "looking" }
  | { readonly kind: "asking"; readonly look: FileLook }
  | { readonly kind: "importing"; readonly progress: ImportProgress }
  | { readonly kind: "done"; readonly report: ImportReport }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: AppErrorCode };

export class ImportsState {
  #dataset = $state<string | null>(null);
  #files = $state.raw<readonly File[]>([]);
  #step = $state.raw<ImportStep | null>(null);
  #tags = $state("");
  #job = ""; // the look or import under way
  readonly #client: Pick<Datasets, "look" | "import" | "cancelImport">;

  constructor(client: Pick<Datasets, "look" | "import" | "cancelImport">) {
    this.#client = client;
  }

  get file(): File | undefined {
    return this.#files[0];
  }
  /** Files that wait behind this one. */
  get waitingCount(): number {
    return Math.max(0, this.#files.length - 1);
  }
  /** How far an import into this data set is; null when there is none. */
  stepFor(dataset: string): ImportStep | null {
    return this.#dataset === dataset ? this.#step : null;
  }
  /** Given to every row; divided by commas. */
  get tags(): string {
    return this.#tags;
  }
  set tags(tags: string) {
    this.#tags = tags;
  }

  /** Takes files in hand. They wait behind those that are on their way to the same data set. */
  async offer(dataset: string, files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    if (this.#dataset === dataset && this.#files.length > 0) {
      this.#files = [...this.#files, ...files];
      return;
    }
    if (this.#step?.kind === "importing") await this.cancel();
    this.#dataset = dataset;
    this.#files = [...files];
    await this.#look();
  }

  /** Looks at a table again, with columns as the user says. */
  remap(mapping: ColumnMapping): Promise<void> {
    return this.#look(mapping);
  }

  /** Reads the file in, as it was shown. */
  async start(): Promise<void> {
    const [file, dataset] = [this.file, this.#dataset];
    if (file === undefined || dataset === null || this.#step?.kind !== "asking") return;
    const { mapping } = this.#step.look;
    const tags = this.#tags
      .split(/[,;]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    const id = (this.#job = crypto.randomUUID());
    this.#step = { kind: "importing", progress: { stage: "reading", done: 0, rowCount: 0 } };
    const request = { id, dataset, file: { name: file.name, bytes: file }, tags, ...(mapping ? { mapping } : {}) };
    await this.#run(id, async () => {
      const report = await this.#client.import(request, (progress) => {
        if (this.#job === id && this.#step?.kind === "importing") this.#step = { kind: "importing", progress };
      });
      return { kind: "done", report };
    });
  }

  /** Ends an import; the data set is as it was before. */
  async cancel(): Promise<void> {
    if (this.#step?.kind !== "importing") return;
    const id = this.#job;
    this.#job = "";
    this.#step = { kind: "cancelled" };
    await this.#client.cancelImport(id);
  }

  /** Puts this file away and goes on to the next. */
  async next(): Promise<void> {
    this.#files = this.#files.slice(1);
    this.#step = null;
    if (this.#files.length > 0) await this.#look();
  }

  async #look(mapping?: ColumnMapping): Promise<void> {
    const file = this.file!;
    const job = (this.#job = crypto.randomUUID());
    // A table stays on screen while its columns are changed.
    if (this.#step?.kind !== "asking") this.#step = { kind: "looking" };
    await this.#run(job, async () => {
      const look = await this.#client.look({ name: file.name, bytes: file }, mapping);
      return { kind: "asking", look };
    });
  }

  // What comes back after something else was begun is dropped.
  async #run(job: string, run: () => Promise<ImportStep>): Promise<void> {
    try {
      const step = await run();
      if (this.#job === job) this.#step = step;
    } catch (error) {
      if (this.#job === job) this.#step = { kind: "failed", error: detailOf(error) };
    }
  }
}
