// A reviewer's word on proposed edits. The first word counts.
import { and, eq, inArray } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { notFound, refuse } from "../errors.ts";
import { datasetEdits, datasets } from "../schema/index.ts";
import { hold } from "./edits.ts";

export type Verdict = "accepted" | "refused";

/** Decides on what waits among these edits; said again, it is as it was. Returns the ids of those it decided on. */
export async function decide(
  tx: Queries,
  datasetId: string,
  ids: readonly string[],
  verdict: Verdict,
  reviewerId: string,
): Promise<string[]> {
  const dataset = await hold(tx, datasetId);
  const isNamed = and(eq(datasetEdits.datasetId, datasetId), inArray(datasetEdits.id, [...ids]));
  const { id, status } = datasetEdits;
  const found = new Map((await tx.select({ id, status }).from(datasetEdits).where(isNamed)).map((edit) => [edit.id, edit.status])); // prettier-ignore
  const named = [...new Set(ids)];
  if (named.some((one) => !found.has(one))) notFound("proposal");
  if (named.some((one) => found.get(one) !== "proposed" && found.get(one) !== verdict))
    refuse({ status: 409, code: "decided", message: "Somebody decided otherwise on one of these meanwhile: sync, then look at what is left." }); // prettier-ignore
  const waiting = named.filter((one) => found.get(one) === "proposed");
  for (const [i, one] of waiting.entries())
    await tx
      .update(datasetEdits)
      .set({ status: verdict, reviewerId, number: dataset.number + i + 1 })
      .where(eq(id, one));
  const number = dataset.number + waiting.length;
  if (waiting.length > 0) await tx.update(datasets).set({ number }).where(eq(datasets.id, datasetId));
  return waiting;
}
