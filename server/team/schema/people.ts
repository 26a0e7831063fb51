// Who belongs to the team, how they come in, and where they are signed in. Secrets are kept as hashes alone.
import { sql } from "drizzle-orm";
import { check, index, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import type { Role } from "../permissions.ts";

export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const people = pgTable(
  "people",
  {
    id: text("id").primaryKey(), // a UUID, as every id here
    name: text("name").notNull(),
    email: text("email").notNull(), // in lower case
    passwordHash: text("password_hash").notNull(), // argon2id, as PHC text
    role: text("role").$type<Role>().notNull(),
    createdAt: moment("created_at").notNull(),
    disabledAt: moment("disabled_at"),
  },
  (table) => [
    uniqueIndex("people_email").on(table.email),
    check("people_role", sql`${table.role} in ('reader', 'contributor', 'reviewer', 'admin')`),
  ],
);

export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    tokenHash: text("token_hash").notNull(), // SHA-256 of the cookie, hex
    createdAt: moment("created_at").notNull(),
    lastSeenAt: moment("last_seen_at").notNull(), // to the hour
    expiresAt: moment("expires_at").notNull(),
    address: text("address").notNull(), // of the device that signed in
    userAgent: text("user_agent").notNull(),
  },
  (table) => [uniqueIndex("sessions_token").on(table.tokenHash), index("sessions_person").on(table.personId)],
);

export const invitations = pgTable(
  "invitations",
  {
    id: text("id").primaryKey(),
    tokenHash: text("token_hash").notNull(), // SHA-256 of the link's token, hex
    role: text("role").$type<Role>().notNull(),
    note: text("note").notNull(), // for whom it is
    invitedBy: text("invited_by")
      .notNull()
      .references(() => people.id),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
    acceptedBy: text("accepted_by").references(() => people.id), // once: a link works a single time
    revokedAt: moment("revoked_at"),
  },
  (table) => [uniqueIndex("invitations_token").on(table.tokenHash)],
);
