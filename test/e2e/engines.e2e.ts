// Engines of others: an ONNX model and one that MLC compiled come from the page's own server, and nothing else is asked of anyone.
// Neither engine's code is loaded before a model needs it, and the app's own code stays within its budgets.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import golden from "../golden/onnx_greedy.json" with { type: "json" };
import { sharedData } from "../harness/data.ts";
import { open, type Opened } from "./browser.ts";
import { root, serve, type Served } from "./server.ts";
import { ask, expectOwnOnly } from "./steps.ts";

const source = sharedData("models/tiny-random-llama-onnx");
let folder: string;
let served: Served;
let app: Opened | undefined;

/** An MLC model's folder with made-up weights; `library`: the bytes of its model library, if it has one. */
function makeMlc(name: string, library?: Uint8Array): void {
  const path = join(folder, "mlc", name);
  mkdirSync(path, { recursive: true });
  const put = (file: string, content: unknown) => writeFileSync(join(path, file), JSON.stringify(content));
  const conversation = { system_template: "{system_message}", system_message: "", roles: {}, seps: [], stop_str: [] };
  put("mlc-chat-config.json", {
    ...{ model_type: "llama", quantization: "q4f16_1", context_window_size: 4096, vocab_size: 32000 },
    ...{ tokenizer_files: ["tokenizer.json"], conv_template: { ...conversation, stop_token_ids: [2] } },
  });
  put("ndarray-cache.json", { records: [{ dataPath: "params_shard_0.bin", nbytes: 16, records: [] }] });
  writeFileSync(join(path, "params_shard_0.bin"), new Uint8Array(16));
  cpSync(join(source, "tokenizer.json"), join(path, "tokenizer.json"));
  if (library) writeFileSync(join(path, `${name}-webgpu.wasm`), library);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-engines-"));
  if (existsSync(source)) {
    cpSync(source, join(folder, "tiny/random-llama-onnx"), { recursive: true });
    makeMlc("Llama-3.2-1B-Instruct-q4f16_1-MLC");
    makeMlc("empty", Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); // a WebAssembly module of nothing
  }
  served = await serve(0, { LOAM_MODELS: folder });
});
afterEach(async () => {
  await app?.browser.close();
  app = undefined;
});
afterAll(async () => {
  await served.stop();
  rmSync(folder, { recursive: true });
});

async function download(page: Page, repo: string, variant: string) {
  await page.goto(`${served.url}/#/models`);
  await page.getByRole("button", { name: "Get a model" }).click();
  const dialog = page.getByRole("dialog", { name: "Get a model" });
  await dialog.getByRole("button", { name: repo }).click();
  const line = dialog.locator("li", { hasText: variant });
  await line.getByRole("button", { name: /^Download/ }).click();
}
/** Asks; the answer's text, once the page has drawn it to its end, is onnxruntime's. */
async function askAndExpect(page: Page, { prompt, text }: (typeof golden)[number]) {
  await ask(page, prompt.trim());
  const answer = page.getByRole("article", { name: "Loam" }).last();
  await expect.poll(() => answer.innerText(), { timeout: 60_000 }).toContain(text.trim());
}
const foreignCode = ({ requests }: Opened) =>
  requests.map((request) => request.url()).filter((url) => url.includes("/assets/engine-"));

describe.skipIf(!existsSync(source))("models of other engines", () => {
  test("an ONNX model comes from the page's server, answers as onnxruntime does, and goes on without the server", async () => {
    app = await open(served.url);
    const { page } = app;
    await page.goto(`${served.url}/#/settings`);
    await page.getByText("Yes: the app and its models are on this device.").waitFor({ timeout: 120_000 });
    await page.evaluate(() => localStorage.setItem("loam-settings", JSON.stringify({ maxTokens: 12 })));
    await page.reload();
    await download(page, "tiny/random-llama-onnx", "model.onnx");
    const card = page.getByRole("article", { name: "random-llama-onnx" });
    await card.getByText("ONNX, by Transformers.js").waitFor();
    await card.getByText(/Not possible with it: learning from your examples/).waitFor();
    expect(foreignCode(app)).toEqual([]);
    await card.getByRole("button", { name: "Answer with this" }).click();
    await card.getByRole("button", { name: "Load", exact: true }).click();
    await card.getByText("Loaded", { exact: true }).waitFor({ timeout: 120_000 });
    await card.getByText("It runs on the processor here").waitFor(); // SwiftShader computes with no 16-bit floats
    expect(foreignCode(app).length).toBeGreaterThan(0);
    await page.goto(`${served.url}/#/ask`);
    const [first, second] = [golden[3]!, golden[2]!];
    await askAndExpect(page, first);
    await page.goto(`${served.url}/#/privacy`);
    await page.getByText("Nothing has left this device.").waitFor();
    await served.stop();
    await page.goto(`${served.url}/#/ask`);
    await page.reload();
    await page.getByRole("button", { name: "New chat" }).first().click();
    await askAndExpect(page, second);
    expectOwnOnly(app.requests, served.url);
    expect(app.problems).toEqual([]);
    served = await serve(0, { LOAM_MODELS: folder });
  });

  test("WebLLM: without its compiled library the missing file is named; with one, its files are read from this device", async () => {
    app = await open(served.url);
    const { page } = app;
    await download(page, "mlc/Llama-3.2-1B-Instruct-q4f16_1-MLC", "MLC");
    const card = page.getByRole("article", { name: "Llama-3.2-1B-Instruct-q4f16_1-MLC" });
    await card.getByText("MLC, by WebLLM").waitFor();
    await card.getByRole("button", { name: "Load", exact: true }).click();
    await card.getByText(/Llama-3\.2-1B-Instruct-q4f16_1_cs1k-webgpu\.wasm/).waitFor({ timeout: 120_000 });
    await download(page, "mlc/empty", "MLC");
    const empty = page.getByRole("article", { name: "empty" });
    await empty.getByRole("button", { name: "Load", exact: true }).click();
    await empty.getByText(/WebLLM could not run empty\. It says: /).waitFor({ timeout: 120_000 }); // what that library lacks
    expect(await page.evaluate(async () => (await (await caches.open("webllm/model")).keys()).length)).toBe(0);
    expectOwnOnly(app.requests, served.url);
    expect(app.problems).toEqual([]);
  });
});

test("the first screen's code is at most 300 kB, the engine's 150 kB, gzipped", () => {
  const assets = join(root, "dist/web/assets");
  const sizeOf = (name: string) => gzipSync(readFileSync(join(assets, name))).length / 1000;
  const page = readFileSync(join(root, "dist/web/index.html"), "utf8");
  const first = [...page.matchAll(/assets\/([\w.-]+\.js)"/g)].map(([, name]) => sizeOf(name!));
  const workers = readdirSync(assets).filter((name) => /^main-.*\.js$/.test(name));
  const engine = workers.filter((name) => readFileSync(join(assets, name), "utf8").includes("createShaderModule"));
  expect([first.length > 0, engine.length]).toEqual([true, 1]);
  const [screen, gpu] = [first.reduce((a, b) => a + b), sizeOf(engine[0]!)];
  console.log(`first screen ${screen.toFixed(1)} kB, engine ${gpu.toFixed(1)} kB, gzipped`);
  expect(screen).toBeLessThanOrEqual(300);
  expect(gpu).toBeLessThanOrEqual(150);
});
