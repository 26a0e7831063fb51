// Two devices share a data set: it is sent, brought, changed offline on one and online on the other; the outbox empties by itself, and
// what clashes is shown beside each other and decided by keyboard.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { expectOwnOnly } from "./steps.ts";
import { importShortRows, press } from "./teaching.ts";

const data = mkdtempSync(join(tmpdir(), "loam-sharing-"));
const password = "seven green pumps";
let served: Served;
let laptop: Opened;
let field: BrowserContext; // a phone far away
let phone: Page;
beforeAll(async () => {
  served = await serve(0, { LOAM_DATA: data });
  laptop = await open(served.url);
  field = await laptop.browser.newContext({ viewport: { width: 1000, height: 760 }, reducedMotion: "reduce" });
  phone = await field.newPage();
});
afterAll(async () => {
  await laptop?.browser.close();
  await served?.stop();
  rmSync(data, { recursive: true, force: true });
});

async function enter(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(`${served.url}/#/team`);
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.keyboard.press("Enter");
  await page.getByText("Signed in as Ada").waitFor();
}
const panel = (page: Page) => page.getByRole("region", { name: "Shared with the team" });
/** How many changes are draft, ready, sent. */
const counts = async (page: Page) => (await panel(page).locator("dd").allInnerTexts()).map(Number);

async function rewrite(page: Page, answer: string): Promise<void> {
  await press(page, "Edit: Example 1");
  await page.getByRole("textbox", { name: "Answer", exact: true }).fill(answer);
  await press(page, "Save");
  await panel(page).getByRole("button", { name: "Send 1 change" }).waitFor();
  await press(page, "Send 1 change");
}

test("without an account nothing of it shows; signed in, a data set is sent and brought to another device", async () => {
  const { page } = laptop;
  await importShortRows(page, served.url);
  expect(await page.getByText("Share with the team").count()).toBe(0);
  const address = page.url();
  const [, code] = await served.said(/code: (\S+)/);
  await enter(page, {
    "Code from the terminal": code!,
    "Your name": "Ada",
    "E-mail": "ada@team.org",
    Password: password,
  });
  await page.goto(address);
  await page.getByText("Sends 12 examples").waitFor();
  await press(page, "Share it");
  await panel(page).getByText("Last synced").waitFor();
  await expect.poll(() => counts(page)).toEqual([0, 0, 12]);
  await enter(phone, { "E-mail": "ada@team.org", Password: password });
  await phone.goto(`${served.url}/#/teach`);
  await press(phone, "Bring “Depot” here");
  await phone.getByRole("link", { name: "Depot" }).click();
  await phone.getByText("1–12 of 12, newest last").waitFor();
  expect(await violations(phone), "shared").toEqual([]);
});

test("an edit made offline waits; another of the same example does not overwrite it, nor is it overwritten", async () => {
  await field.setOffline(true);
  await rewrite(phone, "From the field.");
  await panel(phone).getByText("1 change waits for the network.").waitFor();
  expect((await counts(phone)).slice(0, 2)).toEqual([0, 1]);
  await rewrite(laptop.page, "From the office.");
  await expect.poll(() => counts(laptop.page)).toEqual([0, 0, 13]);
  await field.setOffline(false);
  await panel(phone).getByText("1 example is two things at once").waitFor({ timeout: 90_000 });
  expect((await counts(phone)).slice(0, 2)).toEqual([0, 0]);
  for (const text of ["From the field.", "From the office."]) await panel(phone).getByText(text).first().waitFor();
  expect(await violations(phone), "in conflict").toEqual([]);
  await phone.setViewportSize({ width: 320, height: 640 });
  expect(await sideways(phone)).toBe(0);
});

test("a decision by keyboard goes to every device; a version is made of it", async () => {
  const side = panel(phone).locator(".side", { hasText: "From the field." });
  await side.getByRole("button", { name: "Keep what Ada wrote" }).focus();
  await phone.keyboard.press("Enter");
  await panel(phone).getByText("1 example is two things at once").waitFor({ state: "detached" });
  const { page } = laptop;
  await press(page, "Sync now");
  await page.locator("ol.card").getByText("From the field.").waitFor();
  expect(await panel(page).getByText("two things at once").count()).toBe(0);
  await panel(page).getByText("Versions of the team").click();
  await press(page, "Make a version");
  await panel(page).getByText("Version 1", { exact: true }).waitFor();
  expect(await violations(page), "versions").toEqual([]);
  expectOwnOnly(laptop.requests, served.url);
});
