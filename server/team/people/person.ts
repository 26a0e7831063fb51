// A person of the team: made once, shown without a secret; the last admin stays one.
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { isDuplicate, refuse } from "../errors.ts";
import type { Role } from "../permissions.ts";
import { people } from "../schema/index.ts";

export const shown = {
  id: people.id,
  name: people.name,
  email: people.email,
  role: people.role,
  createdAt: people.createdAt,
  disabledAt: people.disabledAt,
};

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
}

/** Refuses an e-mail that somebody has already. */
export async function addPerson(tx: Queries, given: NewPerson, createdAt: Date) {
  try {
    const [made] = await tx
      .insert(people)
      .values({ ...given, createdAt })
      .returning(shown);
    return made;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const message = "There is an account with this e-mail: sign in, or choose another address.";
    return refuse({ status: 409, code: "duplicate", message });
  }
}

/** Nobody else is added or changed until this transaction ends. */
export const holdPeople = (tx: Queries) => tx.execute(sql`lock table people in share row exclusive mode`);

/** Refuses to take from the team the last one who may manage it. */
export async function demandAnotherAdmin(tx: Queries, id: string): Promise<void> {
  const isAdmin = and(eq(people.role, "admin"), isNull(people.disabledAt));
  if ((await tx.$count(people, and(isAdmin, ne(people.id, id)))) > 0) return;
  const message = "This is the team's last admin: make another one first.";
  refuse({ status: 409, code: "last-admin", message });
}
