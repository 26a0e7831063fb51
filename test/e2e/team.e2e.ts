// A team on a server of its own: the first account, a second person by a link, what a reader may, a key, the log; then the server
// stops and the page goes on, and comes back to who was signed in.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addExamples, ask, expectOwnOnly } from "./steps.ts";

const data = mkdtempSync(join(tmpdir(), "loam-team-"));
const password = "seven green pumps";
let served: Served;
let ada: Opened;
let bosPlace: BrowserContext;
let bo: Page;
let link: string;
beforeAll(async () => {
  served = await serve(0, { LOAM_DATA: data });
  ada = await open(served.url, { passageCount: 2 });
});
afterAll(async () => {
  await ada.browser.close();
  await served.stop();
  rmSync(data, { recursive: true, force: true });
});

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const part = (page: Page, name: string) => page.getByRole("navigation", { name: "Team" }).getByRole("link", { name });
const inRail = (page: Page) => page.getByRole("link", { name: "Team", exact: true }).first();

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
}

describe("the first visit", () => {
  test("the code from the terminal makes the owner's account; another code makes none", async () => {
    const { page } = ada;
    const [, code] = await served.said(/code: (\S+)/);
    await inRail(page).click();
    await page.getByRole("heading", { name: "Begin the team" }).waitFor();
    await fill(page, { "Code from the terminal": "AAAA-AAAA-AAAA", "Your name": "Ada", "E-mail": "ada@team.org", Password: password }); // prettier-ignore
    await button(page, "Make the account").click();
    await page.getByRole("alert").getByText("This is not the code").waitFor();
    await fill(page, { "Code from the terminal": code!.toLowerCase() });
    await page.keyboard.press("Enter");
    await page.getByText("Signed in as Ada, admin").waitFor();
    await page.getByText("The team’s only admin").waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  });
});

describe("a second person", () => {
  test("comes in by a link, which works once", async () => {
    const { page, browser } = ada;
    await button(page, "Invite somebody").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("For whom").fill("Bo");
    await dialog.getByRole("radio", { name: "Reader" }).check();
    await button(page, "Make the link").click();
    link = await dialog.getByLabel("Link of the invitation").inputValue();
    expect(await violations(page), "link").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByText(/^Reader, until/).waitFor();

    bosPlace = await browser.newContext({ viewport: { width: 1000, height: 760 }, reducedMotion: "reduce" });
    bo = await bosPlace.newPage();
    await bo.goto(link);
    await bo.getByText("This link makes your account, as reader").waitFor();
    expect(await violations(bo), "join").toEqual([]);
    await fill(bo, { "Your name": "Bo", "E-mail": "bo@team.org", Password: password });
    await button(bo, "Join the team").click();
    await bo.getByText("Signed in as Bo, reader").waitFor();
    expect(new URL(bo.url()).hash).toBe("#/team");
    await page.goto(link);
    await page.getByRole("alert").getByText("This link was used").waitFor();
  });
  test("who reads sees the people, and nothing that an admin does", async () => {
    await bo.getByText("ada@team.org").waitFor();
    for (const name of ["Invite somebody", "What to do with Ada"]) expect(await button(bo, name).count(), name).toBe(0);
    expect(await part(bo, "Log").count()).toBe(0);
    await bo.goto(`${served.url}/#/team/log`);
    await bo.getByRole("heading", { name: "People" }).waitFor();
  });
});

describe("a key", () => {
  const ask = async (path: string, key: string) => {
    const response = await fetch(`${served.url}/api/${path}`, { headers: { Authorization: `Bearer ${key}` } });
    return { status: response.status, said: JSON.stringify(await response.json()) };
  };
  test("is made with its owner's scopes alone, shown once, and opens what they allow", async () => {
    await part(bo, "API keys").click();
    await bo.getByText("No keys yet.").waitFor();
    await button(bo, "Make a key").click();
    const dialog = bo.getByRole("dialog");
    expect(await dialog.getByRole("checkbox").count()).toBe(4);
    await dialog.getByLabel("What it is for").fill("Script");
    expect(await violations(bo), "key").toEqual([]);
    await dialog.getByRole("button", { name: "Make a key" }).click();
    const secret = await dialog.getByRole("textbox", { name: "The key" }).inputValue();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await bo.getByText(`${secret.slice(0, 9)}…`).waitFor();
    expect(await bo.content()).not.toContain(secret);
    expect((await ask("account", secret)).said).toContain('"name":"Bo"');
    expect(await ask("people", secret)).toMatchObject({ status: 403 });
    await button(bo, "Revoke Script").click();
    await bo.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await bo.getByText("The key Script no longer works.").waitFor();
    expect((await ask("account", secret)).said).toContain('"person":null');
  });
});

