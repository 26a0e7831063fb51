// The built server as a process of its own, on a port and with a team's data of its own, so that a test can take it away.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface Served {
  readonly url: string;
  /** What it prints that matches, now or later. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

/** Starts the server and waits for the address it prints. Its data is gone when it stops, unless LOAM_DATA is among the settings. */
export async function serve(port = 0, settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), "loam-e2e-"));
  const env = { ...process.env, LOAM_DATA: data, ...settings, PORT: String(port) };
  const process_ = spawn("node", ["dist/server/main.js"], { cwd: root, env });
  const said = listen(process_);
  const [url] = await said(/http:\/\/\S+/);
  const ended = new Promise<void>((resolve) => process_.once("exit", () => resolve()));
  return {
    url,
    said,
    stop: async () => {
      process_.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function listen(server: ChildProcess): Served["said"] {
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on("data", (part) => {
      printed += String(part);
      server.emit("said");
    });
  }
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(printed);
        if (match === null) return;
        server.off("said", look);
        resolve(match);
      };
      server.on("said", look);
      server.once("exit", () => reject(new Error(`The server ended: ${printed}`)));
      look();
    });
}
