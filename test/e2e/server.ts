// The built server as a process of its own, on a port of its own, so that a test can take it away.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the server and waits for the address it prints. */
export async function serve(port = 0, settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  const env = { ...process.env, ...settings, PORT: String(port) };
  const process_ = spawn("node", ["dist/server/main.js"], { cwd: root, env });
  const url = await addressOf(process_);
  const ended = new Promise<void>((resolve) => process_.once("exit", () => resolve()));
  return {
    url,
    stop: async () => {
      process_.kill("SIGTERM");
      await ended;
    },
  };
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    server.stdout?.on("data", (part) => {
      printed += String(part);
      const match = /http:\/\/\S+/.exec(printed);
      if (match !== null) resolve(match[0]);
    });
    server.stderr?.on("data", (part) => (printed += String(part)));
    server.once("exit", () => reject(new Error(`The server ended: ${printed}`)));
  });
}
