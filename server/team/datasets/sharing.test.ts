// Devices that share a data set through the server: two online and one that is offline edit the same rows and sync in every order,
// over a network that drops requests and answers. Then all have the same, nothing is lost, and what clashes is shown.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "../../../test/harness/datasets.ts";
import type { TeamEdit } from "../../../worker/contract/index.ts";
import { World } from "../testing/client.ts";
import { Device, type Fate } from "../testing/device.ts";

const RUNS = Number(process.env["SHARING_RUNS"] ?? 12);

let world: World;
beforeAll(async () => void (world = await World.open()));
afterAll(() => world?.close());

const device = async (role: "reader" | "contributor" | "reviewer") =>
  new Device(world, (await world.person(role, role)).as);

/** A data set with two rows, shared by the first and brought to the others. */
async function shared(first: Device, ...others: Device[]): Promise<string> {
  const { id } = await first.datasets.create({ name: "Pumps", licence: "CC0 1.0" });
  await first.datasets.add(id, [ask("alpha?", "one"), ask("beta?", "two")]);
  const { team, error } = await first.sharing.send(id);
  expect(error).toBe(null);
  for (const other of others) await other.sharing.bring(team!);
  return id;
}

type Step = readonly [
  device: number,
  what: "add" | "edit" | "remove" | "send" | "sync" | "restart" | "decide",
  which: number,
];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.nat(2),
    fc.constantFrom("add", "edit", "edit", "edit", "remove", "send", "send", "sync", "restart", "decide"),
    fc.nat(20),
  ),
  { minLength: 6, maxLength: 16 },
);
const fates = fc.array(fc.constantFrom<Fate>("lost", "unheard", "well", "well"), { maxLength: 12 });

/** By row and answer: the answer that stood there when somebody wrote this one; null: none. */
type Seen = Map<string, string | null>;

async function run(
  devices: readonly Device[],
  id: string,
  [index, what, which]: Step,
  word: string,
  seen: Seen,
): Promise<void> {
  const one = devices[index]!;
  const rows = await one.rows(id);
  const row = rows[which % Math.max(1, rows.length)];
  if (what === "add") await one.datasets.add(id, [ask(`${word} question?`, word)]);
  else if (what === "send") await one.sharing.send(id);
  else if (what === "sync") await one.sharing.sync(id);
  else if (what === "restart") one.restart();
  else if (what === "decide") {
    const [status] = await one.sharing.statuses();
    const conflict = status!.conflicts[which % Math.max(1, status!.conflicts.length)];
    if (conflict) await one.sharing.decide(id, conflict.row, which % 3 === 0 ? null : conflict.sides[which % 2]!.edit);
  } else if (row && what === "edit") {
    const before = row.messages.at(-1)!.content;
    const isSent = Array.from((await one.book(id)).edits.all()).some((edit) => edit.row === row.id && answerOf(edit.line) === before); // prettier-ignore
    seen.set(`${row.id} ${word}`, isSent ? before : (seen.get(`${row.id} ${before}`) ?? null));
    await one.datasets.edit(id, row.id, { messages: [row.messages[0]!, { role: "assistant", content: word }] });
  } else if (row) await one.datasets.removeRows(id, [row.id]);
}

it("three devices, one of them offline: the same everywhere, every edit visible, conflicts shown", async () => {
  const people = await Promise.all([device("reviewer"), device("reviewer"), device("reviewer")]);
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.tuple(fates, fates, fates),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      async (plan, drops, order) => {
        const devices = people.map(({ as }) => new Device(world, as));
        const id = await shared(...(devices as [Device, Device, Device]));
        devices[2]!.isOnline = false;
        for (const [i, one] of devices.entries()) one.fates = [...drops[i]!];
        const seen: Seen = new Map();
        for (const [i, step] of plan.entries()) await run(devices, id, step, `w${i}`, seen);
        devices[2]!.isOnline = true;
        // Each sends what it has left; then all hear of it, in this order.
        for (const one of devices) one.fates = [];
        for (const i of order) await devices[i]!.sharing.send(id);
        for (const i of [...order, ...order]) await devices[i]!.sharing.sync(id);

        const states = await Promise.all(devices.map((one) => stateOf(one, id)));
        expect(states[1]).toEqual(states[0]);
        expect(states[2]).toEqual(states[0]);
        for (const one of devices) await expectWhole(one, id);
        expectSeen((await devices[0]!.book(id)).edits.all(), seen);
      },
    ),
    { numRuns: RUNS },
  );
});

