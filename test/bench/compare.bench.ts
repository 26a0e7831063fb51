// Loam and others in Node, in one process on one adapter.
import { beforeAll, expect, it } from "vitest";
import { cases, largeCases } from "./cases/index.ts";
import { openStage } from "./node-stage.ts";
import type { Stage } from "./peers.ts";
import { report } from "./table.ts";

const chosen = process.env["LOAM_MILLION"] ? { ...cases, ...largeCases } : cases;
let stage: Stage;
beforeAll(async () => void (stage = await openStage()));

it.each(Object.entries(chosen))("%s", async (_, { title, rows }) => {
  const measured = await rows(stage);
  expect(measured.length).toBeGreaterThan(0);
  report(title, stage, measured);
});
