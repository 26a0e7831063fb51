// A tab killed ten times in the middle of teaching, and gone on with each time: no saved step is lost, and what was learned is the
// same to the byte as in a run that was left alone. A second tab watches the first kill. The renderer is crashed: nothing says goodbye.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunPoint } from "../../worker/contract/index.ts";
import type { StoredRun } from "../../worker/text/tuning/run-shelf.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { chooseSettings, importShortRows, press, state, trainMs } from "./teaching.ts";

const steps = 16;
const savings = 2; // steps between them: at most so many are done again
const kills = 10;
let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url);
  await app.page.emulateMedia({ reducedMotion: "reduce" });
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

/** What the browser has kept of a run, and of the adapter it made. */
interface Kept {
  readonly state: string;
  readonly saved: number; // the checkpoint's step; 0: none yet
  readonly points: readonly { step: number; loss: number | null; validLoss: number | null }[];
  readonly files: readonly { name: string; hash: string }[];
}

/** Reads the database behind the app's back. */
function kept(page: Page, name: string): Promise<Kept> {
  return page.evaluate(async (name) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
      });
    const database = await answer(indexedDB.open("loam"));
    const records = database.transaction("records").objectStore("records");
    const all = <T>(table: string, from = "") =>
      answer<T[]>(records.getAll(IDBKeyRange.bound([table, from], [table, `${from}\uffff`])));
    const run = (await all<StoredRun>("runs")).find(({ info }) => info.name === name)!;
    const logs = await all<RunPoint[]>("runLogs", `${run.info.id}/`);
    const adapters = await all<{ id: string; files: Kept["files"] }>("adapters");
    const adapter = adapters.find(({ id }) => id === run.info.adapter);
    database.close();
    return {
      state: run.info.state,
      saved: run.checkpoint?.step ?? 0,
      points: logs.flat().map(({ step, loss, validLoss }) => ({ step, loss, validLoss })),
      files: (adapter?.files ?? []).map(({ name, hash }) => ({ name, hash })),
    };
  }, name);
}

async function startRun(page: Page, name: string): Promise<void> {
  await page.goto(`${served.url}/#/runs`);
  await chooseSettings(page, { steps, batch: 2, looks: steps, savings });
  await press(page, "Review");
  await page.getByText("Never learned from (test)").waitFor({ timeout: trainMs });
  await press(page, "Teach");
  await page.getByRole("heading", { name }).waitFor({ timeout: trainMs });
}

/** Ends the tab's process. */
async function kill(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await app.context.newCDPSession(page);
  session.send("Page.crash").catch(() => undefined); // there is nobody left to answer
  await crashed;
  await page.close();
}

/** Another tab at the same run. */
async function openTab(hash: string): Promise<Page> {
  const page = await app.context.newPage();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`${served.url}/${hash}`);
  return page;
}

/** 0 ≤ n < 1, the same each time. */
function random(seed: number): () => number {
  return () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test(
  "a run killed ten times at random moments is the run that was left alone",
  async () => {
    await importShortRows(app.page, served.url);
    await startRun(app.page, "Depot 1");
    const begun = performance.now();
    await state(app.page, "Finished");
    const stepMs = (performance.now() - begun) / steps;
    const whole = await kept(app.page, "Depot 1");
    expect(whole.points.map(({ step }) => step)).toEqual(Array.from({ length: steps + 1 }, (_, i) => i));

    await startRun(app.page, "Depot 2");
    const hash = new URL(app.page.url()).hash;
    const next = random(20_260);
    let page = app.page;
    let saved = 0;
    for (let life = 0; life < kills; life++) {
      await state(page, "Learning");
      const watcher = life === 0 ? await openTab(hash) : null;
      if (watcher) {
        await watcher.getByText("“Depot 2” is training in another tab.").waitFor({ timeout: trainMs });
        await press(watcher, "Pause");
        expect(await kept(watcher, "Depot 2")).toMatchObject({ state: "running" });
      }
      // Past the next saving in every second life, so that it comes to its end; at once in the others.
      if (life % 2 === 1) await expect.poll(async () => (await kept(page, "Depot 2")).saved, { timeout: trainMs }).toBeGreaterThan(saved); // prettier-ignore
      await page.waitForTimeout(next() * savings * stepMs);
      const before = await kept(page, "Depot 2");
      await kill(page);
      page = watcher ?? (await openTab(hash));
      await state(page, "Cut off");
      const after = await kept(page, "Depot 2");
      expect(after.saved, `life ${life}`).toBeGreaterThanOrEqual(before.saved);
      expect((after.points.at(-1)?.step ?? 0) - after.saved, `life ${life}`).toBeLessThanOrEqual(savings);
      saved = after.saved;
      expect(saved).toBeLessThan(steps);
      await press(page, "Go on");
    }
    await state(page, "Finished");
    const killed = await kept(page, "Depot 2");
    expect(killed.points).toEqual(whole.points);
    expect(killed.files).toEqual(whole.files);
    expect(killed.files.map(({ name }) => name)).toContain("adapter_model.safetensors");
    expect(app.problems).toEqual([]);
  },
  4 * trainMs,
);
