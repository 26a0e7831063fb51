// Imports and corrections over the file store: whole or not at all, and nothing passed over in silence.
import { describe, expect, it } from "vitest";
import { ask, datasetBench, failureOf, jsonl, questions } from "../../test/harness/datasets.ts";
import { AppError } from "../contract/index.ts";

const bench = datasetBench();

describe("imports", () => {
  it("take the good rows as one version and name the rest", async () => {
    const id = await bench.make(ask("pump?", "a pump", { split: "train" }));
    const [present] = await bench.all(id);
    const rows = [
      ...questions.map(({ messages }) => ({ messages })),
      { messages: 5 },
      { messages: questions[3]!.messages },
    ];
    const report = await bench.service.import(
      { id: "i", dataset: id, file: jsonl([...rows, { messages: ask("Pump?", "A PUMP").messages }]), tags: ["site"] },
      () => undefined,
    );
    expect(report).toMatchObject({ readCount: 13, addedCount: 10, badCount: 1, refusedCount: 2, isCut: false });
    expect(report.problems).toEqual([{ line: 11, field: "messages", reason: "is a number, not a list" }]);
    expect(report.refused.map(({ kind, row, other }) => [kind, row, other])).toEqual([
      ["duplicate", "line 12", "line 4"],
      ["duplicate", "line 13", present!.id],
    ]);
    expect(report.version).toMatchObject({ number: 3, what: "10 rows imported from a.jsonl" });
    expect((await bench.all(id))[1]).toMatchObject({
      tags: ["site"],
      origin: { kind: "file", name: "a.jsonl", line: 1 },
    });
    expect((await bench.load(id, jsonl(rows))).version.number).toBe(3); // all there already: no version
  });

  it("put locked prompts into test, whatever the file wishes, and say so", async () => {
    const id = await bench.make(ask("pump?", "a", { split: "test" }));
    const row = { ...ask("pump?", "b"), metadata: { split: "train" } };
    expect((await bench.load(id, jsonl([row]))).keptTestCount).toBe(1);
    expect((await bench.current(id)).counts.test).toBe(2);
  });

  it("one that is cancelled, or whose store is full, has changed nothing", async () => {
    const id = await bench.make(ask("pump?", "a"));
    const before = await bench.current(id);
    const rows = Array.from({ length: 1500 }, (_, i) => ({
      messages: ask(`question ${i}`, "x".repeat(1000)).messages,
    }));
    const cancelled = bench.service.import({ id: "i", dataset: id, file: jsonl(rows) }, ({ stage }) => {
      if (stage !== "reading") void bench.service.cancelImport("i");
    });
    await expect(cancelled).rejects.toThrow(/aborted/);
    const put = bench.store.put.bind(bench.store);
    bench.store.put = async (table, key, value) =>
      /\/3\/[^/]+\/1$/.test(key)
        ? Promise.reject(new AppError({ code: "storage-full", neededBytes: 1, freeBytes: 0 }))
        : put(table, key, value);
    expect(await failureOf(bench.load(id, jsonl(rows)))).toMatchObject({ code: "storage-full" });
    bench.store.put = put;
    for (const from of [bench.service, bench.reopen()]) {
      expect(await bench.current(id, from)).toEqual(before);
      expect(await bench.all(id, from)).toHaveLength(1);
    }
    expect((await bench.load(id, jsonl(rows))).addedCount).toBe(1500); // over what the cut left
    expect(await bench.all(id, bench.reopen())).toHaveLength(1501);
  });
});

describe("corrections", () => {
  const request = {
    ...{ dataset: null, chat: "c", message: "m", prompt: ask("What is the K4?", "").messages.slice(0, 1) },
    ...{ before: "A boat.", after: "A pump.", rating: "down" as const },
  };

  it("become rows of their own data set, made once; the same message again replaces its row", async () => {
    const [first, second] = await Promise.all([
      bench.service.saveCorrection(request),
      bench.service.saveCorrection({ ...request, message: "n", prompt: ask("Who?", "").messages.slice(0, 1) }),
    ]);
    expect(second.dataset.id).toBe(first.dataset.id);
    expect(first.row).toMatchObject({
      rejected: "A boat.",
      rating: "down",
      origin: { kind: "correction", message: "m" },
    });
    const again = await bench.service.saveCorrection({ ...request, after: "A hand pump." });
    expect(again.row.id).toBe(first.row.id);
    expect(again.row.messages[1]!.content).toBe("A hand pump.");
    expect(await bench.all(first.dataset.id)).toHaveLength(2);
    expect((await bench.service.list()).map(({ name }) => name)).toEqual(["Corrections"]);
  });

  it("an answer that was right is an example without a pair", async () => {
    const { row } = await bench.service.saveCorrection({ ...request, after: request.before, rating: "up" });
    expect(row.rejected).toBeUndefined();
  });
});
