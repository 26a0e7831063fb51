// Data sets that the team shares: a log of edits for each, the lines that the edits name by hash, and versions for good. Triggers
// refuse that a line or a version is changed, or that an edit says something else.
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { EditStatus, Split, SplitCounts } from "../../../worker/contract/index.ts";
import { moment, people } from "./people.ts";

export const datasets = pgTable("datasets", {
  id: text("id").primaryKey(), // made on a device, where the data set has the same
  name: text("name").notNull(),
  description: text("description").notNull(),
  licence: text("licence").notNull(),
  aboutNumber: integer("about_number").notNull(), // of the last change of these three
  number: bigint("number", { mode: "number" }).notNull(), // of the last change of its edits
  ownerId: text("owner_id")
    .notNull()
    .references(() => people.id),
  createdAt: moment("created_at").notNull(),
});

/** A row's text, once for all that have it. */
export const datasetLines = pgTable("dataset_lines", {
  hash: text("hash").primaryKey(), // SHA-256 of the line, hex
  line: text("line").notNull(), // canonical JSONL
  promptHash: text("prompt_hash").notNull(),
  split: text("split").$type<Split>().notNull(),
});

export const datasetEdits = pgTable(
  "dataset_edits",
  {
    id: text("id").primaryKey(), // made on a device: the same edit sent twice is one
    datasetId: text("dataset_id")
      .notNull()
      .references(() => datasets.id),
    row: text("row").notNull(),
    hash: text("hash").references(() => datasetLines.hash), // null: the row is removed
    parents: text("parents").array().notNull(), // ids of edits of this row
    number: bigint("number", { mode: "number" }).notNull(), // of its last change, within the data set
    status: text("status").$type<EditStatus>().notNull(),
    authorId: text("author_id")
      .notNull()
      .references(() => people.id),
    at: moment("at").notNull(),
    reviewerId: text("reviewer_id").references(() => people.id),
  },
  (table) => [
    uniqueIndex("dataset_edits_number").on(table.datasetId, table.number),
    index("dataset_edits_status").on(table.datasetId, table.status),
    check("dataset_edits_known", sql`${table.status} in ('proposed', 'accepted', 'refused')`),
  ],
);

export const datasetVersions = pgTable(
  "dataset_versions",
  {
    datasetId: text("dataset_id")
      .notNull()
      .references(() => datasets.id),
    hash: text("hash").notNull(),
    number: integer("number").notNull(), // 1, 2, …
    parents: text("parents").array().notNull(), // hashes of versions, of any data set
    name: text("name").notNull(),
    description: text("description").notNull(),
    licence: text("licence").notNull(),
    note: text("note").notNull(),
    counts: jsonb("counts").$type<SplitCounts>().notNull(),
    rows: text("rows").notNull(), // sorted lines of a row's id, its hash and its split
    makerId: text("maker_id")
      .notNull()
      .references(() => people.id),
    at: moment("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.datasetId, table.hash] }),
    uniqueIndex("dataset_versions_number").on(table.datasetId, table.number),
    index("dataset_versions_hash").on(table.hash),
  ],
);
