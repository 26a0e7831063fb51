// Numbers of a run in words: losses, rates, times, and what is drawn of them. Pure.
import type { RunPoint } from "../../../worker/contract/index.ts";
import { formatNumber, formatPercent, plural } from "../../messages/index.ts";

export type CurveName = "loss" | "margin" | "accuracy" | "learningRate" | "gradNorm" | "tokensPerSecond";
/** Curves of what is learned, with a second one of the validation rows. */
export type LearnedCurve = "loss" | "margin" | "accuracy";

const hundredths = (value: number): string => value.toFixed(2).replace(/^-0\.00$/, "0.00");

/** Nats with two decimals; a dash for none. */
export const formatLoss = (loss: number | null | undefined): string =>
  loss === null || loss === undefined ? "–" : hundredths(loss);

/** Two significant digits, as "0.001" or "3.2e-5". */
export function formatRate(rate: number): string {
  if (rate === 0 || Math.abs(rate) >= 0.0001) return String(Number(rate.toPrecision(2)));
  return rate.toExponential(1);
}

/** "40 s", "12 min", "2 h 5 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `${formatNumber(ms)} ms`;
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** The same for those who listen: "2 minutes". */
export function spokenDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? "less than a minute" : plural(minutes, "minute", "minutes");
}

export function formatOf(curve: CurveName, value: number): string {
  if (curve === "learningRate") return formatRate(value);
  if (curve === "accuracy") return formatPercent(value);
  return curve === "tokensPerSecond" ? formatNumber(value) : hundredths(value);
}

/** Time left in ms: what a step took so far, times the steps that are left; before the first, what was measured. */
export function timeLeft(run: { step: number; steps: number; trainedMs: number }, measuredStepMs: number): number {
  const stepMs = run.step > 0 && run.trainedMs > 0 ? run.trainedMs / run.step : measuredStepMs;
  return Math.max(0, run.steps - run.step) * stepMs;
}

const memory = 0.9; // of the moving mean

/** The moving mean of the values, without the pull towards 0 at the start; where a value is missing, none. */
export function smoothed(values: readonly (number | null)[]): (number | null)[] {
  let [mean, weight] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    mean = memory * mean + (1 - memory) * value;
    weight = memory * weight + (1 - memory);
    return mean / weight;
  });
}

/** At most `most` of the points, evenly, with the last one and every one that was validated. */
export function thinned(points: readonly RunPoint[], most = 800): readonly RunPoint[] {
  const stride = Math.ceil(points.length / most);
  const isKept = ({ validLoss }: RunPoint, index: number) =>
    index % stride === 0 || validLoss !== null || index === points.length - 1;
  return stride <= 1 ? points : points.filter(isKept);
}

/** One line to draw. */
export interface Line {
  readonly label: string;
  readonly colour: "leaf" | "soil" | "amber" | "red" | "ink-2";
  readonly kind: "line" | "faint" | "dots";
  readonly dash?: readonly number[];
  readonly values: readonly (readonly [step: number, value: number])[];
}

/** The lines on their common steps, as uPlot wants them: steps first, then a column a line. */
export function aligned(lines: readonly Line[]): [number[], ...(number | null | undefined)[][]] {
  const steps = [...new Set(lines.flatMap(({ values }) => values.map(([step]) => step)))].sort((a, b) => a - b);
  const columns = lines.map(({ values }) => {
    const at = new Map(values);
    return steps.map((step) => at.get(step)); // undefined: no point here, the line goes on
  });
  return [steps, ...columns];
}

/** What a point says for a curve: of the rows that are learned from, and of the validation rows. */
export function learnedOf(curve: LearnedCurve, point: RunPoint): readonly [own: number | null, valid: number | null] {
  if (curve === "loss") return [point.loss, point.validLoss];
  return [point.pairs?.[curve] ?? null, point.validPairs?.[curve] ?? null];
}

/** A column of the points, without what is missing. */
export function valuesOf(
  points: readonly RunPoint[],
  pick: (point: RunPoint, index: number) => number | null,
): [number, number][] {
  return points.flatMap((point, index) => {
    const value = pick(point, index);
    return value === null || !Number.isFinite(value) ? [] : [[point.step, value] as [number, number]];
  });
}
