// The state against the real API over a team in memory: who is signed in decides whether anything is sent.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../test/harness/datasets.ts";
import { World } from "../../server/team/testing/client.ts";
import { Device } from "../../server/team/testing/device.ts";
import { SharingState } from "./sharing.svelte.ts";
import type { Person } from "./team.svelte.ts";

let world: World;
beforeAll(async () => void (world = await World.open()));
afterAll(() => world?.close());

const ada: Person = { id: "1", name: "Ada", email: "ada@team.org", role: "reviewer" };

test("signed out nothing is sent; signed in what waits goes; a lost request makes the page look for the server", async () => {
  const device = new Device(world, (await world.person("reviewer")).as);
  const { id } = await device.datasets.create({ name: "Pumps" });
  await device.datasets.add(id, [ask("alpha?", "one")]);
  const team = { isOnline: true, person: null as Person | null, looks: 0, look: async () => void (team.looks++, (team.isOnline = false)) }; // prettier-ignore
  const page = () => new SharingState(device.sharing, team, "http://team.test/api");

  const signedOut = page();
  await signedOut.load();
  team.isOnline = false;
  expect(await signedOut.send(id)).toBe(true);
  expect(signedOut.find(id)).toMatchObject({ readyCount: 1, error: { code: "team-away" } });
  expect([device.sentCount, signedOut.offered]).toEqual([0, []]);

  Object.assign(team, { isOnline: true, person: ada });
  const signedIn = page();
  await signedIn.load();
  expect(signedIn.find(id)).toMatchObject({ readyCount: 0, sentCount: 1, error: null });
  expect(signedIn.offered.map(({ name }) => name)).toContain("Pumps");
  expect(team.looks).toBe(0);

  device.fates = ["lost"];
  await signedIn.sync(id);
  expect([team.looks, signedIn.find(id)!.error]).toEqual([1, { code: "team-away" }]);
});
