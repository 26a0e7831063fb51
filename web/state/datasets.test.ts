// The states of Teach over the worker's own data sets.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ask, datasetBench, jsonl } from "../../test/harness/datasets.ts";
import type { CorrectionRequest } from "../../worker/contract/index.ts";
import { DatasetsState } from "./datasets.svelte.ts";
import { ImportsState } from "./imports.svelte.ts";
import { pageSize, RowsState } from "./rows.svelte.ts";

const bench = datasetBench();
const about = { name: "Notes", description: "", licence: "CC0 1.0" };
const correction: CorrectionRequest = {
  ...{ dataset: null, chat: "c", message: "m", prompt: [{ role: "user", content: "How deep?" }] },
  ...{ before: "40 m", after: "45 m" },
};

async function setUp() {
  let firsts = 0;
  const datasets = new DatasetsState(bench.service, () => firsts++);
  await datasets.load();
  return { datasets, firsts: () => firsts };
}

describe("data sets", () => {
  test("are made, described, deleted and put back, as the worker announces them", async () => {
    const { datasets, firsts } = await setUp();
    const made = (await datasets.create(about))!;
    await datasets.describe(made.id, { ...about, name: "Field notes" });
    await bench.service.add(made.id, [ask("pump?", "A pump.", { split: "train" })]);
    expect(datasets.find(made.id)).toMatchObject({ name: "Field notes", version: { counts: { train: 1 } } });
    await datasets.remove(made.id);
    expect(datasets.datasets).toEqual([]);
    await datasets.restore(made.id);
    expect(datasets.datasets.map(({ name }) => name)).toEqual(["Field notes"]);
    expect(firsts()).toBe(1);
  });
  test("what cannot be done is kept as a reason", async () => {
    const { datasets } = await setUp();
    await datasets.remove("nowhere");
    expect(datasets.error).toMatchObject({ code: "not-found" });
  });
  test("the exercise becomes a data set in one go, each file in its split", async () => {
    const { datasets } = await setUp();
    const read = (path: string) => readFile(new URL(`../public/${path}`, import.meta.url), "utf8");
    const made = await datasets.addExercise(about, read);
    expect(datasets.error).toBeNull();
    expect(datasets.find(made!.id)?.version.counts).toEqual({ train: 200, valid: 50, test: 50 });
  });
  test("an exercise that cannot be read leaves no data set behind", async () => {
    const { datasets } = await setUp();
    const row = JSON.stringify({ messages: ask("pump?", "A pump.").messages });
    expect(await datasets.addExercise(about, async () => row)).toBeNull();
    expect(datasets.error).toMatchObject({ code: "data-refused" });
    expect(datasets.datasets).toEqual([]);
  });
  test("a correction goes to Corrections, also when the data set that was chosen has gone", async () => {
    const { datasets } = await setUp();
    const { row } = await datasets.saveCorrection(correction);
    await datasets.saveCorrection({ ...correction, dataset: "gone", message: "n", after: "46 m" });
    expect(datasets.datasets.map(({ name }) => name)).toEqual(["Corrections"]);
    expect(row).toMatchObject({ rejected: "40 m" });
    expect(await datasets.editRow(datasets.datasets[0]!.id, row.id, { rating: "down" })).toBe(true);
    expect(await datasets.editRow(datasets.datasets[0]!.id, "gone", { rating: "down" })).toBe(false);
  });
});

