import { describe, expect, it } from "vitest";
import type { AnsweredRow } from "../contract/evaluation.ts";
import { compare, report, type ReportInput } from "./report.ts";

const row = (id: string, answer: string, loss = 1, tokens = 2): AnsweredRow => ({
  ...{ id, prompt: `note ${id}`, expected: "seal leaks", answer, loss, tokens },
});
const reportOf = (version: string, rows: readonly AnsweredRow[], rest: Partial<ReportInput> = {}) =>
  report({ version, dataHash: "d1", scorer: { id: "contains" }, createdAt: 0, rows, ...rest });

describe("a report", () => {
  it("scores each row and sums up, loss by tokens", () => {
    const rows = [row("1", "the seal leaks", 0.5, 2), row("2", "seal", 2, 6)];
    const { rows: scored, totals } = reportOf("base", rows);
    expect(scored.map(({ score }) => score)).toEqual([1, 0]);
    expect(scored[1].why).toBe("The expected text is not in the answer.");
    expect(totals.loss).toBeCloseTo((0.5 * 2 + 2 * 6) / 8, 12);
    expect(totals.perplexity).toBeCloseTo(Math.exp(1.625), 12);
    expect(totals).toMatchObject({ rowCount: 2, tokenCount: 8, exactMatch: 0, score: 0.5 });
    expect(totals.tokenF1).toBeCloseTo((1 + 2 / 3) / 2, 12); // the article does not count
  });
  it("of no rows is all zero, and no crash", () => {
    expect(reportOf("base", []).totals).toMatchObject({ rowCount: 0, loss: 0, perplexity: 1, score: 0 });
  });
  it("refuses ids that are not unique, and a pattern that cannot be used", () => {
    expect(() => reportOf("base", [row("1", ""), row("1", "")])).toThrow(/same id/);
    expect(() => reportOf("base", [], { scorer: { id: "regular-expression", pattern: "(" } })).toThrow(
      /Invalid regular/,
    );
  });
});

describe("a comparison", () => {
  const base = reportOf("base", [row("a", "seal leaks"), row("b", "no"), row("c", "no"), row("d", "no", 1)]);
  const tuned = reportOf("tuned", [row("a", "no"), row("b", "seal leaks"), row("c", "no", 0.5), row("d", "no", 3)]);

  it("shows what got worse first: by score, then by loss", () => {
    const { rows, score, loss, verdict } = compare(base, tuned);
    expect(rows.map(({ id, change }) => [id, change])).toEqual([["a", "worse"], ["d", "same"], ["c", "same"], ["b", "better"]]); // prettier-ignore
    expect(rows[0]).toMatchObject({ difference: -1, baseline: { answer: "seal leaks" }, candidate: { answer: "no" } });
    expect(rows[1].lossDifference).toBe(-2); // a higher loss is worse
    expect(score).toMatchObject({ better: 1, worse: 1, same: 2, meanDifference: 0 });
    expect(loss).toMatchObject({ better: 1, worse: 1, same: 2, meanDifference: -0.375 });
    expect(verdict.sentence).toBe("Better on 1, worse on 1 of 4: too few examples to tell.");
  });
  it("refuses reports that cannot be compared", () => {
    expect(() => compare(base, { ...tuned, dataHash: "d2" })).toThrow(/different versions of the data/);
    expect(() => compare(base, { ...tuned, scorer: { id: "exact-match" } })).toThrow(/scored in different ways/);
    expect(() => compare(base, { ...tuned, rows: tuned.rows.slice(1) })).toThrow(/different test rows/);
    const moved = tuned.rows.map((r) => ({ ...r, id: r.id === "d" ? "e" : r.id }));
    expect(() => compare(base, { ...tuned, rows: moved })).toThrow(/do not agree about the test row e/);
    const edited = tuned.rows.map((r) => ({ ...r, expected: "other" }));
    expect(() => compare(base, { ...tuned, rows: edited })).toThrow(/do not agree about the test row a/);
  });
  it("is the other way round when the versions change places", () => {
    const [there, back] = [compare(base, tuned), compare(tuned, base)];
    expect(back.loss.p).toBe(there.loss.p);
    expect(back.loss.meanDifference).toBe(-there.loss.meanDifference);
  });
});
