// What the job system promises, on PGlite and on a real Postgres. Jobs are of no work at all: what counts is who has them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { asc, eq, inArray } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, ofPglite, type Database } from "../database.ts";
import { jobEvents, jobs as jobTable, type Job } from "../schema/index.ts";
import { World } from "../testing/client.ts";
import { memoryDatabase } from "../testing/database.ts";
import { hasPostgres, startPostgres, type Postgres } from "../testing/postgres.ts";
import type { NewJob, Jobs } from "./jobs.ts";
import type { Attempt } from "./queue.ts";

const options = { jobs: { retries: { limit: 2, delaySeconds: 1 }, lostAfterMs: 15_000 } };
const stale = { status: 409 };
const error = { code: "unexpected", message: "It broke." };
const nothing = { files: [], summary: {} };

function conformance(open: () => Promise<Database>): void {
  let world: World;
  let jobs: Jobs;
  let personId: string;
  beforeAll(async () => {
    world = await World.open(await open(), options);
    jobs = await world.team.jobs();
    personId = (await world.person("contributor")).id;
  });
  afterAll(() => world?.close());
  afterEach(async () => {
    const left = inArray(jobTable.state, ["queued", "running", "paused"]);
    for (const { id } of await world.team.db.select().from(jobTable).where(left)) await change("cancel", id);
  });

  const made = (given: Partial<NewJob> = {}): Promise<Job> => {
    const about = { kind: "evaluate", name: "a job", model: "loam-chat", config: {}, inputs: [], metadata: {} };
    return world.team.db.transaction((tx) => jobs.create(tx, { ...about, personId, priority: 0, ...given }));
  };
  const attemptOf = ({ id, attempt }: Job): Attempt => ({ id, retryCount: attempt! });
  const leased = async (worker = "one"): Promise<Attempt> => attemptOf((await jobs.attempts.lease(worker))!);
  const stateOf = async (id: string) => (await world.team.db.select().from(jobTable).where(eq(jobTable.id, id)))[0];
  const change = (work: "cancel" | "pause" | "resume" | "retry", id: string) =>
    world.team.db.transaction((tx) => jobs[work](tx, id));
  const silence = async () => {
    world.now += 16_000;
    await jobs.tick();
  };
  /** Leases once the backoff is over. */
  async function leasedAgain(id: string, worker = "two"): Promise<Attempt> {
    for (let tries = 0; tries < 200; tries++) {
      const job = await jobs.attempts.lease(worker);
      if (job?.id === id) return attemptOf(job);
      await sleep(50);
    }
    throw new Error("it did not come back");
  }

  it("of many who ask at once, one gets a job", async () => {
    const { id } = await made();
    const got = await Promise.all(["a", "b", "c", "d", "e"].map((worker) => jobs.attempts.lease(worker)));
    expect(got.flatMap((job) => job?.id ?? [])).toEqual([id]);
  });

  it("a job whose worker fell silent goes to another, which goes on from the checkpoint", async () => {
    const { id } = await made();
    const first = await leased();
    const checkpoint = { hash: "a".repeat(64), bytes: 1, step: 7 };
    await jobs.attempts.keep(first, checkpoint);
    await jobs.tick();
    expect((await stateOf(id)).state).toBe("running");
    await silence();
    expect(await stateOf(id)).toMatchObject({ state: "queued", failures: 1, error: { code: "worker-lost" } });
    const second = await leasedAgain(id);
    expect(second).toEqual({ id, retryCount: first.retryCount + 1 });
    expect((await stateOf(id)).checkpoint).toEqual(checkpoint);
    await jobs.attempts.complete(second, nothing);
  });

  it("a heartbeat keeps it", async () => {
    const { id } = await made();
    const attempt = await leased();
    for (let i = 0; i < 4; i++) {
      world.now += 10_000;
      await jobs.attempts.beat(attempt, {});
      await jobs.tick();
    }
    expect((await stateOf(id)).state).toBe("running");
  });

  it("what comes from a stale attempt is refused and changes nothing", async () => {
    const { id } = await made();
    const old = await leased();
    await silence();
    const own = await leasedAgain(id);
    await jobs.attempts.beat(own, { progress: { step: 3, steps: 9 } });
    const before = await stateOf(id);
    const { attempts } = jobs;
    const late = [
      () => attempts.held(old),
      () => attempts.beat(old, { progress: { step: 1, steps: 9 }, notes: [{ type: "message", message: "late" }] }),
      () => attempts.keep(old, { hash: "b".repeat(64), bytes: 1, step: 1 }),
      () => attempts.complete(old, nothing),
      () => attempts.fail(old, error, true),
      () => attempts.release(old),
    ];
    for (const act of late) await expect(act()).rejects.toMatchObject(stale);
    expect(await stateOf(id)).toEqual(before);
    const done = await attempts.complete(own, nothing);
    expect(done.state).toBe("finished");
    await expect(attempts.complete(own, nothing)).rejects.toMatchObject(stale); // once
  });

  it("a cancelled job's worker hears so with its next heartbeat", async () => {
    const { id } = await made();
    const attempt = await leased();
    expect(await jobs.attempts.beat(attempt, {})).toBeNull();
    expect((await change("cancel", id)).state).toBe("cancelled");
    await expect(jobs.attempts.beat(attempt, {})).rejects.toMatchObject(stale);
    await expect(jobs.attempts.complete(attempt, nothing)).rejects.toMatchObject(stale);
    expect((await stateOf(id)).state).toBe("cancelled");
    const waiting = await made();
    await change("cancel", waiting.id);
    expect(await jobs.attempts.lease("one")).toBeNull();
    await expect(change("cancel", id)).rejects.toMatchObject({ status: 409 });
  });

  it("the higher priority comes first, then the older; priorities move", async () => {
    const given: [string, number][] = [["low", -5], ["old", 0], ["new", 0], ["high", 5], ["moved", -9]]; // prettier-ignore
    for (const [name, priority] of given) {
      const { id } = await made({ name, priority });
      if (name === "moved") await world.team.db.transaction((tx) => jobs.setPriority(tx, id, 9));
    }
    const order: string[] = [];
    for (let job = await jobs.attempts.lease("one"); job; job = await jobs.attempts.lease("one")) order.push(job.name);
    expect(order).toEqual(["moved", "high", "old", "new", "low"]);
  });

  it("a failure is tried again, later each time, then is a dead letter that can be revived", async () => {
    const { id } = await made();
    const dead = await jobs.deadCount();
    let attempt = await leased();
    const waits: number[] = [];
    for (let failures = 1; failures <= 2; failures++) {
      expect((await jobs.attempts.fail(attempt, error, false)).state).toBe("queued");
      expect(await jobs.attempts.lease("one")).toBeNull(); // not at once
      const since = performance.now();
      attempt = await leasedAgain(id);
      waits.push(performance.now() - since);
    }
    expect(waits[0]).toBeGreaterThan(300); // half of 1 s, less what a slow machine took before
    expect(await jobs.attempts.fail(attempt, error, false)).toMatchObject({ state: "failed", failures: 3, error });
    expect(await jobs.deadCount()).toBe(dead + 1);
    expect(await jobs.attempts.lease("one")).toBeNull();
    expect(await change("retry", id)).toMatchObject({ state: "queued", failures: 0, error: null });
    await jobs.attempts.complete(await leasedAgain(id), nothing);
    expect((await stateOf(id)).state).toBe("finished");
  });

  it("a failure that another attempt would repeat is final, and can be tried again by hand", async () => {
    const { id } = await made();
    expect((await jobs.attempts.fail(await leased(), error, true)).state).toBe("failed");
    expect(await jobs.attempts.lease("one")).toBeNull();
    await change("retry", id);
    expect((await leasedAgain(id)).id).toBe(id);
  });

  it("pausing lets the worker end in order; being handed back costs no try", async () => {
    const { id } = await made();
    for (let round = 0; round < 5; round++) {
      const attempt = await leasedAgain(id);
      await change("pause", id);
      expect(await jobs.attempts.beat(attempt, {})).toBe("pause");
      expect((await jobs.attempts.release(attempt)).state).toBe("paused");
      expect(await jobs.attempts.lease("one")).toBeNull();
      expect((await change("resume", id)).state).toBe("queued");
    }
    expect((await jobs.attempts.release(await leasedAgain(id))).state).toBe("queued"); // a worker that is stopped
    for (let tries = 0; tries < 2; tries++)
      expect((await jobs.attempts.fail(await leasedAgain(id), error, false)).state).toBe("queued");
    expect((await jobs.attempts.fail(await leasedAgain(id), error, false)).state).toBe("failed");
  });

  it("a job that waits is paused at once; one whose worker dies while it is asked to is paused, too", async () => {
    const waiting = await made();
    expect((await change("pause", waiting.id)).state).toBe("paused");
    expect(await jobs.attempts.lease("one")).toBeNull();
    await change("resume", waiting.id);
    await leasedAgain(waiting.id);
    await change("pause", waiting.id);
    await silence();
    expect((await stateOf(waiting.id)).state).toBe("paused");
    expect(await jobs.attempts.lease("one")).toBeNull();
  });

  it("three workers, 30 jobs: none lost, none twice, each event in its order", async () => {
    const ids = (await Promise.all(Array.from({ length: 30 }, () => made()))).map(({ id }) => id);
    const done: string[] = [];
    const worker = async (name: string) => {
      for (let job = await jobs.attempts.lease(name); job; job = await jobs.attempts.lease(name)) {
        await jobs.attempts.beat(attemptOf(job), { progress: { step: 1, steps: 1 } });
        await jobs.attempts.complete(attemptOf(job), nothing);
        done.push(job.id);
      }
    };
    await Promise.all(["one", "two", "three"].map(worker));
    expect(done.toSorted()).toEqual(ids.toSorted());
    for (const id of ids.slice(0, 3)) {
      const events = await world.team.db.select().from(jobEvents).where(eq(jobEvents.jobId, id)).orderBy(asc(jobEvents.id)); // prettier-ignore
      expect(events.map(({ data }) => data["state"])).toEqual(["queued", "running", "finished"]);
    }
  });
}

