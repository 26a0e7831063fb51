// Whether a key still opens something.
import type { Key } from "./shapes.ts";

/** Null: it does. `now` in ms since the epoch. */
export function keyStateOf({ revokedAt, expiresAt }: Key, now = Date.now()): "revoked" | "over" | null {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "over" : null;
}
