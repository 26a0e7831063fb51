// Who is faster, and by how much. Contestants take turns (A B A B …), so that a machine that is shared slows all of them alike;
// what counts is the median of each. In Node there is also the ratio of the process's CPU time: on a software adapter that is the
// work itself, however busy the machine.

export interface Contestant {
  readonly name: string; // "Loam" comes first
  run(): Promise<unknown>; // ends when the work has been done
}
export interface Goal {
  readonly ratio: number; // Loam is to be so many times as good as the best of the others
  readonly why?: string; // said where it is missed
}
/** One comparison. */
export interface Row {
  readonly what: string;
  readonly peer: string; // the best of the others
  readonly figures: readonly [ours: string, peer: string]; // in the unit of the case
  readonly ratio: number; // of the times by the clock: what counts
  readonly cpuRatio?: number; // where it can be known
  readonly goal: Goal;
  readonly isExact?: boolean; // counted rather than timed: as good on any machine
}

const environment = typeof process === "undefined" ? {} : process.env;
export const ROUNDS = Number(environment["LOAM_BENCH_ROUNDS"] ?? 7);

export interface Result {
  readonly seconds: number; // a run takes
  readonly cpuSeconds: number | undefined; // of this process, all threads; not known in a page
}

const cpuSeconds = (): number | undefined => {
  if (typeof process === "undefined") return undefined;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Medians, by contestant. The first run of each, which compiles, is not counted. */
export async function contest(contestants: readonly Contestant[], rounds = ROUNDS): Promise<Result[]> {
  for (const { run } of contestants) await run();
  const samples: { seconds: number; cpu: number | undefined }[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, { run }] of contestants.entries()) {
      const [startedAt, before] = [performance.now(), cpuSeconds()];
      await run();
      const cpu = before === undefined ? undefined : cpuSeconds()! - before;
      samples[i].push({ seconds: (performance.now() - startedAt) / 1e3, cpu });
    }
  return samples.map((of) => ({
    seconds: median(of.map(({ seconds }) => seconds)),
    cpuSeconds: of[0].cpu === undefined ? undefined : median(of.map(({ cpu }) => cpu!)),
  }));
}

/** Times as a row: Loam's against the quickest of the others. `figure` says seconds in the unit of the case. */
export function rowOf(
  what: string,
  contestants: readonly Contestant[],
  results: readonly Result[],
  figure: (seconds: number) => string,
  goal: Goal,
): Row {
  const [ours, ...others] = results;
  const best = others.toSorted((a, b) => a.seconds - b.seconds)[0];
  const cpuTimes = others.map(({ cpuSeconds }) => cpuSeconds).filter((cpu) => cpu !== undefined);
  return {
    what,
    peer: contestants[results.indexOf(best)].name,
    figures: [figure(ours.seconds), figure(best.seconds)],
    ratio: best.seconds / ours.seconds,
    ...(ours.cpuSeconds !== undefined && cpuTimes.length > 0 && { cpuRatio: Math.min(...cpuTimes) / ours.cpuSeconds }),
    goal,
  };
}

/** A row for several: the geometric mean of their ratios. */
export function meanOf(rows: readonly Row[], goal: Goal): Row {
  const cpu = rows.map(({ cpuRatio }) => cpuRatio).filter((ratio) => ratio !== undefined);
  return {
    what: `geometric mean of ${rows.length}`,
    peer: "the best of each",
    figures: ["", ""],
    ratio: geometricMean(rows.map(({ ratio }) => ratio)),
    ...(cpu.length === rows.length && { cpuRatio: geometricMean(cpu) }),
    goal,
  };
}

export const milliseconds = (seconds: number): string => `${(seconds * 1e3).toPrecision(3)} ms`;
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Throws where an output is further than that from what it should be: nothing wrong is timed. */
export function mustBeNear(name: string, gap: number, most: number): void {
  if (!(gap <= most)) throw new Error(`${name} is off by ${gap}; at most ${most} was expected.`);
}
/** The same of whole numbers. */
export function mustEqual(name: string, values: ArrayLike<number>, expected: ArrayLike<number>): void {
  const [got, wanted] = [Array.from(values), Array.from(expected)];
  if (got.join() !== wanted.join()) throw new Error(`${name} gave ${got.join(" ")}; expected was ${wanted.join(" ")}.`);
}
