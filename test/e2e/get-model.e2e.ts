// A model over the network: from the page's own server, and from another hub once the user has allowed it.
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sharedData } from "../harness/data.ts";
import { violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";

const source = sharedData("models/stories260k");
let folder: string;
let served: Served;
let other: Served; // another server, which offers the same model
let app: Opened | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-models-"));
  if (existsSync(source)) cpSync(source, join(folder, "team/stories260k"), { recursive: true });
  served = await serve(0, { LOAM_MODELS: folder });
  other = await serve(0, { LOAM_MODELS: folder });
});
afterEach(async () => {
  await app?.browser.close();
  app = undefined;
});
afterAll(async () => {
  await Promise.all([served.stop(), other.stop()]);
  rmSync(folder, { recursive: true });
});

async function getModel(page: Page) {
  await page.goto(`${served.url}/#/models`);
  await page.getByRole("button", { name: "Get a model" }).click();
  return page.getByRole("dialog", { name: "Get a model" });
}

describe.skipIf(!existsSync(source))("getting a model", () => {
  test("from the page's own server: listed, measured, judged, downloaded, checked, and it loads", async () => {
    app = await open(served.url);
    const { page } = app;
    const dialog = await getModel(page);
    await dialog.getByRole("button", { name: "team/stories260k" }).click();
    await dialog.getByText("Not measured").first().waitFor();
    await dialog.getByRole("button", { name: "Measure this device" }).click();
    await dialog.getByText(/Measured here: (at least )?[\d.]+ [GM]B of GPU memory/).waitFor({ timeout: 120_000 });
    await dialog.getByText("Fits", { exact: true }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog
      .locator("li", { hasText: "safetensors" })
      .getByRole("button", { name: /^Download/ })
      .click();
    const card = page.getByRole("article", { name: "stories260k" });
    await card.getByRole("button", { name: "Load", exact: true }).click();
    await card.getByText("Loaded", { exact: true }).waitFor({ timeout: 120_000 });
    await page.reload();
    await page.getByRole("article", { name: "stories260k" }).waitFor(); // it stays
    expect(app.problems).toEqual([]);
  });

  test("from another hub only once it is allowed; then the ledger says so", async () => {
    app = await open(served.url);
    const { page } = app;
    await page.goto(`${served.url}/#/settings`);
    await page.getByText("Yes: the app and its models are on this device.").waitFor({ timeout: 120_000 });
    await page.getByLabel("Address of a hub").fill(`${other.url}/hub`);
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("button", { name: "Load it again" }).click();
    await page.getByRole("button", { name: `No longer allow ${other.url}/hub` }).waitFor();
    const dialog = await getModel(page);
    await dialog.getByLabel("From").selectOption(`${other.url}/hub`);
    await dialog.getByLabel(/Name, owner/).fill("team/stories260k");
    await dialog.getByRole("button", { name: "Search", exact: true }).click();
    await dialog
      .locator("li", { hasText: "safetensors" })
      .getByRole("button", { name: /^Download/ })
      .click();
    await page.getByRole("article", { name: "stories260k" }).getByRole("button", { name: "Load" }).waitFor();
    await page.goto(`${served.url}/#/privacy`);
    await page.getByText(/requests? went to hosts that you allowed/).waitFor();
    expect(app.problems).toEqual([]);
  });
});
