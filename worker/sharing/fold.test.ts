// A log of edits comes to the same in every order, however often each edit is met, and keeps what nobody decided on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EditStatus, Split } from "../contract/index.ts";
import { EditLog, splitsOf, type Edit, type Said } from "./fold.ts";

const edit = (id: string, row: string, hash: string | null, ...parents: string[]): Edit => ({
  ...{ id, row, hash, parents, status: "accepted" },
});
function logOf(...edits: readonly Edit[]): EditLog {
  const log = new EditLog();
  for (const one of edits) log.put(one);
  return log;
}
const headsOf = (...edits: readonly Edit[]) =>
  logOf(...edits)
    .fold()
    .get("r")?.heads;

/** Logs of a few rows, each edit made upon some that came before it. */
const logs: fc.Arbitrary<Edit[]> = fc
  .array(
    fc.record({
      row: fc.constantFrom("r", "s"),
      hash: fc.constantFrom("x", "y", "z", null),
      parents: fc.array(fc.nat(9), { maxLength: 2 }),
      status: fc.constantFrom<EditStatus>("accepted", "accepted", "proposed", "refused"),
    }),
    { maxLength: 10 },
  ) // prettier-ignore
  .map((drawn) =>
    drawn.map(({ parents, ...one }, i) => {
      const before = parents.filter((p) => p < i && drawn[p]!.row === one.row).map((p) => `e${p}`);
      return { ...one, id: `e${i}`, parents: before };
    }),
  );
const said = (hash: string): Said => ({ promptHash: hash === "z" ? "x" : hash, split: ({ x: "train", y: "test", z: "valid" } as Record<string, Split>)[hash]! }); // prettier-ignore

describe("the state of a log", () => {
  it("is the same in every order, with edits met again and what became of them met late", () => {
    const orders = logs.chain((edits) => {
      const early = edits.map((one) => ({ ...one, status: "proposed" as const }));
      const late = fc.shuffledSubarray(edits, { minLength: edits.length });
      return fc.tuple(fc.constant(edits), fc.shuffledSubarray(early), late);
    });
    fc.assert(
      fc.property(orders, ([edits, early, late]) => {
        const [one, other] = [logOf(...edits), logOf(...early, ...late, ...late)];
        const [a, b] = [one.fold(), other.fold()];
        expect(new Map([...b].sort())).toEqual(new Map([...a].sort()));
        const [splitA, splitB] = [splitsOf(one, a, said), splitsOf(other, b, said)];
        for (const [row, { hashes }] of a)
          for (const hash of hashes) if (hash !== null) expect(splitB(row, hash)).toBe(splitA(row, hash));
      }),
      { numRuns: 500 },
    );
  });
  it("keeps every accepted edit: as a head, under one, or as one that says the same", () => {
    fc.assert(
      fc.property(logs, (edits) => {
        const log = logOf(...edits);
        const folded = log.fold();
        for (const { id, row, hash, status } of edits) {
          if (status !== "accepted") continue;
          const { heads, hashes } = folded.get(row)!;
          const under = log.editsOf(row)!.before(edits.filter((one) => one.status === "accepted").map((one) => one.id));
          expect(heads.includes(id) || under.has(id) || hashes.includes(hash)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
  it("two edits of one are a conflict until one is made upon both; one that says the same is none", () => {
    const base = edit("a", "r", "x");
    const sides = [edit("b", "r", "y", "a"), edit("c", "r", null, "a")];
    expect(headsOf(base, ...sides)).toEqual(["b", "c"]);
    expect(headsOf(base, ...sides, edit("d", "r", "y", "b", "c"))).toEqual(["d"]);
    expect(headsOf(base, edit("b", "r", "y", "a"), edit("c", "r", "y", "a"))).toEqual(["b"]);
  });
  it("what is proposed or refused changes nothing, but what was made upon it stands on what that stood on", () => {
    const chain = [edit("a", "r", "x"), { ...edit("b", "r", "y", "a"), status: "refused" as const }];
    expect(headsOf(...chain)).toEqual(["a"]);
    expect(headsOf(...chain, edit("c", "r", "z", "b"))).toEqual(["c"]);
  });
  it("a prompt is in one split: test for good, else valid where it is", () => {
    const splitIn = (row: string, hash: string, ...edits: Edit[]) => {
      const log = logOf(...edits);
      return splitsOf(log, log.fold(), said)(row, hash);
    };
    expect(splitIn("r", "x", edit("a", "r", "x"))).toBe("train");
    expect(splitIn("r", "x", edit("a", "r", "x"), edit("b", "s", "z"))).toBe("valid");
    expect(splitIn("r", "x", edit("a", "r", "y"), edit("b", "r", "x", "a"))).toBe("test");
    expect(splitIn("s", "z", edit("a", "r", "y"), edit("b", "r", "x", "a"), edit("c", "s", "z"))).toBe("test");
    expect(splitIn("r", "x", edit("a", "r", "x"), { ...edit("b", "r", "y", "a"), status: "proposed" })).toBe("train");
  });
});
