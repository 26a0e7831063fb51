// Many rows at once: an import of tens of thousands ends, misses nothing, and what came in can be paged, filtered, changed and
// opened anew; one that is cancelled at any stage leaves nothing. The million, and how long it takes: test/bench/import.bench.ts.
import { expect, it } from "vitest";
import { datasetBench, jsonl } from "../../test/harness/datasets.ts";
import { plantedRows } from "../../test/harness/planted-rows.ts";
import type { ImportProgress } from "../contract/index.ts";

const bench = datasetBench();
const rowCount = 20_000;
const planted = Array.from(plantedRows(rowCount));
const file = jsonl(planted.map(({ row }) => ({ prompt: row[0]!.content, completion: row[1]!.content })));
const plantedCount = planted.filter(({ nearTo }) => nearTo !== undefined).length;

it("are all read, compared and kept; every near duplicate is found", async () => {
  const id = await bench.make();
  const stages: ImportProgress["stage"][] = [];
  const report = await bench.service.import({ id: "i", dataset: id, file }, ({ stage }) => void stages.push(stage));
  expect(report).toMatchObject({ readCount: rowCount, badCount: 0, isCut: false });
  expect(report.addedCount + report.refusedCount).toBe(rowCount);
  expect(report.nearCount + report.refusedCount).toBe(plantedCount); // refused: the same row planted twice, or a leak
  expect([...new Set(stages)]).toEqual(["reading", "keeping"]);

  const again = bench.reopen();
  const count = report.addedCount;
  const page = await again.rows(id, { start: count - 5, count: 50 });
  expect([page.rows.length, page.total]).toEqual([5, count]);
  const { counts } = await bench.current(id, again);
  for (const split of ["train", "valid", "test"] as const)
    expect((await again.rows(id, { filter: { split }, start: 0, count: 1 })).total).toBe(counts[split]);
  const spoken = planted.filter(({ row }) => row[0]!.content.includes("courier")).length;
  const found = await again.rows(id, { filter: { text: "COURIER", split: "train" }, start: 0, count: 1000 });
  expect(found.total).toBeLessThan(spoken);
  expect(found.rows.every(({ split, messages }) => split === "train" && /courier/.test(messages[0]!.content))).toBe(
    true,
  );

  const moved = found.rows.slice(0, 20).map((row) => row.id);
  await again.tagRows(id, moved, { add: ["late"] });
  await again.move(id, moved, "valid");
  expect(await again.tags(id)).toEqual([{ tag: "late", count: 20 }]);
  const tagged = await again.rows(id, { filter: { tag: "late" }, start: 0, count: 50 });
  expect(tagged.rows.map((row) => row.split)).toEqual(Array.from({ length: 20 }, () => "valid"));
  const diff = await again.diff(id, 1, 4);
  expect([diff.counts.added, diff.added.length]).toEqual([count, 50]);
  const second = await again.import({ id: "j", dataset: id, file }, () => undefined);
  expect(second).toMatchObject({ addedCount: 0, refusedCount: rowCount });
  expect(second.refused).toHaveLength(1000);
}, 300_000);

it.each(["reading", "keeping"] as const)(
  "cancelled while %s, nothing of them is there",
  async (stage) => {
    const id = await bench.make();
    const running = bench.service.import({ id: "i", dataset: id, file }, (progress) => {
      if (progress.stage === stage && progress.done > 0.2) void bench.service.cancelImport("i");
    });
    await expect(running).rejects.toThrow(/aborted/);
    for (const service of [bench.service, bench.reopen()]) {
      expect((await service.rows(id, { start: 0, count: 1 })).total).toBe(0);
      expect(await bench.current(id, service)).toMatchObject({ number: 1 });
    }
    expect(await bench.store.keys("datasetParts", "")).toEqual([]);
    expect(await bench.store.keys("datasetVersions", "writing/")).toEqual([]);
  },
  300_000,
);
