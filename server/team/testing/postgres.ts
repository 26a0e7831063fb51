// A real Postgres for tests: Debian's, in a folder of its own on a free port of this machine. Root starts it as `postgres`.
import { execFile, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

const home = "/usr/lib/postgresql";
const versions = existsSync(home) ? readdirSync(home).filter((v) => existsSync(join(home, v, "bin/initdb"))) : [];
/** Where Postgres' programs are; undefined: there are none, and tests that need them are skipped. */
const programs = versions.length > 0 ? join(home, versions.sort().at(-1)!, "bin") : undefined;
export const hasPostgres = programs !== undefined;
if (!hasPostgres) console.warn("Postgres is not installed in /usr/lib/postgresql: its tests are skipped.");

/** Starts one with an empty database. */
export async function startPostgres(): Promise<Postgres> {
  if (programs === undefined) throw new Error("there is no Postgres");
  const folder = mkdtempSync(join(tmpdir(), "loam-postgres-"));
  const user = process.getuid?.() === 0 ? idsOf("postgres") : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder };
  const initdb = ["-D", join(folder, "data"), "-U", "team", "-A", "trust", "--no-sync", "-E", "UTF8"];
  await promisify(execFile)(join(programs, "initdb"), initdb, options);
  const port = await freePort();
  const settings = ["-D", join(folder, "data"), "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-F"];
  const server = spawn(join(programs, "postgres"), settings, { ...options, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  while (server.exitCode === null && !(await isReady(join(programs, "pg_isready"), port))) await sleep(100);
  return {
    url: `postgres://team@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill("SIGINT"); // its fast way to end
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const isReady = (program: string, port: number): Promise<boolean> =>
  promisify(execFile)(program, ["-q", "-h", "127.0.0.1", "-p", String(port)]).then(
    () => true,
    () => false,
  );
