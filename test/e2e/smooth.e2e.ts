// The page never stutters: while an answer is written and documents are read, no task on the main thread is long.
import { afterAll, beforeAll, expect, test } from "vitest";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addExamples, ask, dropFiles, ready } from "./steps.ts";

// A task is counted as ours when the page's thread was busy; the software GPU shares the processor with it, which can make
// any one of them late. So the middle of the tasks is held to 100 ms, and none may come near what a person calls frozen.
const longMs = 100;
const frozenMs = 400;
let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url);
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

test("while reading a long document and writing an answer the main thread stays free", async () => {
  const { page } = app;
  await addExamples(page);
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });
  const text = Array.from({ length: 4000 }, (_, i) => `Well ${i} is ${10 + (i % 70)} metres deep.`).join("\n\n");
  await page.getByRole("link", { name: "Library", exact: true }).click();
  await dropFiles(page, [{ name: "wells.txt", text }]);
  await ready(page, "wells.txt");
  await page.getByRole("link", { name: "wells.txt" }).click();
  await page.getByText("Well 3999 is").waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "New chat" }).first().click();
  await ask(page, "How long does the generator run on one tank?");
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  console.log(`long tasks (ms): ${tasks.map(Math.round).join(", ") || "none"}`);
  const middle = tasks.toSorted((a, b) => a - b)[Math.floor(tasks.length / 2)] ?? 0;
  expect(middle).toBeLessThan(longMs);
  expect(Math.max(0, ...tasks)).toBeLessThan(frozenMs);
});
