// The log of a shared data set: edits come in, whole or not at all, and go out by the number of their last change. Who writes holds
// the data set meanwhile, so that no number appears after a higher one was read.
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { EditPage, EditStatus, RowEditSent, TeamEdit } from "../../../worker/contract/index.ts";
import { lineHash, rowOfLine } from "../../../worker/sharing/line.ts";
import type { Queries } from "../database.ts";
import { notFound, refuse } from "../errors.ts";
import { datasetEdits, datasetLines, datasets, people } from "../schema/index.ts";

export const MOST_EDITS = 500; // of one request or answer
const MOST_PAGE_CHARS = 4_000_000; // of the lines of one answer, but for the last

/** The data set, which no other request changes until this one is done. */
export async function hold(tx: Queries, id: string): Promise<typeof datasets.$inferSelect> {
  const [dataset] = await tx.select().from(datasets).where(eq(datasets.id, id)).for("update");
  return dataset ?? notFound("data set");
}

const reviewers = alias(people, "reviewers");

function selectEdits(db: Queries) {
  return db
    .select({ edit: datasetEdits, line: datasetLines.line, author: people.name, reviewer: reviewers.name })
    .from(datasetEdits)
    .innerJoin(people, eq(people.id, datasetEdits.authorId))
    .leftJoin(reviewers, eq(reviewers.id, datasetEdits.reviewerId))
    .leftJoin(datasetLines, eq(datasetLines.hash, datasetEdits.hash));
}
type Selected = Awaited<ReturnType<typeof selectEdits>>[number];

function shown({ edit, line, author, reviewer }: Selected): TeamEdit {
  const { id, row, parents, hash, number, status, authorId, at } = edit;
  return { id, row, parents, hash, line, number, status, author, authorId, at: at.getTime(), reviewer };
}

export async function editsById(db: Queries, ids: readonly string[]): Promise<TeamEdit[]> {
  const found = await selectEdits(db)
    .where(inArray(datasetEdits.id, [...ids]))
    .orderBy(asc(datasetEdits.number));
  return found.map(shown);
}

/** What came after a number: as many edits as fit into an answer, at least one where there is one. */
export async function editsAfter(db: Queries, datasetId: string, after: number, limit: number): Promise<EditPage> {
  const found = await selectEdits(db)
    .where(and(eq(datasetEdits.datasetId, datasetId), gt(datasetEdits.number, after)))
    .orderBy(asc(datasetEdits.number))
    .limit(limit + 1);
  let chars = 0;
  const over = found.findIndex(({ line }) => (chars += line?.length ?? 0) > MOST_PAGE_CHARS);
  const edits = found.slice(0, Math.min(limit, over < 0 ? limit : Math.max(over, 1))).map(shown);
  return { edits, number: edits.at(-1)?.number ?? after, hasMore: edits.length < found.length };
}

/** Who sends, and when. */
export interface Sender {
  readonly authorId: string;
  readonly status: EditStatus; // of what they send
  readonly at: Date;
}

/** Adds the edits that are not there yet; returns their ids. Sent again, by whomever, they are left as they are. */
export async function addEdits(
  tx: Queries,
  datasetId: string,
  sent: readonly RowEditSent[],
  sender: Sender,
): Promise<string[]> {
  const dataset = await hold(tx, datasetId);
  const ids = sent.map(({ id }) => id);
  const known = new Map((await tx.select().from(datasetEdits).where(inArray(datasetEdits.id, ids))).map((edit) => [edit.id, edit])); // prettier-ignore
  const fresh = new Map<string, RowEditSent & { readonly hash: string | null }>();
  for (const edit of sent) {
    const full = { ...edit, hash: edit.line === null ? null : lineHash(edit.line) };
    const before = known.get(edit.id) ?? fresh.get(edit.id);
    if (before === undefined) fresh.set(edit.id, full);
    else if (!isSame({ ...full, datasetId }, { datasetId, ...before })) taken(edit.id);
  }
  const edits = [...fresh.values()];
  if (edits.length === 0) return [];
  await demandParents(tx, datasetId, edits);
  await addLines(tx, edits);
  const { authorId, status, at } = sender;
  const reviewerId = status === "accepted" ? authorId : null;
  const values = edits.map(({ id, row, hash, parents }, i) => ({
    ...{ id, row, hash, parents: [...parents], datasetId, authorId, status, at, reviewerId },
    number: dataset.number + i + 1,
  }));
  await tx.insert(datasetEdits).values(values);
  await tx
    .update(datasets)
    .set({ number: dataset.number + edits.length })
    .where(eq(datasets.id, datasetId));
  return edits.map(({ id }) => id);
}

type Told = Pick<typeof datasetEdits.$inferSelect, "datasetId" | "row" | "hash"> & {
  readonly parents: readonly string[];
};
const isSame = (a: Told, b: Told): boolean =>
  a.datasetId === b.datasetId && a.row === b.row && a.hash === b.hash && a.parents.join() === b.parents.join(); // prettier-ignore

const taken = (id: string): never =>
  refuse({ status: 409, code: "edit-taken", message: `Another edit has the id ${id}: send this one under a new id.` });

/** Every edit is made upon edits of its own row, which are there or stand before it. */
async function demandParents(tx: Queries, datasetId: string, edits: readonly RowEditSent[]): Promise<void> {
  const own = new Set(edits.map(({ id }) => id));
  const elsewhere = [...new Set(edits.flatMap(({ parents }) => parents))].filter((id) => !own.has(id));
  const { id, row } = datasetEdits;
  const found = elsewhere.length === 0 ? [] : await tx.select({ id, row }).from(datasetEdits).where(and(eq(datasetEdits.datasetId, datasetId), inArray(id, elsewhere))); // prettier-ignore
  const rowOf = new Map(found.map((edit) => [edit.id, edit.row]));
  for (const edit of edits) {
    const missing = edit.parents.find((parent) => rowOf.get(parent) !== edit.row);
    if (missing !== undefined)
      refuse({ status: 409, code: "parent-missing", message: `The edit ${edit.id} was made upon ${missing}, which is no edit of its row here: send that one first.` }); // prettier-ignore
    rowOf.set(edit.id, edit.row);
  }
}

/** Keeps each line once. In one order, so that two who send the same lines do not wait for each other. */
async function addLines(tx: Queries, edits: readonly { readonly hash: string | null; readonly line: string | null }[]) {
  const lines = new Map(edits.flatMap(({ hash, line }) => (hash === null || line === null ? [] : [[hash, line]])));
  const values = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hash, line]) => ({ hash, line, ...said(line) }));
  if (values.length > 0) await tx.insert(datasetLines).values(values).onConflictDoNothing();
}

function said(line: string) {
  const { promptHash, split } = rowOfLine(line);
  return { promptHash, split };
}
