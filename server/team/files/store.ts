// Uploaded files: kept as blobs, remembered by who sent them. Used by the team's API and by OpenAI's.
import { randomUUID } from "node:crypto";
import type { Bytes } from "../blobs.ts";
import type { Queries } from "../database.ts";
import { files } from "../schema/index.ts";
import type { Team } from "../team.ts";

export const MOST_FILE_BYTES = 2 * 2 ** 30;
export const MOST_BLOB_BYTES = 16 * 2 ** 30; // of a worker: checkpoints of whole models

export type UploadedFile = typeof files.$inferSelect;
export interface Upload {
  readonly personId: string;
  readonly name: string;
  readonly purpose: string;
}

/** Takes the bytes first, then remembers them in whatever transaction `remember` opens. */
export async function upload(
  team: Team,
  about: Upload,
  content: Bytes,
  remember: (write: (tx: Queries) => Promise<UploadedFile>) => Promise<UploadedFile>,
): Promise<UploadedFile> {
  const blob = await team.blobs.put(content, MOST_FILE_BYTES);
  const row = { id: randomUUID(), ...about, ...blob, createdAt: new Date(team.now()) };
  return remember(async (tx) => (await tx.insert(files).values(row).returning())[0]);
}

/** The bytes of a request. */
export const contentOf = (request: Request): Bytes => (request.body ?? new ReadableStream({ start: (c) => c.close() })) as unknown as Bytes; // prettier-ignore
