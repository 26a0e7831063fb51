import { expect, it } from "vitest";
import { Scheduler, type Priority } from "./scheduler.ts";

it("gives turns by priority, then by waiting time, one at a time", async () => {
  const scheduler = new Scheduler();
  const log: string[] = [];
  let running = 0;
  const slice = (priority: Priority, name: string) =>
    scheduler.slice(priority, async () => {
      expect(++running).toBe(1);
      await new Promise((done) => setTimeout(done, 1));
      log.push(name);
      running--;
    });
  await Promise.all([
    slice("embedding", "first"),
    slice("embedding", "e1"),
    slice("training", "t1"),
    slice("chat", "c1"),
    slice("embedding", "e2"),
    slice("chat", "c2"),
  ]);
  expect(log).toEqual(["first", "c1", "c2", "t1", "e1", "e2"]);
});

it("passes the turn on when a slice fails", async () => {
  const scheduler = new Scheduler();
  const failed = scheduler.slice("chat", () => Promise.reject(new Error("no")));
  const after = scheduler.slice("chat", () => 42);
  await expect(failed).rejects.toThrow("no");
  expect(await after).toBe(42);
});
