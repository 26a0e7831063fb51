// A paired comparison in plain words, and the gate that a worse version does not pass. All thresholds stand here.
import { fail } from "../contract/errors.ts";
import type { PairedStatistics, Verdict } from "../contract/evaluation.ts";

export const thresholds = {
  likely: 0.05, // p below: the difference is called likely real
  veryLikely: 0.01, // p below: very likely real
  /** A difference that would not matter: when the whole 95 % interval lies within ± this, no difference is said to be there. */
  negligible: { score: 0.1, loss: 0.05 }, // of 0..1; nats a token
  /** Fewer rows than this never show "no difference": what happened in none of 30 may still happen in 10 % (rule of three). */
  minimumRows: 30,
  tellableRows: 10_000, // more than this is not asked of anyone
} as const;

export type Measure = keyof typeof thresholds.negligible;

/** Judges statistics of a measure. The direction is that of the mean difference. */
export function verdict(statistics: PairedStatistics, measure: Measure = "score"): Verdict {
  const { p, meanDifference, rowCount } = statistics;
  const counted = counts(statistics);
  if (p < thresholds.likely && meanDifference !== 0) {
    const certainty = p < thresholds.veryLikely ? "very-likely" : "likely";
    const words = certainty === "very-likely" ? "very likely real" : "likely real";
    const sentence = `${counted}: ${words}.`;
    return { outcome: meanDifference > 0 ? "better" : "worse", certainty, sentence, advice: "" };
  }
  const none = { certainty: null, advice: "" } as const;
  if (rowCount === 0) return { ...none, outcome: "too-few", sentence: "No test rows: nothing to tell." };
  const margin = thresholds.negligible[measure];
  const isWithin = statistics.interval.every((bound) => Math.abs(bound) <= margin);
  if (isWithin && rowCount >= thresholds.minimumRows) {
    const most = measure === "score" ? `${margin * 100} points in 100` : `${margin} nats a token`;
    const advice = `If there is one, it is smaller than ${most}.`;
    return { ...none, outcome: "no-difference", sentence: `${counted}: no difference found.`, advice };
  }
  const sentence = `${counted}: too few examples to tell.`;
  return { ...none, outcome: "too-few", sentence, advice: advice(statistics) };
}

/** "Better on 14, worse on 3 of 40", what decides first. */
function counts({ better, worse, rowCount, meanDifference }: PairedStatistics): string {
  if (better + worse === 0) return `The same on all ${rowCount}`;
  const isUp = meanDifference > 0 || (meanDifference === 0 && better >= worse);
  const [first, second] = isUp
    ? [`Better on ${better}`, `worse on ${worse}`]
    : [`Worse on ${worse}`, `better on ${better}`];
  const isByMore = isUp ? better < worse : worse < better; // the fewer rows weigh more
  return isByMore ? `${first} and by more, ${second} of ${rowCount}` : `${first}, ${second} of ${rowCount}`;
}

/** How many rows would tell, in round numbers. */
function advice({ rowsNeeded, rowCount }: PairedStatistics): string {
  const needed = Math.max(rowsNeeded ?? 0, thresholds.minimumRows);
  if (rowsNeeded === null && rowCount >= thresholds.minimumRows) return "More test rows would narrow it down.";
  if (needed > thresholds.tellableRows)
    return "The difference is too small to tell with any usual number of test rows.";
  // With enough rows by the formula and still no answer, chance was against it: half as many again.
  const wanted = needed > rowCount ? needed : Math.ceil(rowCount * 1.5);
  return `About ${roundUp(wanted)} test rows would tell.`;
}

/** Up to two leading digits: 113 → 120, 1234 → 1300. */
function roundUp(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / unit) * unit;
}

/** Whether the candidate is worse, likely or very likely. */
export const isWorse = ({ outcome }: Verdict): boolean => outcome === "worse";

/** The gate before a version becomes the default. Throws invalid-argument for a worse one without a written reason. */
export function mayBecomeDefault(judged: Verdict, reason = ""): void {
  if (isWorse(judged) && reason.trim() === "")
    fail({
      code: "invalid-argument",
      name: "reason",
      reason: `this version is worse: ${judged.sentence} Write down why to use it all the same`,
    });
}