describe("what was done", () => {
  test("is in the log in sentences, by person", async () => {
    const { page } = ada;
    await page.goto(`${served.url}/#/team/log`);
    for (const sentence of [
      "Ada began the team.",
      "Ada invited somebody as reader (Bo).",
      "Bo joined as reader.",
      "Bo made the key “Script”.",
    ])
      // prettier-ignore
      await page.getByText(sentence, { exact: true }).waitFor();
    await page.getByLabel("By whom").selectOption("Bo");
    await page.getByText("Ada began the team.").waitFor({ state: "detached" });
    await page.getByText("Bo revoked the key “Script”.").waitFor();
  });
  test("who has forgotten the password gets a link for a new one", async () => {
    const { page } = ada;
    await part(page, "People").click();
    await button(page, "What to do with Bo").click();
    await page.getByRole("menuitem", { name: "Link for a new password" }).click();
    await button(page, "Make the link").click();
    const reset = await page.getByRole("textbox", { name: "Link for a new password" }).inputValue();
    await page.keyboard.press("Escape");
    await button(bo, "Sign out").click();
    await bo.goto(reset);
    await bo.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await fill(bo, { Password: `${password} again` });
    await button(bo, "Take this password").click();
    await bo.getByText("Signed in as Bo, reader").waitFor();
  });
  test("a closed account is out at once", async () => {
    const { page } = ada;
    await part(page, "People").click();
    await button(page, "What to do with Bo").click();
    await page.getByRole("menuitem", { name: "Close the account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close the account" }).click();
    await page.getByText("Account closed", { exact: true }).waitFor();
    await part(bo, "Account").click();
    await bo.getByRole("heading", { name: "Sign in to your team" }).waitFor();
    await fill(bo, { "E-mail": "bo@team.org", Password: `${password} again` });
    await button(bo, "Sign in").click();
    await bo.getByRole("alert").getByText("the account is closed").waitFor();
    await bosPlace.close();
  });
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test("axe finds nothing, and at 320 px nothing scrolls sideways", async () => {
    const { page } = ada;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1280, 320])
      for (const name of ["", "/keys", "/account", "/log"]) {
        await page.setViewportSize({ width, height: 760 });
        await page.goto(`${served.url}/#/team${name}`);
        await page.getByRole("main").getByRole("heading", { level: 2 }).first().waitFor();
        await page.getByText("Reading …").waitFor({ state: "detached" });
        expect(await violations(page), `${name} ${width}`).toEqual([]);
        expect(await sideways(page), `${name} ${width}`).toBe(0);
      }
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

test("the ledger names what went to the team, and calls nothing else sent", async () => {
  const { page } = ada;
  await page.goto(`${served.url}/#/privacy`);
  await page.getByText(/requests? brought something to your team’s server\.$/).waitFor();
  expect(await page.getByRole("cell", { name: "own address, team: signing in" }).count()).toBeGreaterThan(0);
  expectOwnOnly(ada.requests, served.url);
});

test("the server stops: the page goes on; it comes back: one is still signed in, and can sign out", async () => {
  const { page } = ada;
  await page.goto(`${served.url}/#/team`);
  await page.getByText("Signed in as Ada, admin").waitFor();
  await served.stop();
  await page.goto(`${served.url}/#/team/account`);
  await page.getByText("The team’s server does not answer").waitFor();
  expect(await inRail(page).count()).toBe(0);
  await page.getByRole("link", { name: "Ask", exact: true }).click();
  await addExamples(page);
  expect(await ask(page, "When is the fire drill?")).toMatch(/\w/);

  served = await serve(Number(new URL(served.url).port), { LOAM_DATA: data });
  await inRail(page).click({ timeout: 90_000 }); // it is looked for once a minute at least
  await page.getByText("Signed in as Ada, admin").waitFor();
  await button(page, "Sign out").click();
  await page.getByRole("heading", { name: "Sign in to your team" }).waitFor();
  await page.getByLabel("E-mail", { exact: true }).focus();
  await page.keyboard.type("ada@team.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByText("Signed in as Ada, admin").waitFor();
  expect(ada.problems).toEqual([]);
});
