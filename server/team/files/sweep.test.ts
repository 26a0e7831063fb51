// What is named stays; what nothing names goes, once it is old.
import { afterAll, beforeAll, expect, it } from "vitest";
import { World } from "../testing/client.ts";
import { blob, file, job } from "../testing/job-samples.ts";
import { sweep } from "./sweep.ts";

let world: World;
beforeAll(async () => void (world = await World.open()));
afterAll(() => world?.close());

it("inputs, results, checkpoints, files and versions stay; the rest goes after hours", async () => {
  const { team } = world;
  const { id: personId } = await world.person("contributor");
  const all = await team.jobs();
  const waiting = await job(world, personId); // its input
  const { attempt } = (await all.attempts.lease("a worker"))!;
  const held = { id: waiting.id, retryCount: attempt! };
  const [older, newer] = [await blob(world, "an older checkpoint"), await blob(world, "a newer checkpoint")];
  await all.attempts.keep(held, { ...older, step: 1 });
  await all.attempts.keep(held, { ...newer, step: 2 });
  const made = await blob(world, "an adapter");
  const uploaded = await file(world, personId, "a file");
  const orphan = await blob(world, "of an attempt that failed");

  expect(await sweep(team.db, team.blobs, Date.now())).toBe(0); // all of it has just come
  const later = Date.now() + 7 * 3_600_000;
  await all.attempts.complete(held, { files: [{ name: "adapter_config.json", ...made }], summary: {} });
  expect(await sweep(team.db, team.blobs, later)).toBe(2);
  const left = async (hash: string) => (await team.blobs.size(hash)) !== null;
  expect([await left(older.hash), await left(orphan.hash)]).toEqual([false, false]);
  for (const { hash } of [waiting.inputs[0], newer, made, uploaded]) expect(await left(hash)).toBe(true);
});
