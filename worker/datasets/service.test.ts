// Data sets over the file store: rows and versions, undo, and what another tab leaves.
import { describe, expect, it } from "vitest";
import { ask, datasetBench, failureOf, questions } from "../../test/harness/datasets.ts";
import type { DatasetEvent, DatasetRow, RowDraft } from "../contract/index.ts";

const bench = datasetBench();

describe("rows", () => {
  it("are added, edited, tagged, rated, removed; each change is a version that says what", async () => {
    const id = await bench.make(...questions);
    const [first, second] = await bench.all(id);
    await bench.service.edit(id, first!.id, { messages: ask("pump?", "It pumps.").messages, rejected: "It does not." });
    await bench.service.edit(id, first!.id, { rating: "down", reason: "too short" });
    await bench.service.edit(id, first!.id, { rating: "down" }); // changes nothing
    await bench.service.tagRows(id, [first!.id, second!.id], { add: ["site"] });
    await bench.service.removeRows(id, [second!.id]);
    const versions = (await bench.service.versions(id)).toReversed();
    expect(versions.map(({ what }) => what)).toEqual([
      ...["Made", "10 rows added", "1 row edited", "1 row edited", "Tags of 2 rows changed", "1 row removed"],
    ]);
    expect(versions.map(({ parent }) => parent)).toEqual([null, ...versions.slice(0, -1).map(({ hash }) => hash)]);
    expect(versions[3]!.hash).toBe(versions[2]!.hash); // a rating is not trained on
    expect(versions[2]!.hash).not.toBe(versions[1]!.hash);
    const [row] = await bench.all(id);
    expect(row).toMatchObject({
      id: first!.id,
      rejected: "It does not.",
      rating: "down",
      reason: "too short",
      tags: ["site"],
    });
  });

  it("are found by split, tag, rating, origin and text, a page at a time", async () => {
    const id = await bench.make(
      ...questions,
      ask("rated?", "yes", { rating: "up", tags: ["x"], origin: { kind: "example" } }),
    );
    const total = async (filter: object) => (await bench.service.rows(id, { filter, start: 0, count: 1 })).total;
    expect(await total({ rating: "up" })).toBe(1);
    expect(await total({ rating: "none" })).toBe(10);
    expect(await total({ tag: "x", origin: "example", text: "RATED" })).toBe(1);
    expect(await total({ text: "about the m" })).toBe(1);
    const counts = (await bench.current(id)).counts;
    for (const split of ["train", "valid", "test"] as const) expect(await total({ split })).toBe(counts[split]);
    expect((await bench.service.rows(id, { start: 9, count: 5 })).rows).toHaveLength(2);
    expect(await bench.service.tags(id)).toEqual([{ tag: "x", count: 1 }]);
  });

  it("that are there, leak or cannot be learned are refused, and nothing is changed", async () => {
    const id = await bench.make(ask("pump?", "A pump.", { split: "train" }));
    const [row] = await bench.all(id);
    const before = await bench.current(id);
    const twice = bench.service.add(id, [ask("new?", "n"), ask("PUMP? ", "a pump.")]);
    expect(await failureOf(twice)).toEqual({
      ...{ code: "data-refused", reason: "duplicate", rows: [{ row: "row 2", other: row!.id }] },
    });
    expect(await failureOf(bench.service.add(id, [ask("q", " ")]))).toMatchObject({ code: "invalid-argument" });
    expect(await bench.current(id)).toEqual(before);
    await bench.service.add(id, [ask("new?", "n")]); // the plan that failed left nothing behind
  });
});

describe("versions", () => {
  it("are read back, compared and restored, and the content of a row is stored once", async () => {
    const id = await bench.make(...questions);
    const two = await bench.all(id);
    await bench.service.tagRows(
      id,
      two.map((row) => row.id),
      { add: ["t"] },
    );
    await bench.service.removeRows(id, [two[0]!.id]);
    const diff = await bench.service.diff(id, 2, 4);
    expect(diff.counts).toEqual({ added: 0, removed: 1, changed: 9 });
    expect([diff.added.length, diff.removed.length, diff.changed.length]).toEqual([0, 1, 9]);
    const info = await bench.service.restore(id, 2);
    expect(info.version).toMatchObject({ number: 5, what: "Version 2 restored" });
    const [, , , second] = (await bench.service.versions(id)).map(({ hash }) => hash);
    expect(info.version.hash).toBe(second);
    const byId = (rows: DatasetRow[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(await bench.all(id, bench.reopen()))).toEqual(byId(two));
    const parts = await bench.store.list<{ content?: object }[]>("datasetParts");
    expect(parts.flatMap(({ value }) => value).filter(({ content }) => content !== undefined)).toHaveLength(10);
  });

  it("an export read in again gives the same hashes, notes and splits; of one split, and of a version", async () => {
    const plain: RowDraft = {
      messages: [{ role: "assistant", content: "Plain text.\u2028" }],
      origin: { kind: "written" },
    };
    const noted = ask("noted?", 'a "quote"\n', {
      rejected: "b",
      tags: ["x"],
      rating: "down",
      reason: "r",
      split: "test",
    });
    const id = await bench.make(...questions, plain, noted);
    const [moved] = await bench.all(id);
    await bench.service.move(id, [moved!.id], "valid");
    const bytes = await bench.service.export(id);
    const other = await bench.make();
    const report = await bench.load(other, { name: "back.jsonl", bytes });
    expect(report).toMatchObject({ format: "messages", badCount: 0, refusedCount: 0, addedCount: 12 });
    expect(report.version.hash).toBe((await bench.current(id)).hash);
    expect((await bench.all(other)).map(({ hash, tags, rating, reason }) => [hash, tags, rating, reason])).toEqual(
      (await bench.all(id)).map(({ hash, tags, rating, reason }) => [hash, tags, rating, reason]),
    );
    expect(await (await bench.service.export(other)).text()).toBe(await bytes.text());
    const valid = await (await bench.service.export(id, { split: "valid" })).text();
    expect(valid.split("\n").length - 1).toBe((await bench.current(id)).counts.valid);
    expect((await bench.service.export(id, { version: 1 })).size).toBe(0);
  });

  it("a stored row that was changed behind its back is noticed", async () => {
    const id = await bench.make(ask("pump?", "a"));
    const [{ key, value }] = (await bench.store.list<DatasetRow[]>("datasetParts")) as [
      { key: string; value: DatasetRow[] },
    ];
    await bench.store.put("datasetParts", key, [{ ...value[0]!, hash: "0".repeat(64) }]);
    expect(await failureOf(bench.all(id, bench.reopen()))).toMatchObject({ code: "storage-unavailable" });
  });
});

describe("data sets", () => {
  it("are renamed, removed, put back, and gone for good after the session", async () => {
    const id = await bench.make(...questions);
    const events: DatasetEvent[] = [];
    await bench.service.subscribe((event) => void events.push(event));
    expect(await bench.service.rename(id, { licence: "CC0" })).toMatchObject({ name: "Field", licence: "CC0" });
    await bench.service.remove(id);
    expect(await bench.service.list()).toEqual([]);
    expect(await failureOf(bench.all(id))).toMatchObject({ code: "not-found" });
    await bench.service.undoRemove(id);
    expect(await bench.all(id)).toHaveLength(10);
    await bench.service.remove(id);
    expect(events.map(({ type }) => type.slice(8))).toEqual(["changed", "removed", "changed", "removed"]);
    expect(await bench.reopen().list()).toEqual([]);
    for (const table of ["datasets", "datasetVersions", "datasetParts"] as const)
      expect(await bench.store.list(table)).toEqual([]);
  });
});
