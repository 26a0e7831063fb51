// A change and its entry in the audit log, both or neither.
import type { Context } from "hono";
import type { Caller } from "../caller.ts";
import type { Queries } from "../database.ts";
import type { TeamEnv } from "../gate.ts";
import { addressOf } from "../request.ts";
import { audit } from "../schema/index.ts";

/** Writes who did what to which object; `detail` never holds a secret. */
export type Recorder = (action: string, object: string, detail?: Readonly<Record<string, unknown>>) => Promise<void>;

export interface Actor {
  readonly person: Pick<Caller["person"], "id" | "name">;
  readonly keyId: string | null;
}

/** Changes something in a transaction, in which it must be recorded. `actor` is who asks, or who came to be by asking. */
export function change<T>(
  context: Context<TeamEnv>,
  actor: Actor,
  work: (tx: Queries, record: Recorder) => Promise<T>,
): Promise<T> {
  return context.var.team.db.transaction((tx) => work(tx, recorder(context, actor, tx)));
}

/** Records in a transaction that is open already. */
export function recorder(context: Context<TeamEnv>, { person, keyId }: Actor, tx: Queries): Recorder {
  const address = addressOf(context);
  return async (action, object, detail = {}) => {
    const at = new Date(context.var.team.now());
    const entry = { at, personId: person.id, keyId, who: person.name, action, object, detail, address };
    await tx.insert(audit).values(entry);
  };
}