/** All that a device knows: edits, conflicts, and the rows that are one thing. */
async function stateOf(one: Device, id: string) {
  const book = await one.book(id);
  const status = (await one.sharing.statuses()).find(({ dataset }) => dataset === id)!;
  expect(status).toMatchObject({ readyCount: 0, draftCount: 0, error: null, held: [] });
  const edits = [...book.edits.all()].map(({ isOwn: _, ...edit }) => edit);
  const torn = new Set(status.conflicts.map(({ row }) => row));
  const rows = (await one.rows(id)).filter((row) => !torn.has(row.id));
  return {
    edits: edits.sort((a, b) => a.number - b.number),
    conflicts: status.conflicts.toSorted((a, b) => (a.row < b.row ? -1 : 1)),
    rows: rows.map(({ id: row, messages, split }) => [row, messages, split]).sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
  };
}

const answerOf = (line: string | null) => line && (JSON.parse(line).messages.at(-1).content as string);

/** Nobody's edit takes the place of one that they had not seen, unless they decided on both. */
function expectSeen(edits: Iterable<TeamEdit>, seen: Seen): void {
  const all = new Map(Array.from(edits, (edit) => [edit.id, edit]));
  for (const { row, line, parents } of all.values()) {
    const before = seen.get(`${row} ${answerOf(line)}`);
    if (before === undefined || parents.length > 1) continue;
    expect(parents.map((id) => answerOf(all.get(id)!.line))).toEqual(before === null ? [] : [before]);
  }
}

/** Every edit that nobody went on from is on screen: as the row, or as one side of a conflict. */
async function expectWhole(one: Device, id: string): Promise<void> {
  const all: TeamEdit[] = [...(await one.book(id)).edits.all()];
  const wentOn = new Set(all.flatMap(({ parents }) => parents));
  const rows = new Map((await one.rows(id)).map((row) => [row.id, row.messages.at(-1)!.content]));
  const { conflicts } = (await one.sharing.statuses()).find(({ dataset }) => dataset === id)!;
  for (const { id: edit, row, line, hash } of all.filter((other) => !wentOn.has(other.id))) {
    const sides = conflicts.find((conflict) => conflict.row === row)?.sides;
    const isSide = sides?.some((side) => side.edit === edit || side.line === line);
    const isRow = line === null ? !rows.has(row) : rows.get(row) === answerOf(line);
    expect(isSide || isRow, `${edit} ${hash}`).toBe(true);
    if (sides === undefined) expect(isRow).toBe(true);
  }
}

it("what is ready stays so, over restarts, until the server has it: then it is there once", async () => {
  const [one, other] = [await device("reviewer"), await device("reader")];
  const id = await shared(one, other);
  one.isOnline = false;
  await one.datasets.add(id, [ask("gamma?", "three")]);
  expect((await one.sharing.statuses())[0]).toMatchObject({ draftCount: 1, readyCount: 0, sentCount: 2 });
  expect(await one.sharing.send(id)).toMatchObject({ draftCount: 0, readyCount: 1, error: { code: "team-away" } });
  one.restart();
  one.isOnline = true;
  one.fates = ["unheard", "unheard"];
  for (let i = 0; i < 3; i++) await one.sharing.sync(id);
  expect((await one.sharing.statuses())[0]).toMatchObject({ draftCount: 0, readyCount: 0, sentCount: 3, error: null });
  expect((await other.sharing.sync(id)).team!.number).toBe(3);
  const rows = await other.rows(id);
  expect(rows.map((row) => row.messages.at(-1)!.content).sort()).toEqual(["one", "three", "two"]);
  expect(rows[0]!.origin).toEqual({ kind: "team", author: "reviewer" });
});

it("a contributor proposes, a reviewer accepts or refuses; nothing changes for others before", async () => {
  const [reviewer, contributor, reader] = [
    await device("reviewer"),
    await device("contributor"),
    await device("reader"),
  ];
  const id = await shared(reviewer, contributor, reader);
  await contributor.datasets.add(id, [ask("gamma?", "three"), ask("delta?", "four")]);
  expect(await contributor.sharing.send(id)).toMatchObject({ proposedCount: 2, proposalCount: 2, error: null });
  expect((await reader.sharing.sync(id)).proposalCount).toBe(2);
  expect(await reader.rows(id)).toHaveLength(2);
  const { proposals } = await reviewer.sharing.sync(id);
  const [good, bad] = ["three", "four"].map((word) => proposals.find(({ edit }) => edit.line!.includes(word))!.edit.id);
  await reviewer.sharing.review(id, "accepted", [good!]);
  expect(await reviewer.sharing.review(id, "refused", [bad!])).toMatchObject({ proposalCount: 0 });
  await reader.sharing.sync(id);
  expect((await reader.rows(id)).map((row) => row.messages.at(-1)!.content).sort()).toEqual(["one", "three", "two"]);
  expect(await contributor.sharing.sync(id)).toMatchObject({ proposedCount: 0, refusedCount: 1, draftCount: 0 });
  expect(await contributor.rows(id)).toHaveLength(4);
  await reader.datasets.add(id, [ask("epsilon?", "five")]);
  expect((await reader.sharing.send(id)).error).toMatchObject({ code: "team-refused", refusal: "forbidden" });
  expect((await reader.sharing.statuses())[0]).toMatchObject({ readyCount: 1 });
});

