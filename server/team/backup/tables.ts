// The rows of the team's tables and of the jobs' queue as text, the same from PGlite and Postgres: each row as Postgres itself writes
// it (`row::text`), which it reads back to the same value.
import { is, sql, type SQL } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { fail } from "../../../worker/contract/errors.ts";
import type { Queries } from "../database.ts";
import * as schema from "../schema/index.ts";

const BATCH = 500; // rows
export const QUEUE_SCHEMA = "pgboss";

/** As "public.people". */
export type TableName = string;
const parts = (table: TableName): SQL => sql.join(table.split(".").map((part) => sql.identifier(part)), sql.raw(".")); // prettier-ignore

export async function rowsOf<T>(db: Queries, query: SQL): Promise<T[]> {
  return ((await db.execute(query)) as unknown as { readonly rows: T[] }).rows;
}

const own = new Set(Object.values(schema as Record<string, unknown>).flatMap((one) => is(one, PgTable) ? [`public.${getTableConfig(one).name}`] : [])); // prettier-ignore

/** Has values written the same way wherever the database is; until the transaction ends. */
export async function plainly(tx: Queries): Promise<void> {
  for (const setting of [
    "timezone to 'UTC'",
    "datestyle to 'ISO'",
    "intervalstyle to 'postgres'",
    "extra_float_digits to 1",
    "bytea_output to 'hex'",
  ])
    await tx.execute(sql.raw(`set local ${setting}`));
}

/** All tables, those that others refer to first. */
export async function tableNames(db: Queries): Promise<TableName[]> {
  const found = await rowsOf<{ name: TableName }>(
    db,
    sql`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', ${QUEUE_SCHEMA}) and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const arrows = await rowsOf<{ table: TableName; needs: TableName }>(
    db,
    sql`select n.nspname || '.' || c.relname as table, m.nspname || '.' || d.relname as needs from pg_constraint f
        join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_class d on d.oid = f.confrelid join pg_namespace m on m.oid = d.relnamespace
        where f.contype = 'f' and c.oid <> d.oid`,
  );
  const names = found.map(({ name }) => name).filter((name) => own.has(name) || name.startsWith(`${QUEUE_SCHEMA}.`));
  const sorted = new Set<TableName>();
  const add = (name: TableName, above: readonly TableName[] = []): void => {
    if (sorted.has(name) || above.includes(name) || !names.includes(name)) return;
    for (const { table, needs } of arrows) if (table === name) add(needs, [...above, name]);
    sorted.add(name);
  };
  names.forEach((name) => add(name));
  return [...sorted];
}

/** The rows of a table, sorted, each a line of JSON; within a transaction. */
export async function* dumpTable(tx: Queries, table: TableName): AsyncGenerator<Buffer> {
  await tx.execute(
    sql`declare backup cursor for select t::text as row from ${parts(table)} t order by t::text collate "C"`,
  );
  for (;;) {
    const rows = await rowsOf<{ row: string }>(tx, sql`fetch ${sql.raw(String(BATCH))} from backup`);
    if (rows.length === 0) break;
    yield Buffer.from(rows.map(({ row }) => `${JSON.stringify(row)}\n`).join(""));
  }
  await tx.execute(sql`close backup`);
}

/** Puts rows into a table that has the columns it had. */
export async function loadTable(tx: Queries, table: TableName, lines: AsyncIterable<string>): Promise<void> {
  const columns = await rowsOf<{ name: string }>(
    tx,
    sql`select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
        and attgenerated = '' order by attnum`,
  );
  if (columns.length === 0) fail({ code: "data-unreadable", file: table, reason: "there is no such table" });
  const names = sql.join(columns.map(({ name }) => sql.identifier(name)), sql.raw(", ")); // prettier-ignore
  const fields = sql.join(columns.map(({ name }) => sql`(r).${sql.identifier(name)}`), sql.raw(", ")); // prettier-ignore
  const insert = (rows: readonly string[]) =>
    tx.execute(
      sql`insert into ${parts(table)} (${names}) overriding system value select ${fields} from
          (select value::text::${parts(table)} as r from jsonb_array_elements_text(${JSON.stringify(rows)}::jsonb)) as given`,
    );
  let batch: string[] = [];
  for await (const line of lines) {
    batch.push(JSON.parse(line) as string);
    if (batch.length < BATCH) continue;
    await insert(batch);
    batch = [];
  }
  if (batch.length > 0) await insert(batch);
}

export interface SequenceValue {
  readonly name: string; // as "public.audit_id_seq"
  readonly value: number | null; // the last one given; null: none was
}

/** Where the counters of the tables stand. */
export async function sequences(db: Queries, tables: readonly TableName[]): Promise<SequenceValue[]> {
  const rows = await rowsOf<{ name: string; table: string; value: string | number | null }>(
    db,
    sql`select n.nspname || '.' || s.relname as name, n.nspname || '.' || t.relname as table,
        pg_sequence_last_value(s.oid) as value from pg_class s join pg_namespace n on n.oid = s.relnamespace
        join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i') join pg_class t on t.oid = d.refobjid
        where s.relkind = 'S' order by 1`,
  );
  return rows
    .filter(({ table }) => tables.includes(table))
    .map(({ name, value }) => ({ name, value: value === null ? null : Number(value) }));
}

export async function setSequence(tx: Queries, { name, value }: SequenceValue): Promise<void> {
  if (value !== null) await tx.execute(sql`select setval(${name}::regclass, ${value}::bigint)`);
}
