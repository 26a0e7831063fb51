// Runs in the store: what each is, its points in stretches, its checkpoint. Writes seldom, loses at most a few seconds of curve.
import { fail, type RunDetail, type RunInfo, type RunPoint, type RunSample } from "../../contract/index.ts";
import type { Store } from "../../storage/store.ts";

/** A run as it is kept; its points lie beside it. */
export interface StoredRun {
  readonly info: RunInfo;
  readonly about: Pick<RunDetail, "settings" | "plan" | "yaml" | "command">;
  readonly samples: readonly RunSample[];
  readonly checkpoint: { readonly step: number; readonly hash: string } | null;
}
const STRETCH = 256; // points a record
const FLUSH_MS = 4000;

export class RunShelf {
  readonly #points = new Map<string, RunPoint[]>(); // of runs that were read
  readonly #flushedAt = new Map<string, number>();

  constructor(readonly store: Store) {}

  /** Newest first. */
  async list(): Promise<StoredRun[]> {
    const runs = (await this.store.list<StoredRun>("runs")).map(({ value }) => value);
    return runs.sort((a, b) => b.info.createdAt - a.info.createdAt);
  }

  async get(id: string): Promise<StoredRun> {
    return (await this.store.get<StoredRun>("runs", id)) ?? fail({ code: "not-found", what: "run", id });
  }

  put(run: StoredRun): Promise<void> {
    return this.store.put("runs", run.info.id, run);
  }

  /** Changes what a run is, and gives it back. */
  async change(id: string, change: (run: StoredRun) => Partial<StoredRun>): Promise<StoredRun> {
    const run = await this.get(id);
    const changed = { ...run, ...change(run) };
    await this.put(changed);
    return changed;
  }

  async points(id: string): Promise<RunPoint[]> {
    const known = this.#points.get(id);
    if (known) return known;
    const points: RunPoint[] = [];
    for (let i = 0; ; i++) {
      const stretch = await this.store.get<RunPoint[]>("runLogs", keyOf(id, i));
      if (!stretch) break;
      points.push(...stretch);
    }
    this.#points.set(id, points);
    return points;
  }

  /** Forgets what was read of a run: another tab may have gone on with it. */
  forget(id: string): void {
    this.#points.delete(id);
  }

  async addPoint(id: string, point: RunPoint): Promise<void> {
    (await this.points(id)).push(point);
    if (performance.now() - (this.#flushedAt.get(id) ?? 0) > FLUSH_MS) await this.flush(id);
  }

  /** Writes the last stretch of points. */
  async flush(id: string): Promise<void> {
    this.#flushedAt.set(id, performance.now());
    const points = await this.points(id);
    const last = Math.max(0, Math.ceil(points.length / STRETCH) - 1);
    for (const i of last > 0 ? [last - 1, last] : [last])
      await this.store.put("runLogs", keyOf(id, i), points.slice(i * STRETCH, (i + 1) * STRETCH));
  }

  /** Forgets the points after a step: a run goes on from its checkpoint. */
  async cutPoints(id: string, step: number): Promise<void> {
    const points = await this.points(id);
    const kept = points.filter((point) => point.step <= step);
    for (let i = Math.floor(kept.length / STRETCH); i * STRETCH < points.length; i++)
      await this.store.delete("runLogs", keyOf(id, i));
    this.#points.set(id, kept);
    await this.flush(id);
  }

  /** The bytes first, then their name, then the old bytes go: a crash leaves one whole checkpoint. */
  async putCheckpoint(id: string, step: number, bytes: Blob): Promise<StoredRun> {
    const hash = await this.store.putBlob(bytes);
    const { checkpoint: old } = await this.get(id);
    const changed = await this.change(id, ({ info }) => ({
      checkpoint: { step, hash },
      info: { ...info, checkpointStep: step },
    }));
    if (old && old.hash !== hash) await this.store.deleteBlob(old.hash);
    await this.flush(id);
    return changed;
  }

  /** Says that a run has ended and forgets its checkpoint, in one write; then the bytes go. */
  async end(id: string, ended: Partial<RunInfo>): Promise<StoredRun> {
    const { checkpoint } = await this.get(id);
    const changed = await this.change(id, ({ info }) => ({
      checkpoint: null,
      info: { ...info, ...ended, checkpointStep: null },
    }));
    if (checkpoint) await this.store.deleteBlob(checkpoint.hash);
    return changed;
  }

  async remove(id: string): Promise<void> {
    const { checkpoint } = await this.get(id);
    const count = Math.ceil((await this.points(id)).length / STRETCH) || 1;
    await this.store.delete("runs", id);
    for (let i = 0; i < count; i++) await this.store.delete("runLogs", keyOf(id, i));
    if (checkpoint) await this.store.deleteBlob(checkpoint.hash);
    this.#points.delete(id);
  }
}

const keyOf = (id: string, stretch: number): string => `${id}/${String(stretch).padStart(6, "0")}`;
