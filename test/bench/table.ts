// Comparisons as a table, and as lines of test/bench.csv. Times on a software adapter are printed, never recorded: there only the
// ratios within the run are.
import { execSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Row } from "./contest.ts";

const CSV = "test/bench.csv";
const HEAD = "date,commit,adapter,place,title,case,peer,ours,theirs,ratio,cpu_ratio,goal,met,why";

/** Where a run took place. */
export interface Place {
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly place: "node" | "chromium";
}

/** Lines of the runs so far. */
export const recordedLines = (): string[] =>
  existsSync(CSV) ? readFileSync(CSV, "utf8").trimEnd().split("\n").slice(1) : [];

/** What is said of a row at the end of it. */
const verdictOf = ({ ratio, goal: { ratio: wanted, why } }: Row): string =>
  ratio >= wanted ? "met" : `missed${why ? `: ${why}` : ""}`;

/** Prints rows, and appends them to test/bench.csv. */
export function report(title: string, { adapter, isSoftware, place }: Place, rows: readonly Row[]): void {
  const lines = rows.map((row) => {
    const { what, peer, figures, ratio, cpuRatio, goal } = row;
    const cells = [
      what,
      `Loam ${figures[0]}`,
      `${peer} ${figures[1]}`,
      times(ratio),
      times(cpuRatio),
      `≥ ${goal.ratio} ×`,
    ];
    return `| ${[...cells, verdictOf(row)].join(" | ")} |`;
  });
  const head = [
    `${title}; ${place}, ${adapter}`,
    "",
    "| case | | | ratio | of CPU time | goal | |",
    "|---|---|---|---|---|---|---|",
  ];
  console.log(`\n${[...head, ...lines].join("\n")}\n`);
  if (!existsSync(CSV)) appendFileSync(CSV, `${HEAD}\n`);
  const commit = execSync("git rev-parse --short HEAD").toString().trim();
  for (const { what, peer, figures, ratio, cpuRatio, goal, isExact = false } of rows) {
    const [ours, theirs] = isSoftware && !isExact ? ["", ""] : figures;
    const isMet = ratio >= goal.ratio;
    const texts = [new Date().toISOString().slice(0, 10), commit, adapter, place, title, what, peer, ours, theirs];
    const numbers = [ratio.toFixed(3), cpuRatio?.toFixed(3) ?? "", goal.ratio, isMet];
    const fields = [...texts.map(quoted), ...numbers, quoted(isMet ? "" : (goal.why ?? ""))];
    appendFileSync(CSV, `${fields.join(",")}\n`);
  }
}
const times = (ratio: number | undefined): string => (ratio === undefined ? "" : `${ratio.toFixed(2)} ×`);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The comparisons of these lines in one table. */
export function printRecorded(lines: readonly string[]): void {
  if (lines.length === 0) return;
  const rows = lines.map((line) => {
    const [, , adapter, place, title, what, peer, , , ratio, , goal, met, why] = fieldsOf(line);
    const verdict = met === "true" ? "met" : `missed${why ? `: ${why}` : ""}`;
    const where = `${place}, ${adapter.replace(/[ :(].*/, "")}`;
    return `| ${[where, title, what, peer, `${Number(ratio).toFixed(2)} ×`, `≥ ${goal} ×`, verdict].join(" | ")} |`;
  });
  const head = ["| where | | case | against | ratio | goal | |", "|---|---|---|---|---|---|---|"];
  console.log(`\nThe whole run (also in ${CSV}):\n\n${[...head, ...rows].join("\n")}\n`);
}

/** The fields of a line of `report`. */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, text, bare]) => text?.replaceAll('""', '"') ?? bare,
  );
