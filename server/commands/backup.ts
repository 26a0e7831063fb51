// The team's data in one file, and back.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import { projectRoot } from "../folder.ts";
import { backup as writeBackup } from "../team/backup/backup.ts";
import { restore as readBackup } from "../team/backup/restore.ts";
import { openDatabase } from "../team/database.ts";
import { print, text, type Command, type Values } from "./command.ts";

const folderOf = ({ data }: Values): string =>
  resolve(typeof data === "string" ? data : (process.env["LOAM_DATA"] ?? join(projectRoot(), "data")));
const databaseUrl = (): string | undefined => process.env["DATABASE_URL"] || undefined;

export const backup: Command = {
  name: "backup",
  usage:
    "--data DIR --out FILE   the team's database and files in one tar file; DATABASE_URL where they are in Postgres",
  options: { data: { type: "string" }, out: { type: "string" } },
  async run(values) {
    const [data, out] = [folderOf(values), text(values, "out")];
    if (databaseUrl() === undefined && !existsSync(join(data, "database"))) fail({ code: "not-found", what: "team in the folder", id: data }); // prettier-ignore
    const database = await openDatabase(data, databaseUrl());
    try {
      const done = await writeBackup(database, join(data, "blobs"), out, Date.now);
      print(values, done, ({ rows, blobs, bytes }) => `${out}: ${rows} rows and ${blobs} files, ${bytes} bytes`);
    } finally {
      await database.close();
    }
  },
};

export const restore: Command = {
  name: "restore",
  usage: "FILE --data DIR [--force]   puts a backup back, once all of it was checked",
  options: { data: { type: "string" }, force: { type: "boolean" } },
  async run(values, [file]) {
    if (file === undefined) fail({ code: "invalid-argument", name: "FILE", reason: "it is required: the backup" });
    const done = await readBackup(file, folderOf(values), databaseUrl(), values["force"] === true);
    print(values, done, ({ tables, blobs, before }) => {
      const kept = before === null ? "" : `; what was there is in ${before}`;
      return `${tables} tables and ${blobs} files are back${kept}`;
    });
  },
};
