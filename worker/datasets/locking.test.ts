// What was ever test is never trained on: through the service, and under a thousand random changes of the rows in memory.
import { describe, expect, it } from "vitest";
import { ask, datasetBench, failureOf, topics } from "../../test/harness/datasets.ts";
import { AppError, type Split } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { demandAll, planAdd } from "./adding.ts";
import { Dataset } from "./dataset.ts";
import { PackedRows } from "./rows.ts";

const bench = datasetBench();

describe("splits", () => {
  const long = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");

  it("a near duplicate of a test row is not trained on, and says which", async () => {
    const id = await bench.make(ask(long, "a", { split: "test" }));
    const [row] = await bench.all(id);
    const near = bench.service.add(id, [ask(`${long} more`, "a", { split: "train" })]);
    expect(await failureOf(near)).toMatchObject({ reason: "leak", rows: [{ row: "row 1", other: row!.id }] });
    await bench.service.add(id, [ask(`${long} more`, "a", { split: "test" })]);
  });

  it("what was ever test stays test: moved, removed and added anew, edited, restored, after a restart", async () => {
    const id = await bench.make(ask("pump?", "a", { split: "train" }), ask("mill?", "b", { split: "train" }));
    const [pump] = await bench.all(id);
    await bench.service.move(id, [pump!.id], "test");
    expect(await failureOf(bench.service.move(id, [pump!.id], "train"))).toEqual({
      ...{ code: "data-refused", reason: "locked", rows: [{ row: pump!.id, other: "" }] },
    });
    await bench.service.removeRows(id, [pump!.id]);
    bench.service = bench.reopen();
    const [again] = await bench.service.add(id, [ask(" PUMP?", "another answer", { split: "train" })]);
    expect(again!.split).toBe("test");
    await bench.service.restore(id, 2);
    expect((await bench.all(id)).map((row) => [row.id, row.split])).toEqual(
      [
        [pump!.id, "test"],
        [expect.any(String), "train"],
      ].toSorted((a, b) => Number(a[1] === "test") - Number(b[1] === "test")),
    );
    const edited = await bench.service.edit(id, pump!.id, { messages: ask("another question", "a").messages });
    expect(edited.split).toBe("test");
    await bench.service.removeRows(id, [pump!.id]);
    expect((await bench.service.add(id, [ask("another question", "c", { split: "train" })]))[0]!.split).toBe("test");
  });

  it("rows of one prompt stay together: added later, or moved", async () => {
    const id = await bench.make(ask("pump?", "a", { split: "valid" }));
    const [later] = await bench.service.add(id, [ask("pump?", "b", { split: "train" })]);
    expect(later!.split).toBe("valid");
    await bench.service.move(id, [later!.id], "train");
    expect((await bench.current(id)).counts).toEqual({ train: 2, valid: 0, test: 0 });
  });

  it("a restore that would bring back a leak is refused", async () => {
    const id = await bench.make(ask(long, "a", { split: "train" }), ask(`${long} more`, "a", { split: "train" }));
    const [one, two] = await bench.all(id);
    await bench.service.removeRows(id, [one!.id]);
    await bench.service.move(id, [two!.id], "test");
    expect(await failureOf(bench.service.restore(id, 2))).toMatchObject({ code: "data-refused", reason: "leak" });
    expect(await bench.all(id)).toHaveLength(1);
  });
});

it("1,000 random changes: no prompt leaves test again", async () => {
  const dataset = new Dataset();
  const slices = new Slices();
  const earlier: PackedRows[] = [];
  const everTest = new Set<string>();
  let state = 7;
  const random = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
  const anySplit = () => (["train", "valid", "test"] satisfies Split[])[random(3)]!;
  const plan = async (step: number) => {
    const row = [...dataset.rows][random(Math.max(1, dataset.rows.length))];
    const question = `${topics[random(10)]} ${random(3)}?`;
    const action = row === undefined ? 0 : random(6);
    if (action === 1) return dataset.planRemove([row!.id]);
    if (action === 2) return dataset.planMove([row!.id], anySplit(), slices);
    if (action === 3) return dataset.planEdit(row!.id, ask(question, `edit ${step}`), slices);
    if (action === 4) return dataset.planRestore(earlier[random(earlier.length)]!, slices);
    const added = await planAdd(dataset, [ask(question, `answer ${step}`, { split: anySplit() })], String, slices);
    demandAll(added);
    return added.delta;
  };
  let refusedCount = 0;
  for (let step = 0; step < 1000; step++) {
    try {
      dataset.apply(await plan(step));
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.detail.code !== "data-refused") throw cause;
      dataset.forgetPlan();
      refusedCount++;
    }
    const copy = new PackedRows();
    for (const row of dataset.rows) copy.set(row);
    earlier.push(copy);
    for (const { promptHash, split } of dataset.rows)
      if (split === "test") everTest.add(promptHash);
      else expect(everTest.has(promptHash)).toBe(false);
  }
  expect(everTest.size).toBeGreaterThan(5);
  expect(refusedCount).toBeGreaterThan(20);
  expect(refusedCount).toBeLessThan(500);
});
