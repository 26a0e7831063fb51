import { describe, expect, it } from "vitest";
import type { PairedStatistics } from "../contract/evaluation.ts";
import { compareDifferences } from "./statistics.ts";
import { isWorse, mayBecomeDefault, thresholds, verdict } from "./verdict.ts";

const rowsOf = (better: number, worse: number, rowCount: number) =>
  Array.from({ length: rowCount }, (_, i) => (i < better ? 1 : i < better + worse ? -1 : 0));
const judge = (better: number, worse: number, rowCount: number) =>
  verdict(compareDifferences(rowsOf(better, worse, rowCount)));

describe("the verdict", () => {
  it.each([
    [14, 3, 40, "better", "Better on 14, worse on 3 of 40: very likely real."],
    [12, 4, 40, "better", "Better on 12, worse on 4 of 40: likely real."],
    [3, 14, 40, "worse", "Worse on 14, better on 3 of 40: very likely real."],
    [3, 2, 12, "too-few", "Better on 3, worse on 2 of 12: too few examples to tell."],
    [2, 3, 12, "too-few", "Worse on 3, better on 2 of 12: too few examples to tell."],
    [0, 0, 12, "too-few", "The same on all 12: too few examples to tell."],
    [0, 0, 30, "no-difference", "The same on all 30: no difference found."],
    [9, 9, 200, "no-difference", "Better on 9, worse on 9 of 200: no difference found."],
    [20, 18, 60, "too-few", "Better on 20, worse on 18 of 60: too few examples to tell."],
    [50, 0, 50, "better", "Better on 50, worse on 0 of 50: very likely real."],
    [0, 0, 0, "too-few", "No test rows: nothing to tell."],
  ])("%d better, %d worse of %d", (better, worse, rowCount, outcome, sentence) => {
    expect(judge(better, worse, rowCount)).toMatchObject({ outcome, sentence });
  });

  it("goes by the mean, and says when the fewer rows weigh more", () => {
    const differences = [...rowsOf(20, 0, 20).map(() => 0.01), ...rowsOf(15, 0, 15).map(() => -0.9)];
    const judged = verdict(compareDifferences(differences));
    expect(judged.outcome).toBe("worse");
    expect(judged.sentence).toBe("Worse on 15 and by more, better on 20 of 35: very likely real.");
  });

  it("measures losses by their own margin", () => {
    const small = Array.from({ length: 60 }, (_, i) => 0.08 * Math.sin(i * 1.3));
    expect(verdict(compareDifferences(small), "loss").outcome).toBe("no-difference");
    const large = Array.from({ length: 60 }, (_, i) => Math.sin(i * 1.3));
    expect(verdict(compareDifferences(large), "loss").outcome).toBe("too-few");
  });
});

describe("the advice", () => {
  it("says how many rows would tell", () => {
    // 8 better and 4 worse of 40: ψ = 0.3, δ = 0.1: (1.96·√0.3 + 0.8416·√0.29)² / 0.01 = 233
    expect(judge(8, 4, 40).advice).toBe("About 240 test rows would tell.");
    expect(judge(3, 2, 12).advice).toBe("About 470 test rows would tell."); // ψ = 5/12, δ = 1/12: 469.4
    expect(judge(0, 0, 12).advice).toBe("About 30 test rows would tell.");
    expect(judge(10, 10, 40).advice).toBe("More test rows would narrow it down.");
    expect(judge(9, 9, 200).advice).toBe("If there is one, it is smaller than 10 points in 100.");
    expect(judge(14, 3, 40).advice).toBe("");
  });
  it("never asks for fewer rows than there are, nor for more than anyone has", () => {
    const unlucky: PairedStatistics = { ...compareDifferences(rowsOf(9, 3, 40)), p: 0.06, interval: [0, 0.3] };
    expect(verdict({ ...unlucky, rowsNeeded: 35 }).advice).toBe("About 60 test rows would tell.");
    expect(verdict({ ...unlucky, rowsNeeded: thresholds.tellableRows + 1 }).advice).toMatch(/too small to tell/);
  });
});

describe("the gate", () => {
  it("stops a worse version without a written reason", () => {
    const worse = judge(3, 14, 40);
    expect(isWorse(worse)).toBe(true);
    expect(() => mayBecomeDefault(worse)).toThrow(/this version is worse: Worse on 14/);
    expect(() => mayBecomeDefault(worse, "  \n")).toThrow(/Write down why/);
    expect(() => mayBecomeDefault(worse, "The new form is required from May.")).not.toThrow();
  });
  it.each([judge(14, 3, 40), judge(2, 3, 12), judge(0, 0, 30)])("lets $outcome pass", (judged) => {
    expect(isWorse(judged)).toBe(false);
    expect(() => mayBecomeDefault(judged)).not.toThrow();
  });
});
