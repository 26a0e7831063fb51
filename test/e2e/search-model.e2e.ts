// An embedding model from disk becomes the one that search goes by, with the keyboard; it stays over a reload, and where it is
// removed search falls back and says so.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addFiles, ready } from "./steps.ts";

const encoder = join(import.meta.dirname, "../golden/encoders/bert-mean");
const long = { timeout: 120_000 }; // a software GPU on a busy machine
let served: Served;
let app: Opened | undefined;

beforeAll(async () => void (served = await serve()));
afterEach(async () => {
  await app?.browser.close();
  app = undefined;
});
afterAll(() => served.stop());

const press = async (page: Page, name: string) => {
  await page.getByRole("button", { name, exact: true }).focus();
  await page.keyboard.press("Enter");
};
const look = async (page: Page, name: string) => {
  const folder = process.env["LOAM_PICTURES"];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

test("an encoder opened from disk is used for search, stays, and its removal is told", async () => {
  app = await open(served.url);
  const { page } = app;
  const text = "# Pump\n\nThe K4 serves wells down to 45 metres.\n\n# Clinic\n\nThe clinic was founded in 1987.";
  await addFiles(page, [{ name: "notes.md", mimeType: "text/markdown", buffer: Buffer.from(text) }]);
  await ready(page, "notes.md");

  await page.getByRole("link", { name: "Models", exact: true }).click();
  await press(page, "Open a model");
  const dialog = page.getByRole("dialog", { name: "Open a model from disk" });
  const choosing = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Choose files" }).click();
  const files = readdirSync(encoder).filter((name) => /\.(json|safetensors)$/.test(name) && name !== "expected.json");
  await (await choosing).setFiles(files.map((name) => join(encoder, name)));
  await dialog.getByLabel("Name").fill("tiny encoder");
  await dialog.getByRole("button", { name: "Open a model" }).click();
  const card = page.getByRole("article", { name: "tiny encoder" });
  await card.getByText("Search (embedding)").waitFor(long);

  await card.getByRole("button", { name: "Use for search" }).focus();
  await page.keyboard.press("Enter");
  await card.getByText("Used for search", { exact: true }).waitFor(long);
  await look(page, "used");
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await card.getByText("Used for search", { exact: true }).waitFor(long); // it stays

  await page.getByRole("article", { name: "loam-embed" }).getByRole("button", { name: "Use for search" }).waitFor();
  await card.getByRole("button", { name: "Remove" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  const note = page.getByRole("region", { name: "Search by meaning" });
  await note.getByText("tiny encoder, which search went by, is no longer here.").waitFor(long);
  await page.getByRole("article", { name: "loam-embed" }).getByText("Used for search", { exact: true }).waitFor(long);
  await look(page, "lost");
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await sideways(page)).toBe(0);
  await look(page, "lost-narrow");
  await note.getByRole("button", { name: "Dismiss" }).press("Enter");
  await note.waitFor({ state: "detached" });
  expect(app.problems).toEqual([]);
});
