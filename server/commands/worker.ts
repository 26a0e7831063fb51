// `loam worker`: does the team's jobs on this machine, one after the other.
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import { projectRoot } from "../folder.ts";
import { Server } from "../work/server.ts";
import { Worker } from "../work/worker.ts";
import { count, text, type Command } from "./command.ts";

export const worker: Command = {
  name: "worker",
  usage: "--server URL --key K [--data DIR --models DIR --name N]   does the team's jobs on this machine's GPU",
  options: {
    server: { type: "string" },
    key: { type: "string" },
    data: { type: "string" },
    models: { type: "string" },
    name: { type: "string" },
    "beat-ms": { type: "string" },
  },
  async run(values) {
    const key = text({ key: process.env["LOAM_KEY"], ...values }, "key");
    const server = new Server(addressOf(text(values, "server")), key);
    const folder = typeof values.data === "string" ? resolve(values.data) : join(projectRoot(), ".loam/worker");
    const models = typeof values.models === "string" ? resolve(values.models) : undefined;
    const name = typeof values.name === "string" ? values.name : hostname();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const place = { folder, models, beatMs: count(values, "beat-ms", 1000, 100, 5000) };
    const working = new Worker(server, name, place, (line) => console.log(line));
    process.once("SIGINT", () => working.stop());
    process.once("SIGTERM", () => working.stop());
    console.log(`${name} waits for jobs of ${server.url}`);
    await working.run();
  },
};

function addressOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    return fail({ code: "invalid-argument", name: "--server", reason: `${given} is no address: http://HOST:PORT` });
  return url.href.replace(/\/+$/, "");
}
