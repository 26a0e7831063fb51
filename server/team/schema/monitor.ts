// How the team's server is doing: what was asked of /v1 (never a text of it), alerts, and what devices chose to tell.
import {
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import { moment, people } from "./people.ts";

/** One request of /v1. No foreign keys: what was asked stays as it was, whoever leaves. */
export const requests = pgTable(
  "requests",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(), // in the order of writing
    at: moment("at").notNull(), // when it came
    operation: text("operation").notNull(), // as OpenTelemetry names them: chat, text_completion, embeddings; else "other"
    model: text("model"), // the base; null: none was reached
    adapter: text("adapter"),
    personId: text("person_id"), // null: by the key for trials
    keyId: text("key_id"),
    status: integer("status").notNull(), // of HTTP
    error: text("error"), // the code of what failed, also in a stream that had begun
    finishReason: text("finish_reason"),
    promptTokens: integer("prompt_tokens").notNull(),
    generatedTokens: integer("generated_tokens").notNull(),
    firstTokenMs: doublePrecision("first_token_ms"), // from the request to the first text; null: there was none
    perTokenMs: doublePrecision("per_token_ms"), // after the first; null: there was no second
    totalMs: doublePrecision("total_ms").notNull(),
  },
  (table) => [
    index("requests_at").on(table.at),
    index("requests_model").on(table.model, table.at),
    index("requests_person").on(table.personId, table.at),
    index("requests_key").on(table.keyId, table.at),
  ],
);
export type ServedRequest = typeof requests.$inferSelect;
export type NewRequest = Omit<ServedRequest, "id">;

/** What an alert watches, and in which unit its threshold is. */
export const alertKinds = ["error-rate", "first-token", "storage", "failed-jobs"] as const; // share, ms (p95), bytes, jobs
export type AlertKind = (typeof alertKinds)[number];

export const alerts = pgTable("alerts", {
  id: text("id").primaryKey(),
  kind: text("kind").$type<AlertKind>().notNull(),
  threshold: doublePrecision("threshold").notNull(), // above it, the alert is on
  windowMinutes: integer("window_minutes").notNull(), // that are looked back
  url: text("url").notNull(), // where its webhook goes
  secret: text("secret").notNull(), // signs the webhook's body, so it is kept as it is; shown once
  personId: text("person_id")
    .notNull()
    .references(() => people.id), // who made it
  createdAt: moment("created_at").notNull(),
  checkedAt: moment("checked_at"),
  value: doublePrecision("value"), // when it was last checked; null: nothing to measure
  since: moment("since"), // it is on; null: off
});
export type Alert = typeof alerts.$inferSelect;

/** Webhooks on their way, sent, and given up. */
export const deliveries = pgTable(
  "deliveries",
  {
    id: text("id").primaryKey(), // the webhook's id
    alertId: text("alert_id")
      .notNull()
      .references(() => alerts.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    isOn: boolean("is_on").notNull(), // the threshold was passed; else: no longer
    value: doublePrecision("value"),
    tries: integer("tries").notNull(),
    nextAt: moment("next_at"), // null: sent, or given up
    sentAt: moment("sent_at"),
    error: text("error"), // of the last try
  },
  (table) => [index("deliveries_alert").on(table.alertId, table.at), index("deliveries_next").on(table.nextAt)],
);

/** What a device may tell: how often, and how good; no text. */
export interface DeviceCounts {
  readonly answers: number;
  readonly abstained: number;
  readonly good: number; // ratings
  readonly bad: number;
  readonly documents: number;
  readonly corrections: number;
}

/** One day of a device whose person chose to tell. */
export const deviceDays = pgTable(
  "device_days",
  {
    device: text("device").notNull(), // a UUID that the device drew
    day: date("day", { mode: "string" }).notNull(), // UTC
    personId: text("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    counts: jsonb("counts").$type<DeviceCounts>().notNull(), // exactly what was sent
    sentAt: moment("sent_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.device, table.day] }), index("device_days_person").on(table.personId)],
);
