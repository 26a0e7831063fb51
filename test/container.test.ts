// The container files, as far as they can be checked without an engine: what they start, set and open is what the code knows.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { serve } from "../server/commands/serve.ts";
import { worker } from "../server/commands/worker.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly cap_drop?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const { services, volumes } = parse(readFileSync("compose.yaml", "utf8")) as Compose;
const lines = readFileSync("Dockerfile", "utf8").replace(/\\\n\s*/g, "").split("\n"); // prettier-ignore
const instruction = (name: string) => lines.findLast((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? ""; // prettier-ignore
const image = (name: string) => JSON.parse(instruction(name)) as string[];

/** What a command of ours is given; throws where it does not know an option. */
function given([verb, ...args]: readonly string[]) {
  const command = [serve, worker].find(({ name }) => name === verb);
  if (!command) throw new Error(`there is no verb ${verb}`);
  return parseArgs({ args, options: command.options, allowPositionals: false }).values;
}

const sources = readdirSync("server", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
  .filter((text) => text.includes("process.env"))
  .join("\n");
const isRead = (name: string) => new RegExp(`\\b${name}\\b`).test(sources);

describe("compose.yaml", () => {
  it("starts verbs with options that there are, at the port that is opened and asked", () => {
    const { port, host, data } = given(services.server.command!);
    expect([host, data]).toEqual(["0.0.0.0", "/data"]);
    expect(services.server.ports![0].split(":").slice(-2)).toEqual([port, port]);
    const { server } = given(services.worker.command!);
    const url = new URL(String(server));
    expect([url.hostname in services, url.port]).toEqual([true, port]);
    expect(instruction("EXPOSE")).toBe(port);
    expect(instruction("HEALTHCHECK")).toContain(`127.0.0.1:${String(port)}/api/openapi.json`);
  });
  it("sets what the code reads", () => {
    for (const name of ["server", "worker"])
      for (const variable of Object.keys(services[name].environment!)) expect(isRead(variable), variable).toBe(true);
    expect(isRead("LOAM_NO_SUCH_THING")).toBe(false);
  });
  it("leads the server to the database that it starts", () => {
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.postgres.environment!;
    const url = new URL(services.server.environment!.DATABASE_URL.replace(/\$\{.*?\}/, "secret"));
    expect([url.protocol, url.username, url.hostname, url.port, url.pathname]).toEqual(["postgres:", POSTGRES_USER, "postgres", "5432", `/${POSTGRES_DB}`]); // prettier-ignore
    expect(POSTGRES_PASSWORD).toMatch(/^\$\{POSTGRES_PASSWORD:\?/); // none by default
  });
  it("keeps data in volumes, waits for what is healthy, and takes every capability away", () => {
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes!) expect(volume.split(":")[0] in volumes, volume).toBe(true);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
        expect([other in services, condition, services[other].healthcheck?.disable]).toEqual([true, "service_healthy", undefined]); // prettier-ignore
      if (name !== "postgres") expect([service.image, service.cap_drop]).toEqual(["loam", ["ALL"]]);
    }
    expect(services.server.ports![0]).toMatch(/^\$\{LOAM_ADDRESS:-127\.0\.0\.1\}:/);
  });
});

describe("the Dockerfile", () => {
  it("runs the command line as nobody's root, on a Node that is new enough", () => {
    expect(instruction("USER")).toBe("node");
    expect(lines.findIndex((line) => line.startsWith("USER "))).toBeLessThan(lines.findIndex((line) => line.startsWith("CMD "))); // prettier-ignore
    expect(image("ENTRYPOINT")).toEqual(["node", "server/loam.mjs"]);
    expect(given(image("CMD"))).toEqual(given(services.server.command!));
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
    const wanted = /\d+/.exec(engines.node)![0];
    for (const from of lines.filter((line) => line.startsWith("FROM "))) expect(from).toContain(`node:${wanted}-`);
  });
  it("sets what the code reads, and carries nobody's data", () => {
    for (const setting of instruction("ENV").split(" ")) {
      const [name] = setting.split("=");
      if (name !== "NODE_ENV") expect(isRead(name), name).toBe(true);
    }
    expect(instruction("VOLUME")).toBe("/data");
    const ignored = readFileSync(".dockerignore", "utf8").split("\n");
    for (const folder of ["data", "models", ".git", "node_modules"]) expect(ignored).toContain(folder);
  });
});
