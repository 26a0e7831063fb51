// Who is faster, by how much, and whether that is what is aimed at. Contestants take turns (A B A B …), so that a machine that is
// shared slows all of them alike; what counts is the median of each. Beside it stands the ratio of the process's CPU time: on a
// software adapter that is the work itself, however busy the machine. A table says the rest.

export interface Contestant {
  readonly name: string; // "Loam" comes first
  run(): Promise<unknown>; // ends when the work has been done
}
export interface Goal {
  readonly ratio: number; // Loam is to be so many times as fast as the best of the others
  readonly why?: string; // said where it is missed
}
export interface Row {
  readonly what: string;
  readonly figures: string; // of each contestant, in the unit of the case
  readonly ratio: number; // of the times by the clock: what counts
  readonly cpuRatio: number;
  readonly goal: Goal;
}

const ROUNDS = Number(process.env.LOAM_BENCH_ROUNDS ?? 7);

export interface Result {
  readonly seconds: number; // a run takes
  readonly cpuSeconds: number; // of this process, all threads
}

/** Medians, by contestant. The first run of each, which compiles, is not counted. */
export async function contest(contestants: readonly Contestant[]): Promise<Result[]> {
  for (const { run } of contestants) await run();
  const samples: Result[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, { run }] of contestants.entries()) {
      const [startedAt, before] = [performance.now(), process.cpuUsage()];
      await run();
      const { user, system } = process.cpuUsage(before);
      samples[i].push({ seconds: (performance.now() - startedAt) / 1e3, cpuSeconds: (user + system) / 1e6 });
    }
  return samples.map((of) => ({
    seconds: median(of.map(({ seconds }) => seconds)),
    cpuSeconds: median(of.map(({ cpuSeconds }) => cpuSeconds)),
  }));
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Prints rows as one table: case, figures, ratio, goal, met or missed. */
export function printTable(title: string, adapter: string, rows: readonly Row[]): void {
  const lines = rows.map(({ what, figures, ratio, cpuRatio, goal }) => {
    const verdict = ratio >= goal.ratio ? "met" : `missed${goal.why ? `: ${goal.why}` : ""}`;
    return `| ${what} | ${figures} | ${ratio.toFixed(2)} × | ${cpuRatio.toFixed(2)} × | ≥ ${goal.ratio} × | ${verdict} |`;
  });
  const head = [
    `${title}, ${adapter}`,
    "",
    "| case | figures | ratio | of CPU time | goal | |",
    "|---|---|---|---|---|---|",
  ];
  console.log(`\n${[...head, ...lines].join("\n")}\n`);
}
