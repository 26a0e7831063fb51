import { describe, expect, it } from "vitest";
import type { BlindChoice, BlindPair } from "../contract/evaluation.ts";
import { BlindSession } from "./blind.ts";

const pairs: BlindPair[] = Array.from({ length: 21 }, (_, i) => ({
  ...{ id: `r${i}`, prompt: `prompt ${i}`, baseline: `old ${i}`, candidate: i === 20 ? " old 20\n" : `new ${i}` },
}));
/** Judges every pair by what stands on the sides, as a person who reads would. */
function judge(session: BlindSession, choose: (A: string) => BlindChoice): void {
  for (let { current } = session.view(); current !== null; { current } = session.view())
    session.choose(choose(current.A));
}
const preferNew = (A: string): BlindChoice => (A.startsWith("new") ? "A" : "B");

describe("a blind comparison", () => {
  it("shows each pair that differs once, in an order and on sides that the seed decides", () => {
    const seen = (seed: number) => {
      const session = new BlindSession(pairs, seed);
      const shown: string[] = [];
      for (let { current } = session.view(); current !== null; { current } = session.view()) {
        shown.push(`${current.prompt}: ${current.A} | ${current.B}`);
        session.choose("tie");
      }
      return shown;
    };
    expect(seen(1)).toEqual(seen(1));
    expect(seen(1)).not.toEqual(seen(2));
    expect(new Set(seen(1).map((line) => line.split(":")[0])).size).toBe(20);
    expect(seen(1).filter((line) => line.includes(": new")).length).toBe(10); // neither version has a side of its own
  });

  it("finds the version that is preferred, whatever its side", () => {
    const session = new BlindSession(pairs, 7);
    judge(session, preferNew);
    const { statistics, verdict, pairs: revealed } = session.finish();
    expect(statistics).toMatchObject({ better: 20, worse: 0, same: 1, test: "mcnemar-mid-p" });
    expect(statistics.p).toBeCloseTo(2 ** -20, 12); // mid-p: half of 2 · 2⁻²⁰
    expect(verdict.sentence).toBe("Better on 20, worse on 0 of 21: very likely real.");
    expect(revealed[20]).toMatchObject({ preferred: "tie", candidateSide: null });
    expect(new Set(revealed.slice(0, 20).map(({ candidateSide }) => candidateSide))).toEqual(new Set(["A", "B"]));
  });

  it("finds nothing when the judge always takes the left", () => {
    const session = new BlindSession(pairs, 7);
    judge(session, () => "A");
    expect(session.finish().verdict.outcome).toBe("too-few");
  });

  it("takes choices back", () => {
    const session = new BlindSession(pairs, 3);
    expect(() => session.undo()).toThrow(/nothing is judged/);
    const first = session.view();
    session.choose("A");
    session.undo();
    expect(session.view()).toEqual(first);
    expect(session.choices).toEqual([]);
  });

  it("keeps the sides until all is judged, and then nothing can be changed", () => {
    const session = new BlindSession(pairs, 3);
    expect(() => session.finish()).toThrow(/not every pair/);
    judge(session, preferNew);
    expect(() => session.choose("A")).toThrow(/every pair is judged/);
    session.finish();
    expect(() => session.undo()).toThrow(/already shown/);
    expect(session.view()).toMatchObject({ current: null, canUndo: false });
  });

  it("goes on where it was left", () => {
    const whole = new BlindSession(pairs, 9);
    for (let i = 0; i < 6; i++) whole.choose("B");
    const resumed = new BlindSession(pairs, 9, whole.choices);
    expect(resumed.view()).toEqual(whole.view());
    judge(whole, preferNew);
    judge(resumed, preferNew);
    expect(resumed.finish()).toEqual(whole.finish());
  });
});
