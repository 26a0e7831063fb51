// The page, the mirror of models and the API on one port, until a signal ends it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import { createApp } from "../app.ts";
import { DEFAULT_EMBEDDER } from "../collection.ts";
import { Engine } from "../engine/engine.ts";
import type { AdapterSpec } from "../engine/protocol.ts";
import { projectRoot } from "../folder.ts";
import { addressOf, isLoopback, listen, type Listening } from "../listen.ts";
import { openai } from "../openai/api.ts";
import { teamApi } from "../team/api.ts";
import { serveAdapters } from "../team/models/serving.ts";
import { metricsApi } from "../team/monitor/scrape.ts";
import { openTeam } from "../team/open.ts";
import { count, type Command, type Values } from "./command.ts";

const GRACE_MS = 10_000; // for answers under way when the server is stopped

export const serve: Command = {
  name: "serve",
  usage:
    "[--port 4173 --host 127.0.0.1 --model M … --adapter NAME=DIR … --data DIR --dev-key K]   page, models, OpenAI API, team",
  options: {
    port: { type: "string" },
    host: { type: "string" },
    model: { type: "string", multiple: true },
    adapter: { type: "string", multiple: true },
    data: { type: "string" },
    "dev-key": { type: "string" },
  },
  async run(values) {
    const host = typeof values.host === "string" ? values.host : "127.0.0.1";
    const port = count(values, "port", 4173, 0, 65_535);
    const key = keyOf(values, host);
    const data = typeof values.data === "string" ? values.data : projectRoot();
    const models = listOf(values, "model");
    const spec = {
      models: models.length > 0 ? models : ["loam-chat", DEFAULT_EMBEDDER],
      adapters: listOf(values, "adapter").map(adapterOf),
    };
    const engine = await Engine.start(spec);
    const teamData = typeof values.data === "string" ? data : join(data, "data");
    const team = openTeam(teamData, host);
    const adapters = team.opening.then((opened) => serveAdapters(opened, engine, join(teamData, "adapters")));
    adapters.catch(() => undefined); // the team's own sentence says why it is closed
    const api = openai(engine, key, team.opening);
    const metrics = metricsApi(team.opening, team.hasOpenMetrics);
    const app = createApp(join(projectRoot(), "dist/web"), join(data, "models"), api, teamApi(team.opening), metrics);
    const stop = async () => {
      await adapters.then((end) => end()).catch(() => undefined);
      await Promise.all([engine.stop(), team.close()]);
    };
    const listening = await listenOr(stop, () => listen(app, host, port));
    console.log(`Loam is at ${addressOf(host, listening.port)}; the API is below /v1`);
    if (!existsSync(join(projectRoot(), "dist/web/index.html")))
      console.log("The page is not built: `npm run build` makes it.");
    const ended = new Promise<void>((resolve) => {
      process.once("SIGINT", () => resolve());
      process.once("SIGTERM", () => resolve());
    });
    console.log(await team.sentence());
    await ended;
    await listening.close(GRACE_MS);
    await stop();
  },
};

/** A server that cannot listen leaves no process behind. */
async function listenOr(stop: () => Promise<unknown>, start: () => Promise<Listening>): Promise<Listening> {
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The key for trials. Throws invalid-argument when others than this machine could use it. */
function keyOf(values: Values, host: string): string | undefined {
  const key = values["dev-key"];
  if (typeof key !== "string") return undefined;
  const refuse = (reason: string) => fail({ code: "invalid-argument", name: "--dev-key", reason });
  if (!isLoopback(host)) return refuse(`it is for trials on this machine alone, and --host is ${host}`);
  return /^\S+$/.test(key) ? key : refuse("it must be characters without a space");
}

/** An option that may be given several times. */
function listOf(values: Values, name: string): string[] {
  const given: unknown = values[name];
  return Array.isArray(given) ? given.map(String) : [];
}

function adapterOf(value: string): AdapterSpec {
  const at = value.indexOf("=");
  if (at < 1 || at === value.length - 1)
    fail({ code: "invalid-argument", name: "--adapter", reason: `${value} is not NAME=DIR` });
  return { name: value.slice(0, at), folder: value.slice(at + 1) };
}
