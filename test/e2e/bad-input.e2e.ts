// What goes wrong is said in words, and the app goes on.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sharedData } from "../harness/data.ts";
import { open, type Opened, type OpenOptions } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addFiles, dropFiles, ready } from "./steps.ts";

let served: Served;
let app: Opened | undefined;
beforeAll(async () => (served = await serve()));
afterEach(async () => {
  await app?.browser.close();
  app = undefined;
});
afterAll(() => served.stop());

async function start(options: OpenOptions = {}): Promise<Page> {
  app = await open(served.url, options);
  return app.page;
}
async function whyOf(page: Page, name: string): Promise<string> {
  const row = page.locator("li[data-state=failed]", { hasText: name });
  await row.waitFor({ timeout: 60_000 });
  return row.innerText();
}
const file = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });

describe("documents", () => {
  test("an empty, a cut and a foreign file say what they are; the next one is read", async () => {
    const page = await start();
    await addFiles(page, [
      file("empty.pdf", Buffer.alloc(0)),
      file("cut.pdf", Buffer.from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog")),
      file("sheet.xlsx", Buffer.from("PK\u0003\u0004")),
      file("good.txt", Buffer.from("The depot opens at eight.")),
    ]);
    expect(await whyOf(page, "empty.pdf")).toContain("is empty");
    expect(await whyOf(page, "cut.pdf")).toContain("is damaged");
    expect(await whyOf(page, "sheet.xlsx")).toContain("does not read");
    await ready(page, "good.txt");
    await page.locator("li", { hasText: "cut.pdf" }).getByRole("button", { name: "Try again" }).click();
    expect(await whyOf(page, "cut.pdf")).toContain("is damaged");
  });

  const locked = sharedData("documents/pdf-hard/saslprep-r6.pdf");
  test.skipIf(!existsSync(locked))("a PDF with a password says so", async () => {
    const page = await start();
    await addFiles(page, [locked]);
    expect(await whyOf(page, "saslprep-r6.pdf")).toContain("protected by a password");
  });

  test("with the storage full, the reason is given and what was there stays", async () => {
    const page = await start();
    await addFiles(page, [file("first.txt", Buffer.from("The first one is kept."))]);
    await ready(page, "first.txt");
    const debug = await page.context().newCDPSession(page);
    await debug.send("Storage.overrideQuotaForOrigin", { origin: served.url, quotaSize: 1 });
    await addFiles(page, [file("second.txt", Buffer.alloc(3_000_000, "There is no room for this. "))]);
    await page
      .getByText(/There is no room/)
      .first()
      .waitFor({ timeout: 60_000 });
    await debug.send("Storage.overrideQuotaForOrigin", { origin: served.url });
    await page.getByRole("link", { name: "first.txt" }).click();
    await page.getByText("The first one is kept.").waitFor();
  });
});

describe("models", () => {
  const folder = sharedData("models/stories260k");
  async function openModel(page: Page, weights: (bytes: Buffer) => Buffer, config: (text: string) => string) {
    const read = async (name: string) => file(name, await readFile(`${folder}/${name}`));
    const [settings, tokenizer, tensors] = await Promise.all(
      ["config.json", "tokenizer.json", "model.safetensors"].map(read),
    );
    await page.getByRole("link", { name: "Models", exact: true }).click();
    await page.getByRole("button", { name: "Open a model" }).click();
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose files" }).click();
    const lying = { ...settings!, buffer: Buffer.from(config(settings!.buffer.toString())) };
    await (await choosing).setFiles([lying, tokenizer!, { ...tensors!, buffer: weights(tensors!.buffer) }]);
    await page.getByRole("textbox", { name: "Name" }).fill("given");
    await page.getByRole("dialog").getByRole("button", { name: "Open a model" }).click();
  }
  const same = <T>(value: T): T => value;

  test.skipIf(!existsSync(folder))("weights that are cut short and a config that lies are refused", async () => {
    const page = await start();
    await openModel(page, (bytes) => bytes.subarray(0, bytes.length / 2), same);
    const refused = page.getByRole("dialog").getByRole("alert");
    await refused.waitFor({ timeout: 60_000 });
    expect(await refused.innerText()).toMatch(/not a sound/);
    await page.keyboard.press("Escape");
    await openModel(page, same, (text) => text.replace(/"hidden_size": *\d+/, '"hidden_size": 4096'));
    await refused.waitFor({ timeout: 60_000 });
    expect(await refused.innerText()).toMatch(/Nothing was added/);
    await page.keyboard.press("Escape");
    await openModel(page, same, same);
    await page.getByRole("article", { name: "given" }).waitFor({ timeout: 60_000 });
  });

  test("what is missing in a folder is named before anything is copied", async () => {
    const page = await start();
    await page.goto(`${served.url}/#/models`);
    await page.getByRole("button", { name: "Open a model" }).click();
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose files" }).click();
    await (await choosing).setFiles([file("config.json", Buffer.from("{}"))]);
    await page.getByText("Missing: tokenizer.json, .safetensors.").waitFor();
  });
});

test("without WebGPU it says so, reads documents and searches them", async () => {
  const page = await start({ hasGpu: false });
  await page
    .getByText(/offers no GPU/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Library", exact: true }).click();
  await dropFiles(page, [{ name: "depot.txt", text: "The depot in Marrow Bay answers by radio on channel 7." }]);
  await ready(page, "depot.txt");
  await page.getByRole("link", { name: "Ask", exact: true }).click();
  await page.getByRole("searchbox", { name: "Passages in your documents" }).fill("radio channel");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByText("answers by radio on channel 7").waitFor();
});
