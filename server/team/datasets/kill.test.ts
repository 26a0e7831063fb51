// SIGKILL of the server during 1,000 pushes at once: after a restart every row that was acknowledged is there, none twice; and sent
// again, all of them are there once.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EditPage } from "../../../worker/contract/index.ts";
import { lineOf } from "../../../worker/sharing/line.ts";
import { projectRoot } from "../../folder.ts";
import { PAGE_HEADER } from "../request.ts";
import { PASSWORD } from "../testing/client.ts";
import { makeDatabaseFolder } from "../testing/database.ts";

const ROWS = 1000;
const KILL_AFTER = 100; // acknowledged pushes
const AT_ONCE = 250; // edits of one request, when they are sent again

// Within the project, so that it finds its packages.
const built = join(projectRoot(), "node_modules/.cache/loam", `kill-${process.pid}`);
const data = mkdtempSync(join(tmpdir(), "loam-killed-"));
let running: ChildProcess | undefined;
beforeAll(async () => {
  const outDir = join(built, "server");
  const options = { ssr: "server/main.ts", outDir, target: "node20", minify: false };
  await build({ root: projectRoot(), configFile: false, publicDir: false, logLevel: "error", build: options });
  await makeDatabaseFolder(join(data, "database"));
});
afterAll(() => {
  running?.kill("SIGKILL");
  for (const folder of [built, data]) rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly url: string;
  readonly code: string; // of the first account; "" when there is one
  kill(): Promise<void>;
}

/** The server as a process of its own; resolves once its database is open. */
function start(): Promise<Started> {
  const env = {
    ...process.env,
    PORT: "0",
    HOST: "127.0.0.1",
    LOAM_DATA: data,
    DATABASE_URL: "",
    NODE_ENV: "production",
  };
  const child = spawn("node", [join(built, "server/main.js")], { env, stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (part: Buffer) => {
      printed += part.toString();
      const isOpen = /enter this code: (\S+)|The team is here/.exec(printed);
      const kill = () => (child.kill("SIGKILL"), ended);
      if (isOpen) resolve({ url: /http:\/\/\S+/.exec(printed)![0], code: isOpen[1] ?? "", kill });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`The server ended: ${printed}`)));
  });
}

const edits = Array.from({ length: ROWS }, (_, i) => ({
  ...{ id: randomUUID(), row: `row-${i}`, parents: [] },
  line: lineOf({ messages: [{ role: "assistant", content: `Pump ${i}` }], tags: [], split: "train" }),
}));

it("no acknowledged row is lost, none is there twice", async () => {
  const dataset = randomUUID();
  let cookie = "";
  const ask = async ({ url }: Started, method: string, path: string, body?: unknown) => {
    const headers = { [PAGE_HEADER]: "1", "Content-Type": "application/json", Cookie: cookie };
    const answer = await fetch(`${url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }); // prettier-ignore
    expect(answer.status, await answer.clone().text()).toBeLessThan(300);
    return answer;
  };
  const all = async (server: Started) => {
    const met: EditPage["edits"][number][] = [];
    for (let [after, hasMore] = [0, true]; hasMore;) {
      const page = (await (await ask(server, "GET", `/datasets/${dataset}/edits?after=${after}`)).json()) as EditPage;
      met.push(...page.edits);
      [after, hasMore] = [page.number, page.hasMore];
    }
    return met;
  };

  const first = await start();
  const owner = { code: first.code, name: "Ada", email: "ada@team.org", password: PASSWORD };
  cookie = (await ask(first, "POST", "/account/setup", owner)).headers.get("Set-Cookie")!.split(";")[0]!;
  await ask(first, "PUT", `/datasets/${dataset}`, { name: "Pumps" });
  const acknowledged = new Set<string>();
  let killing: Promise<void> | undefined;
  await Promise.allSettled(
    edits.map(async (edit) => {
      await ask(first, "POST", `/datasets/${dataset}/edits`, { edits: [edit] });
      acknowledged.add(edit.id);
      if (acknowledged.size === KILL_AFTER) killing = first.kill();
    }),
  );
  await killing;
  expect(acknowledged.size).toBeGreaterThanOrEqual(KILL_AFTER);
  expect(acknowledged.size).toBeLessThan(ROWS);

  const second = await start();
  const kept = (await all(second)).map(({ id }) => id);
  expect(new Set(kept).size).toBe(kept.length);
  expect([...acknowledged].filter((id) => !kept.includes(id))).toEqual([]);
  for (let at = 0; at < ROWS; at += AT_ONCE)
    await ask(second, "POST", `/datasets/${dataset}/edits`, { edits: edits.slice(at, at + AT_ONCE) });
  const whole = await all(second);
  expect(whole.map(({ row, line }) => `${row} ${line}`).sort()).toEqual(edits.map(({ row, line }) => `${row} ${line}`).sort()); // prettier-ignore
  expect(new Set(whole.map(({ number }) => number)).size).toBe(ROWS);
  await second.kill();
});
