// Reads a data file into rows to be added, and says what became of every line. Does not know the rows of the data set.
import {
  fail,
  type ColumnMapping,
  type DataFile,
  type FileLook,
  type ImportProgress,
  type RowDraft,
  type RowProblem,
} from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { openSource, type MetRow, type Source } from "./source.ts";

/** Rows read of one file; those beyond are left. */
export const maxRowCount = 1_000_000;
/** Bad rows named one by one; the rest is only counted. */
export const maxNamed = 1000;
const sampleCount = 3;
const lookedAt = 20; // rows met to find the sample among

/** What was read of a file, beside the rows. */
export interface Reading extends Pick<FileLook, "format" | "encoding"> {
  readonly readCount: number;
  readonly badCount: number;
  readonly problems: readonly RowProblem[]; // the first maxNamed
  readonly isCut: boolean;
}

export interface ReadOptions {
  readonly mapping?: ColumnMapping;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly maxRows?: number;
}

/**
 * Reads all rows, and gives the sound ones with the line each starts at, one after another. Throws data-unreadable, or the
 * signal's reason when it was aborted.
 */
export async function readDataFile(
  file: DataFile,
  take: (draft: RowDraft, line: number, slices: Slices) => Promise<void>,
  options: ReadOptions = {},
): Promise<Reading> {
  const source = await openSource(file, options.mapping);
  if (!source.isMapped) fail({ code: "data-unreadable", file: file.name, reason: unmapped(source) });
  const problems: RowProblem[] = [];
  const maxRows = options.maxRows ?? maxRowCount;
  let readCount = 0;
  let isCut = false;
  const slices = new Slices(options.signal, (done) =>
    options.onProgress?.({ stage: "reading", done, rowCount: readCount }),
  );
  let badCount = 0;
  const note = (problem: RowProblem) => void (badCount++ < maxNamed && problems.push(problem));
  for await (const met of source.rows(slices)) {
    if (readCount === maxRows) {
      const reason = `only the first ${maxRows.toLocaleString("en")} rows are read; divide the file`;
      problems.push({ line: met.line, field: "", reason });
      isCut = true;
      break;
    }
    readCount++;
    if (met.problem !== undefined) note(met.problem);
    else await take(draftOf(file.name, met), met.line, slices);
    await slices.breathe();
  }
  if (readCount === 0) fail({ code: "data-unreadable", file: file.name, reason: "it has no rows" });
  return { format: source.format, encoding: source.encoding, readCount, badCount, problems, isCut };
}

/** What a file looks like from its first rows. */
export async function lookAt(file: DataFile, mapping?: ColumnMapping): Promise<FileLook> {
  const { rows, ...plain } = await openSource(file, mapping);
  const sample: RowDraft[] = [];
  const problems: RowProblem[] = [];
  let count = 0;
  if (plain.isMapped)
    for await (const met of rows(new Slices())) {
      if (met.problem !== undefined) problems.push(met.problem);
      else sample.push(draftOf(file.name, met));
      if (sample.length === sampleCount || ++count === lookedAt) break;
    }
  return { ...plain, sample, problems };
}

const draftOf = (name: string, { line, row }: Extract<MetRow, { row: unknown }>): RowDraft => ({
  ...row,
  origin: { kind: "file", name, line },
});

const unmapped = ({ columns }: Source): string =>
  `its columns are ${columns.slice(0, 20).join(", ")}; say which one holds the prompt and which the answer`;
