// Serves the built page on this machine only, unless HOST widens it on purpose. Prints one address.
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";

const host = process.env["HOST"] ?? "127.0.0.1";
const wanted = process.env["PORT"];
const firstPort = Number(wanted ?? 4173);
// With a port of one's own choice, a taken one is an error; otherwise the next free one will do.
const triedPorts = wanted === undefined ? 20 : 1;

// Built, this file lies in dist/server, beside the page.
const root = fileURLToPath(new URL("../web/", import.meta.url));
// Models for browsers without internet, as <owner>/<name>/ with the files of a hub's repository.
const models = process.env["LOAM_MODELS"] ?? fileURLToPath(new URL("../../models/", import.meta.url));
const server = createAdaptorServer({ fetch: createApp(root, models).fetch, createServer });

function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function listenOnFree(): Promise<number> {
  for (let port = firstPort; ; port++) {
    try {
      await listen(port);
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || port + 1 >= firstPort + triedPorts) throw error;
    }
  }
}

function stop(): void {
  server.close(() => process.exit(0));
  // Connections that a browser keeps open would hold the process back.
  if ("closeAllConnections" in server) server.closeAllConnections();
}

process.once("SIGINT", stop);
process.once("SIGTERM", stop);
const port = await listenOnFree();
console.log(`Loam is at http://${host === "0.0.0.0" || host === "::" ? "localhost" : host}:${port}`);
