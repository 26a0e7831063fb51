// The rows of a data set as training and evaluation take them: by split, of one version.
import type { DatasetInfo, DatasetRow, DatasetVersion, Split, SplitCounts, TuningRow } from "../../contract/index.ts";

/** What is needed of the data sets. */
export interface DatasetPort {
  contentAt(
    id: string,
    version?: number,
  ): Promise<{ info: DatasetInfo; version: DatasetVersion; rows: readonly DatasetRow[] }>;
}
export interface SplitRows {
  readonly info: DatasetInfo;
  readonly version: DatasetVersion;
  readonly rows: Readonly<Record<Split, readonly TuningRow[]>>;
  readonly counts: SplitCounts;
}

export class TuningData {
  constructor(readonly datasets: DatasetPort) {}

  async rows(dataset: string, version?: number): Promise<SplitRows> {
    const content = await this.datasets.contentAt(dataset, version);
    const of = (split: Split): TuningRow[] => content.rows.filter((row) => row.split === split).map(tuningRow);
    const rows = { train: of("train"), valid: of("valid"), test: of("test") };
    const counts = countsOf(rows, () => true);
    return { info: content.info, version: content.version, rows, counts };
  }

  /** How many rows of the current version are preference pairs. */
  async pairCounts(dataset: string): Promise<SplitCounts> {
    return countsOf((await this.rows(dataset)).rows, ({ rejected }) => rejected !== undefined);
  }

  /** One row of the current version. */
  async row(dataset: string, id: string): Promise<TuningRow | undefined> {
    const { rows } = await this.datasets.contentAt(dataset);
    return rows.find((row) => row.id === id);
  }
}

const tuningRow = ({ id, messages, rejected }: DatasetRow): TuningRow => ({
  id,
  messages,
  ...(rejected !== undefined && { rejected }),
});

function countsOf(rows: SplitRows["rows"], isCounted: (row: TuningRow) => boolean): SplitCounts {
  const of = (split: Split) => rows[split].filter(isCounted).length;
  return { train: of("train"), valid: of("valid"), test: of("test") };
}
