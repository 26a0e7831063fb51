// The engine in headless Chromium gives the same tokens as in Node: two real Llamas against their references.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { closeness } from "../harness/close.ts";
import { itWith, sharedData } from "../harness/data.ts";
import { findChromium, softwareGpuArguments } from "./browser.ts";
import { root } from "./server.ts";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
const built = join(root, "dist/engine-page");
let server: Server;
let browser: Browser;
let page: Page;

/** The built page, and the shared data under /data. */
function serve(): Promise<Server> {
  const listening = createServer(({ url = "/" }, response) => {
    const path = url.startsWith("/data/") ? sharedData(url.slice(6)) : join(built, url === "/" ? "index.html" : url);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" });
    createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => listening.listen(0, "127.0.0.1", () => resolve(listening)));
}

beforeAll(async () => {
  await build({
    root: join(root, "test/e2e/engine-page"),
    configFile: false,
    logLevel: "error",
    build: { outDir: built, emptyOutDir: true, target: "es2023" },
  });
  server = await serve();
  browser = await chromium.launch({ executablePath: findChromium(), args: softwareGpuArguments });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("an adapter taught in Chromium", () => {
  itWith("models/stories260k")("lowers the loss of unseen lines of Shakespeare by a fifth", async () => {
    const lines = readFileSync(sharedData("text/tinyshakespeare.txt"), "utf8").split("\n");
    const [taught, held] = [lines.slice(0, 200).join("\n"), lines.slice(200, 260).join("\n")];
    const training = { steps: 24, batch: 4, context: 128, learningRate: 8e-3, validEvery: 8, patience: 2 };
    const { validLosses, seconds } = await page.evaluate(([t, h, training]) => window.teach("/data/models/stories260k", t, h, { adapter: { rank: 16, alpha: 32 }, training }), [taught, held, training] as const); // prettier-ignore
    const losses = validLosses.filter((loss) => loss !== null);
    expect(Math.min(...losses)).toBeLessThanOrEqual(0.8 * losses[0]);
    console.log(`validation ${losses.map((l) => l.toFixed(2)).join(" → ")} in ${seconds.toFixed(0)} s`);
  });
});

describe.each(["models/stories260k", "models/babyllama105"])("%s in Chromium", (path) => {
  itWith(path)("has the reference's greedy ids and its logits within 1e-4 relative", async () => {
    const golden = JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as {
      prompt: string;
      prompt_ids: number[];
      greedy_ids: number[];
      last_logits_of_prompt: number[];
    };
    const expected = golden.greedy_ids.slice(golden.prompt_ids.length);
    const { ids, logits } = await page.evaluate(([folder, g, n]) => window.answer(folder, g.prompt, g.prompt_ids, n), [`/data/${path}`, golden, expected.length] as const); // prettier-ignore
    expect(ids).toEqual(expected);
    expect(closeness(logits, golden.last_logits_of_prompt, 1e-4)).toPass();
  });
});
