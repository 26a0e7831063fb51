// A large data file into a data set: time and memory by stage, and how many of the near duplicates that were planted among rows of a
// few templates are found. LOAM_ROWS: another number of rows than a million.
import { mkdtemp, open, rm } from "node:fs/promises";
import { openAsBlob } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { openFileStore } from "../../server/store.ts";
import type { ImportProgress } from "../../worker/contract/index.ts";
import { DatasetService } from "../../worker/datasets/service.ts";
import { plantedRows } from "../harness/planted-rows.ts";

/** Of this process so far: how busy the machine is does not count. */
const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

const rowCount = Number(process.env["LOAM_ROWS"] ?? 1_000_000);

it(`${rowCount.toLocaleString("en")} rows of templates`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "loam-import-"));
  const path = join(folder, "rows.jsonl");
  const file = await open(path, "w");
  let planted = 0;
  let lines: string[] = [];
  for (const { row, nearTo } of plantedRows(rowCount)) {
    if (nearTo !== undefined) planted++;
    if (lines.push(JSON.stringify({ prompt: row[0]!.content, completion: row[1]!.content })) < 10_000) continue;
    await file.write(`${lines.join("\n")}\n`);
    lines = [];
  }
  await file.write(lines.join("\n"));
  await file.close();
  const service = new DatasetService(await openFileStore(join(folder, "store")));
  const { id } = await service.create({ name: "large" });
  const peaks = new Map<string, { cpu: number; heap: number; all: number }>();
  let stage: ImportProgress["stage"] = "reading";
  let since = cpuSeconds();
  const look = () => {
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const peak = peaks.get(stage) ?? { cpu: 0, heap: 0, all: 0 };
    const cpu = cpuSeconds() - since;
    peaks.set(stage, { cpu, heap: Math.max(peak.heap, heapUsed + arrayBuffers), all: Math.max(peak.all, rss) });
  };
  const timer = setInterval(look, 200);
  const begun = performance.now();
  const bytes = await openAsBlob(path);
  const report = await service.import({ id: "i", dataset: id, file: { name: "rows.jsonl", bytes } }, (progress) => {
    look();
    if (progress.stage !== stage) [stage, since] = [progress.stage, cpuSeconds()];
  });
  clearInterval(timer);
  look();
  const [whole, { addedCount, refusedCount, nearCount }] = [performance.now() - begun, report];
  console.log(
    `${(bytes.size / 1e6).toFixed(0)} MB, ${addedCount} added, ${refusedCount} refused, ${(whole / 1e3).toFixed(1)} s`,
  );
  console.log(`near: ${nearCount} found, ${planted} planted`);
  for (const [name, { cpu, heap, all }] of peaks)
    console.log(
      `${name}: ${cpu.toFixed(1)} s of processor, heap and buffers ${(heap / 1e6).toFixed(0)} MB, process ${(all / 1e6).toFixed(0)} MB`,
    );
  await rm(folder, { recursive: true });
}, 3_600_000);
