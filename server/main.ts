// Serves the built page on this machine only, unless HOST widens it on purpose. Prints one address.
import { fileURLToPath } from "node:url";
import { createApp } from "./app.ts";
import { addressOf, listen } from "./listen.ts";
import { teamApi } from "./team/api.ts";
import { metricsApi } from "./team/monitor/scrape.ts";
import { openTeam } from "./team/open.ts";

const host = process.env["HOST"] ?? "127.0.0.1";
const wanted = process.env["PORT"];

// Built, this file lies in dist/server, beside the page.
const root = fileURLToPath(new URL("../web/", import.meta.url));
// Models for browsers without internet, as <owner>/<name>/ with the files of a hub's repository.
const models = process.env["LOAM_MODELS"] ?? fileURLToPath(new URL("../../models/", import.meta.url));
const data = process.env["LOAM_DATA"] ?? fileURLToPath(new URL("../../data/", import.meta.url));
const team = openTeam(data, host);
const metrics = metricsApi(team.opening, team.hasOpenMetrics);
const app = createApp(root, models, undefined, teamApi(team.opening), metrics);
// With a port of one's own choice, a taken one is an error; otherwise the next free one will do.
const listening = await listen(app, host, Number(wanted ?? 4173), wanted === undefined ? 20 : 1);

const stop = () =>
  void listening
    .close(0)
    .then(team.close)
    .then(() => process.exit(0));
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
console.log(`Loam is at ${addressOf(host, listening.port)}`);
console.log(await team.sentence());