/** A server that stops, or is killed, and another that starts on the same data. */
async function restart(open: () => Promise<Database>): Promise<void> {
  const first = await World.open(await open(), options);
  const [{ id: personId }, jobs] = [await first.person("contributor"), await first.team.jobs()];
  const about = { kind: "evaluate", model: "loam-chat", config: {}, inputs: [], metadata: {}, priority: 0, personId };
  for (const name of ["one", "two"]) await first.team.db.transaction((tx) => jobs.create(tx, { ...about, name }));
  const running = (await jobs.attempts.lease("worker"))!;
  await first.close();

  const second = await World.open(await open(), options);
  const again = await second.team.jobs();
  expect(await again.attempts.beat({ id: running.id, retryCount: running.attempt! }, {})).toBeNull(); // its worker goes on
  const waiting = (await again.attempts.lease("worker"))!;
  expect([running.name, waiting.name]).toEqual(["one", "two"]);
  expect(await again.attempts.lease("worker")).toBeNull();
  await second.close();
}

describe("PGlite", () => {
  conformance(memoryDatabase);
  it("a restart of the server loses nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "loam-jobs-"));
    const memory = await memoryDatabase();
    if (memory.client.kind !== "pglite") throw new Error("not PGlite");
    const loadDataDir = await memory.client.pglite.dumpDataDir("none");
    await memory.close();
    const data = join(folder, "database");
    await (await PGlite.create({ dataDir: data, loadDataDir })).close();
    await restart(async () => ofPglite(await PGlite.create(data)));
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!hasPostgres)("Postgres", () => {
  let postgres: Postgres;
  beforeAll(async () => void (postgres = await startPostgres()));
  afterAll(() => postgres?.stop());
  describe("the same", () => conformance(() => openDatabase("/nowhere", postgres.url)));
  it("a restart of the server loses nothing", () => restart(() => openDatabase("/nowhere", postgres.url)));
});
