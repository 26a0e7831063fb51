// Keys of programs: each belongs to a person, whose role bounds what it may do.
import { date, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Scope } from "../permissions.ts";
import { moment, people } from "./people.ts";

export const keys = pgTable(
  "keys",
  {
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    name: text("name").notNull(),
    start: text("start").notNull(), // the first characters, to tell keys apart by
    hash: text("hash").notNull(), // SHA-256 of the whole key, hex
    scopes: text("scopes").array().$type<Scope[]>().notNull(),
    requestsPerMinute: integer("requests_per_minute").notNull(),
    requestsPerDay: integer("requests_per_day"), // UTC days; null: no bound
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at"),
    lastUsedAt: moment("last_used_at"), // to ten seconds
    revokedAt: moment("revoked_at"),
  },
  (table) => [uniqueIndex("keys_hash").on(table.hash), index("keys_person").on(table.personId)],
);

/** How many requests a key made on a day (UTC). */
export const keyDays = pgTable(
  "key_days",
  {
    keyId: text("key_id")
      .notNull()
      .references(() => keys.id, { onDelete: "cascade" }),
    day: date("day", { mode: "string" }).notNull(),
    requests: integer("requests").notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.day] })],
);
