// Versions of a shared data set: all accepted rows as they are now, under the hash of what they are, with card, licence and the
// versions they came from. A version is for good.
import { and, desc, eq, inArray } from "drizzle-orm";
import type { Split, TeamVersion } from "../../../worker/contract/index.ts";
import { EditLog, splitsOf, type Said } from "../../../worker/sharing/fold.ts";
import { inSplit, lineHash } from "../../../worker/sharing/line.ts";
import type { Queries } from "../database.ts";
import { notFound, refuse } from "../errors.ts";
import { datasetEdits, datasetLines, datasetVersions, people } from "../schema/index.ts";
import { hold } from "./edits.ts";

export interface Wanted {
  readonly note: string;
  readonly parents?: readonly string[] | undefined; // hashes; absent: the version before, if there is one
}

const selectVersions = (db: Queries) =>
  db
    .select({ version: datasetVersions, maker: people.name })
    .from(datasetVersions)
    .innerJoin(people, eq(people.id, datasetVersions.makerId));
type Selected = Awaited<ReturnType<typeof selectVersions>>[number];

function shown({ version, maker }: Selected): TeamVersion {
  const { hash, number, parents, name, description, licence, note, counts, at } = version;
  return { hash, number, parents, name, description, licence, note, counts, maker, at: at.getTime() };
}

/** Newest first. */
export async function versionsOf(db: Queries, datasetId: string): Promise<TeamVersion[]> {
  const found = await selectVersions(db)
    .where(eq(datasetVersions.datasetId, datasetId))
    .orderBy(desc(datasetVersions.number));
  return found.map(shown);
}

/** Makes a version of the accepted rows; where nothing changed since the last one, that one. Refused while rows are in conflict. */
export async function makeVersion(
  tx: Queries,
  datasetId: string,
  { note, parents: wanted }: Wanted,
  made: { readonly makerId: string; readonly at: Date },
): Promise<{ readonly hash: string; readonly isNew: boolean }> {
  const { name, description, licence } = await hold(tx, datasetId);
  const { rows, counts } = await stateOf(tx, datasetId);
  const last = (await tx.select().from(datasetVersions).where(eq(datasetVersions.datasetId, datasetId)).orderBy(desc(datasetVersions.number)).limit(1)).at(0); // prettier-ignore
  const hashOf = (parents: readonly string[]) =>
    lineHash(rows + JSON.stringify({ name, description, licence, parents }));
  if (last !== undefined && wanted === undefined && hashOf(last.parents) === last.hash) return { hash: last.hash, isNew: false }; // prettier-ignore
  const parents = [...new Set(wanted ?? (last === undefined ? [] : [last.hash]))].sort();
  await demandVersions(tx, parents);
  const hash = hashOf(parents);
  const isThere = and(eq(datasetVersions.datasetId, datasetId), eq(datasetVersions.hash, hash));
  if ((await tx.$count(datasetVersions, isThere)) > 0) return { hash, isNew: false };
  const number = (last?.number ?? 0) + 1;
  await tx.insert(datasetVersions).values({ datasetId, hash, number, parents, name, description, licence, note, counts, rows, ...made }); // prettier-ignore
  return { hash, isNew: true };
}

async function demandVersions(tx: Queries, parents: readonly string[]): Promise<void> {
  if (parents.length === 0) return;
  const { hash } = datasetVersions;
  const found = await tx
    .selectDistinct({ hash })
    .from(datasetVersions)
    .where(inArray(hash, [...parents]));
  if (found.length < parents.length) notFound("version to come from");
}

/** The accepted rows, as sorted lines of id, hash and split; how many there are in each split. */
async function stateOf(tx: Queries, datasetId: string) {
  const edits = await tx.select().from(datasetEdits).where(eq(datasetEdits.datasetId, datasetId));
  const { hash, promptHash, split } = datasetLines;
  const lines = await tx
    .selectDistinct({ hash, promptHash, split })
    .from(datasetLines)
    .innerJoin(datasetEdits, eq(datasetEdits.hash, hash))
    .where(eq(datasetEdits.datasetId, datasetId));
  const said = new Map<string, Said>(lines.map((line) => [line.hash, line]));
  const log = new EditLog();
  for (const edit of edits) log.put(edit);
  const folded = log.fold();
  const conflictCount = [...folded.values()].filter(({ heads }) => heads.length > 1).length;
  if (conflictCount > 0)
    refuse({ status: 409, code: "in-conflict", message: `${conflictCount} rows are two things at once: decide on them first, then make the version.` }); // prettier-ignore
  const splitOf = splitsOf(log, folded, (one) => said.get(one)!);
  const counts = { train: 0, valid: 0, test: 0 };
  const rows: string[] = [];
  for (const [
    row,
    {
      hashes: [head],
    },
  ] of folded) {
    if (head === null || head === undefined) continue;
    const rowSplit = splitOf(row, head);
    counts[rowSplit]++;
    rows.push(`${row} ${head} ${rowSplit}\n`);
  }
  return { rows: rows.sort().join(""), counts };
}

const LINES_AT_ONCE = 500;

/** The rows of a version as canonical JSONL, in the order of their ids. */
export async function* linesOf(db: Queries, datasetId: string, hash: string): AsyncGenerator<string> {
  const isThis = and(eq(datasetVersions.datasetId, datasetId), eq(datasetVersions.hash, hash));
  const [version] = await db.select({ rows: datasetVersions.rows }).from(datasetVersions).where(isThis);
  const rows = (version ?? notFound("version")).rows.split("\n").slice(0, -1);
  for (let start = 0; start < rows.length; start += LINES_AT_ONCE) {
    const few = rows.slice(start, start + LINES_AT_ONCE).map((row) => row.split(" ") as [string, string, Split]);
    const hashes = [...new Set(few.map(([, one]) => one))];
    const found = await db.select().from(datasetLines).where(inArray(datasetLines.hash, hashes));
    const byHash = new Map(found.map((line) => [line.hash, line]));
    yield few.map(([, one, split]) => `${inSplit(byHash.get(one)!.line, split)}\n`).join("");
  }
}
