// Blobs that nothing names any more: superseded checkpoints, files that were forgotten, uploads of attempts that failed.
import { sql } from "drizzle-orm";
import type { BlobStore } from "../blobs.ts";
import type { Queries } from "../database.ts";

const KEPT_MS = 6 * 3_600_000; // what has just arrived is named soon, or is being sent again

/** Removes them; answers how many. A blob that is put again meanwhile is as new as that, and stays. */
export async function sweep(db: Queries, blobs: BlobStore, now: number): Promise<number> {
  let removed = 0;
  for await (const hash of blobs.putBefore(now - KEPT_MS))
    if (!(await isNamed(db, hash))) {
      await blobs.remove(hash);
      removed += 1;
    }
  return removed;
}

async function isNamed(db: Queries, hash: string): Promise<boolean> {
  const among = JSON.stringify([{ hash }]);
  const found = await db.execute(sql`
    select 1 where exists (select 1 from files where hash = ${hash})
      or exists (select 1 from jobs where inputs @> ${among}::jsonb or result -> 'files' @> ${among}::jsonb or checkpoint ->> 'hash' = ${hash})
      or exists (select 1 from model_versions where files @> ${among}::jsonb)`);
  return (found as unknown as { readonly rows: readonly unknown[] }).rows.length > 0;
}
