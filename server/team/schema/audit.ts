// Every change of the team's data, for good: a trigger refuses updates and deletions.
import { bigserial, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./people.ts";

export const audit = pgTable(
  "audit",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(), // in the order of writing
    at: moment("at").notNull(),
    personId: text("person_id"), // who; null: nobody was known
    keyId: text("key_id"), // by which key; null: in the page
    who: text("who").notNull(), // the name at that time
    action: text("action").notNull(), // "topic.verb", as "key.create"
    object: text("object").notNull(), // the id of what was changed
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull(), // what became of it; never a secret
    address: text("address").notNull(), // of the client
  },
  (table) => [
    index("audit_person").on(table.personId, table.id),
    index("audit_action").on(table.action, table.id),
    index("audit_object").on(table.object, table.id),
  ],
);