it("a row that was ever test here or there is test on every device", async () => {
  const [one, other] = [await device("reviewer"), await device("reviewer")];
  const id = await shared(one, other);
  const splitOf = async (of: Device) => (await of.rows(id)).find((row) => row.messages[0]!.content === "alpha?")!;
  await one.datasets.move(id, [(await splitOf(one)).id], "test");
  await other.datasets.edit(id, (await splitOf(other)).id, { messages: [{ role: "user", content: "omega?" }, { role: "assistant", content: "x" }] }); // prettier-ignore
  for (const of of [one, other, one]) await of.sharing.send(id);
  const [conflict] = (await one.sharing.statuses())[0]!.conflicts;
  await one.sharing.decide(id, conflict!.row, conflict!.sides.find(({ line }) => line!.includes("omega"))!.edit);
  await other.sharing.sync(id);
  for (const of of [one, other]) {
    const row = (await of.rows(id)).find(({ messages }) => messages[0]!.content === "omega?");
    expect(row?.split).toBe("test");
  }
});

it("the card goes both ways; changed on both sides it is refused, and kept on both", async () => {
  const [one, other] = [await device("reviewer"), await device("reviewer")];
  const id = await shared(one, other);
  const nameOf = async (of: Device) => (await of.datasets.list()).find((info) => info.id === id)!.name;
  await one.datasets.rename(id, { name: "Wells" });
  expect((await one.sharing.statuses())[0]).toMatchObject({ draftCount: 1 });
  one.fates = ["well", "well", "unheard"]; // what becomes of the change itself
  expect(await one.sharing.send(id)).toMatchObject({ draftCount: 0, readyCount: 1, error: { code: "team-away" } });
  expect(await one.sharing.sync(id)).toMatchObject({
    readyCount: 0,
    error: null,
    team: { name: "Wells", aboutNumber: 2 },
  });
  await other.sharing.sync(id);
  expect(await nameOf(other)).toBe("Wells");
  await one.datasets.rename(id, { name: "Taps" });
  await other.datasets.rename(id, { name: "Pipes" });
  await one.sharing.send(id);
  const refused = await other.sharing.send(id);
  expect(refused).toMatchObject({
    draftCount: 1,
    error: { code: "team-refused", refusal: "changed" },
    team: { name: "Taps" },
  });
  expect([await nameOf(one), await nameOf(other)]).toEqual(["Taps", "Pipes"]);
  expect(await other.sharing.send(id)).toMatchObject({ error: null, team: { name: "Pipes" } });
  await one.sharing.sync(id);
  expect(await nameOf(one)).toBe("Pipes");
});

it("a full device says so, and nothing is half ready", async () => {
  const one = await device("reviewer");
  const id = await shared(one);
  await one.datasets.add(id, [ask("gamma?", "three")]);
  one.store.isFull = true;
  await expect(one.sharing.send(id)).rejects.toMatchObject({ detail: { code: "storage-full" } });
  one.restart();
  one.store.isFull = false;
  expect((await one.sharing.statuses())[0]).toMatchObject({ draftCount: 1, readyCount: 0 });
  expect(await one.sharing.send(id)).toMatchObject({ draftCount: 0, sentCount: 3 });
});

it("a row that repeats one here is held back and named; once that is gone it comes in", async () => {
  const [one, other] = [await device("reviewer"), await device("reviewer")];
  const id = await shared(one, other);
  const [own] = await other.datasets.add(id, [ask("gamma?", "three")]);
  await one.datasets.add(id, [ask("Gamma?", "Three"), ask("delta?", "four")]);
  await one.sharing.send(id);
  const { held, draftCount } = await other.sharing.sync(id);
  expect([held, draftCount]).toEqual([[{ row: expect.any(String), other: own!.id, reason: "duplicate" }], 1]);
  expect(await other.rows(id)).toHaveLength(4);
  await other.datasets.removeRows(id, [own!.id]);
  expect(await other.sharing.sync(id)).toMatchObject({ held: [], draftCount: 0 });
  expect(await other.rows(id)).toHaveLength(4);
});