describe("rows", () => {
  const many = Array.from({ length: pageSize + 3 }, (_, i) =>
    ask(`What is number ${i}?`, `It is ${"abcdefghijklmnopqrstuvwxyz"[i]!.repeat(5)}.`, { split: "train" }),
  );
  async function open(...drafts: typeof many) {
    const id = await bench.make(...drafts);
    const rows = new RowsState(bench.service, id);
    await rows.load();
    return { id, rows };
  }
  const answers = (rows: RowsState) => rows.rows.map(({ messages }) => messages.at(-1)!.content);

  test("open at the newest, and stay there when one is added", async () => {
    const { rows } = await open(...many);
    expect([rows.start, rows.rows.length, rows.total]).toEqual([3, pageSize, pageSize + 3]);
    await rows.goTo(0);
    expect(rows.rows).toHaveLength(pageSize);
    await rows.load();
    expect(rows.start).toBe(0);
    await rows.add(ask("And the last?", "The end.", { split: "train" }));
    expect(answers(rows).at(-1)).toBe("The end.");
  });
  test("a filter starts at its own newest page", async () => {
    const { rows } = await open(...many);
    await rows.show({ text: "ccccc" });
    expect([answers(rows), rows.total, rows.isFiltered]).toEqual([["It is ccccc."], 1, true]);
    await rows.show({ text: "nowhere" });
    expect(rows.rows).toEqual([]);
  });
  test("what was removed comes back as it was, also when something was changed since", async () => {
    const { id, rows } = await open(...many.slice(0, 3));
    const before = await bench.all(id);
    const undo = await rows.remove([rows.rows[1]!]);
    expect(rows.total).toBe(2);
    await undo!();
    expect(rows.rows.map((row) => row.id).toSorted()).toEqual(before.map((row) => row.id).toSorted());
    const second = await rows.remove([rows.rows[0]!]);
    await rows.add(ask("And the last?", "The end.", { split: "train" }));
    await second!();
    expect(rows.total).toBe(4);
    expect(answers(rows)).toContain("The end.");
  });
  test("an edit and a tag are taken back; rows that had the tag keep it", async () => {
    const { rows } = await open(ask("a?", "b", { tags: ["old"] }), ask("pump?", "c"));
    const untag = await rows.tag(rows.rows, { add: "old" });
    expect(rows.rows.map(({ tags }) => tags)).toEqual([["old"], ["old"]]);
    await untag!();
    expect(rows.rows.map(({ tags }) => tags)).toEqual([["old"], []]);
    const undo = await rows.edit(rows.rows[0]!, { rejected: "wrong", rating: "down" });
    expect(rows.rows[0]).toMatchObject({ rejected: "wrong", rating: "down" });
    await undo();
    expect(rows.rows[0]).not.toHaveProperty("rejected");
    expect(rows.rows[0]).not.toHaveProperty("rating");
  });
  test("a test row stays one, and the reason is kept", async () => {
    const { rows } = await open(ask("a?", "b", { split: "train" }));
    const undo = await rows.move(rows.rows, "valid");
    await undo!();
    expect(rows.rows[0]!.split).toBe("train");
    await rows.move(rows.rows, "test");
    expect(await rows.move(rows.rows, "train")).toBeNull();
    expect(rows.error).toMatchObject({ code: "data-refused", reason: "locked" });
  });
  test("chosen rows are as they are now, and none that is gone", async () => {
    const { id, rows } = await open(ask("a?", "b"), ask("pump?", "c"));
    rows.select(rows.rows, true);
    await rows.tag([rows.rows[0]!], { add: "x" });
    expect(rows.selected.map(({ tags }) => tags)).toEqual([["x"], []]);
    await bench.service.removeRows(id, [rows.rows[0]!.id]);
    await rows.load();
    expect(rows.selected).toHaveLength(1);
  });
});

describe("imports", () => {
  const fileOf = async (text: string, name = "rows.jsonl") => new File([text], name);
  const step = (imports: ImportsState, id: string) => imports.stepFor(id)?.kind;

  test("a file is looked at, confirmed, tagged and reported with its bad rows", async () => {
    const id = await bench.make();
    const imports = new ImportsState(bench.service);
    const good = await jsonl([{ messages: ask("pump?", "A pump.").messages }]).bytes.text();
    await imports.offer(id, [await fileOf(`${good.trim()}\n{"messages": 5}\nnot json\n`)]);
    expect(imports.stepFor(id)).toMatchObject({ kind: "asking", look: { format: "messages" } });
    imports.tags = "site, new";
    await imports.start();
    expect(imports.stepFor(id)).toMatchObject({ kind: "done", report: { addedCount: 1, badCount: 2 } });
    expect((await bench.all(id))[0]!.tags).toEqual(["site", "new"]);
  });
  test("files wait for each other; one that cannot be read does not stop the next", async () => {
    const id = await bench.make();
    const imports = new ImportsState(bench.service);
    await imports.offer(id, [await fileOf(""), await fileOf("question,answer\na?,b\n", "t.csv")]);
    expect([step(imports, id), imports.waitingCount]).toEqual(["failed", 1]);
    await imports.next();
    expect(imports.stepFor(id)).toMatchObject({ kind: "asking", look: { format: "table", isMapped: true } });
    await imports.remap({ hasHeader: true, columns: { prompt: "answer", completion: "question" } });
    await imports.start();
    expect((await bench.all(id))[0]!.messages.map(({ content }) => content)).toEqual(["b", "a?"]);
    await imports.next();
    expect(imports.stepFor(id)).toBeNull();
  });
  test("cancelled, the data set is as it was", async () => {
    const id = await bench.make();
    const imports = new ImportsState(bench.service);
    const rows = Array.from({ length: 3000 }, (_, i) => ({ prompt: `Question ${i}?`, completion: `Answer ${i * 7}.` }));
    await imports.offer(id, [await fileOf(rows.map((row) => JSON.stringify(row)).join("\n"))]);
    const running = imports.start();
    await imports.cancel();
    await running;
    expect(step(imports, id)).toBe("cancelled");
    expect(await bench.all(id)).toEqual([]);
  });
});
