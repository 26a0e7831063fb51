// The data sets on this device, as the text worker announces them. Knows the contract's data sets, not how they are kept.
import type { AppErrorCode, DatasetEvent, DatasetInfo } from "../../worker/contract/index.ts";
import type { CorrectionRequest, DatasetRow, Datasets, RowEdit } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";
import { exerciseDrafts, type ReadText } from "./exercise.ts";

/** What is said of a data set as a whole. */
export type About = Pick<DatasetInfo, "name" | "description" | "licence">;

export class DatasetsState {
  #datasets = $state.raw<readonly DatasetInfo[]>([]);
  readonly #attempts = new Attempts();
  #isLoaded = $state(false);
  #isAddingExercise = $state(false);
  readonly client: Datasets;
  readonly #onFirstAdded: () => void;

  /** `onFirstAdded` is called when the first data set is made. */
  constructor(client: Datasets, onFirstAdded: () => void) {
    this.client = client;
    this.#onFirstAdded = onFirstAdded;
  }

  /** In the order they were made. */
  get datasets(): readonly DatasetInfo[] {
    return this.#datasets;
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get isAddingExercise(): boolean {
    return this.#isAddingExercise;
  }
  /** Why what was asked last could not be done. */
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }
  dismissError(): void {
    this.#attempts.dismiss();
  }

  find(id: string): DatasetInfo | undefined {
    return this.#datasets.find((dataset) => dataset.id === id);
  }

  /** Reads the list and listens from now on. */
  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      await this.client.subscribe((event) => this.#on(event));
      this.#datasets = await this.client.list();
      this.#isLoaded = true;
    });
  }

  create(about: About): Promise<DatasetInfo | null> {
    return this.#attempts.get(() => this.#create(about));
  }

  async describe(id: string, about: About): Promise<void> {
    await this.#attempts.run(async () => this.#merge(await this.client.rename(id, about)));
  }

  async remove(id: string): Promise<void> {
    await this.#attempts.run(async () => {
      await this.client.remove(id);
      this.#datasets = this.#datasets.filter((dataset) => dataset.id !== id);
    });
  }

  async restore(id: string): Promise<void> {
    await this.#attempts.run(async () => {
      await this.client.undoRemove(id);
      this.#datasets = await this.client.list();
    });
  }

  /** Makes a data set of the exercise that came with the app; where a row is refused, none is made. */
  async addExercise(about: About, read: ReadText): Promise<DatasetInfo | null> {
    if (this.#isAddingExercise) return null;
    this.#isAddingExercise = true;
    const added = await this.#attempts.get(async () => {
      const drafts = await exerciseDrafts(read);
      const dataset = await this.#create(about);
      try {
        await this.client.add(dataset.id, drafts);
      } catch (error) {
        await this.client.remove(dataset.id);
        throw error;
      }
      return dataset;
    });
    this.#isAddingExercise = false;
    return added;
  }

  /** Saves an answer of a chat as an example. Throws what the worker throws. */
  async saveCorrection(request: CorrectionRequest): Promise<{ dataset: DatasetInfo; row: DatasetRow }> {
    const hadNone = this.#datasets.length === 0;
    // A data set that has gone since it was chosen: the usual one.
    const dataset = request.dataset !== null && this.find(request.dataset) ? request.dataset : null;
    const saved = await this.client.saveCorrection({ ...request, dataset });
    this.#merge(saved.dataset);
    if (hadNone) this.#onFirstAdded();
    return saved;
  }

  /** Changes a row that may have been removed since; false when it could not be changed. */
  async editRow(dataset: string, row: string, edit: RowEdit): Promise<boolean> {
    try {
      await this.client.edit(dataset, row, edit);
      return true;
    } catch {
      return false;
    }
  }

  async #create(about: About): Promise<DatasetInfo> {
    const hadNone = this.#datasets.length === 0;
    const dataset = await this.client.create(about);
    this.#merge(dataset);
    if (hadNone) this.#onFirstAdded();
    return dataset;
  }

  #on(event: DatasetEvent): void {
    if (event.type === "dataset-changed") this.#merge(event.dataset);
    else this.#datasets = this.#datasets.filter(({ id }) => id !== event.dataset.id);
  }

  // Answers and announcements cross each other: the higher version is the newer.
  #merge(dataset: DatasetInfo): void {
    const index = this.#datasets.findIndex(({ id }) => id === dataset.id);
    if (index < 0) this.#datasets = [...this.#datasets, dataset].toSorted((a, b) => a.createdAt - b.createdAt);
    else if (dataset.version.number >= this.#datasets[index]!.version.number)
      this.#datasets = this.#datasets.with(index, dataset);
  }
}
