// From examples to a version one may trust: a short run is started, paused, cut off by a reload and continued, its version
// compared on the locked test rows, made the default for a written reason, and worn in a chat. By keyboard; axe on each screen.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { chooseSettings, importShortRows, press, state, trainMs } from "./teaching.ts";

const version = "Depot 1";
let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url);
  await app.page.emulateMedia({ reducedMotion: "reduce" });
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

async function expectAccessible(page: Page, what: string): Promise<void> {
  expect(await violations(page), what).toEqual([]);
}
describe("a run", () => {
  test("the one button says what is missing, then teaches", async () => {
    const { page } = app;
    await page.goto(`${served.url}/#/prove`);
    await page.getByRole("link", { name: "Teach a new version" }).focus();
    await expectAccessible(page, "Prove, empty");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Choose examples", exact: true }).waitFor();
    await importShortRows(page, served.url);
    await page.goto(`${served.url}/#/runs`);
    await expectAccessible(page, "Runs, empty");
    await chooseSettings(page, { steps: 24, batch: 2, looks: 12, savings: 2 });
    await expectAccessible(page, "New run, settings");
    await press(page, "Review");
    await page.getByText("Never learned from (test)").waitFor({ timeout: trainMs });
    await expectAccessible(page, "New run, review");
    await press(page, "Teach");
    await page.getByRole("heading", { name: version }).waitFor();
  });

  test("pauses, goes on, survives a reload in the middle, and finishes", async () => {
    const { page } = app;
    await page.locator("article progress[value='4'], article progress[value='5']").waitFor({ timeout: trainMs });
    await press(page, "Pause");
    await state(page, "Paused");
    await expectAccessible(page, "a run");
    await press(page, "Go on");
    await state(page, "Learning");
    await page.reload();
    await state(page, "Cut off");
    await press(page, "Go on");
    await state(page, "Finished");
    const step = await page.locator("article progress").first().getAttribute("value");
    expect(step).toBe("24");
    await page.getByText("As a table").focus();
    await page.keyboard.press("Enter");
    expect(await page.getByRole("rowheader", { name: "24", exact: true }).count()).toBe(1);
    await expectAccessible(page, "a finished run");
  });
});

describe("its version", () => {
  test("is compared with the base on the test rows, in words", async () => {
    const { page } = app;
    await press(page, "Prove it");
    await press(page, "Compare");
    await page.getByRole("region", { name: "Verdict" }).waitFor({ timeout: trainMs });
    expect(await page.locator(".verdict").innerText()).toMatch(/of 2|all 2|both/);
    await expectAccessible(page, "a verdict");
    await page
      .locator("summary", { has: page.locator(".prompt") })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    await page.getByText("Expected", { exact: true }).first().waitFor();
  });

  test("is voted on blind, and a vote can be taken back", async () => {
    const { page } = app;
    await press(page, "Vote blind");
    const votes = page.getByRole("region", { name: "Blind votes" });
    await votes.waitFor();
    if ((await votes.getByText("nothing to vote on").count()) === 0) {
      await page.keyboard.press("a");
      await votes.getByText(/^1 of/).waitFor();
      await page.keyboard.press("u");
      await votes.getByText(/^0 of/).waitFor();
    }
    await expectAccessible(page, "blind votes");
    await press(page, "Back to the comparison");
  });

  test("becomes the default with a written reason", async () => {
    const { page } = app;
    await press(page, "Make it the default");
    // A short run may be better or not; the gate asks only when it is not.
    const dialog = page.getByRole("dialog");
    const isDefault = page.getByText("This is the default");
    await dialog.or(isDefault).first().waitFor();
    if (await dialog.isVisible()) {
      expect(await dialog.getByRole("button", { name: "Make it the default" }).isDisabled()).toBe(true);
      await expectAccessible(page, "the gate");
      await dialog.getByRole("textbox", { name: "Your reason" }).focus();
      await page.keyboard.type("Only to try it.");
      await dialog.getByRole("button", { name: "Make it the default" }).focus();
      await page.keyboard.press("Enter");
    }
    await isDefault.waitFor();
  });

  test("is worn by a new chat, and chosen there with @", async () => {
    const { page } = app;
    await page.keyboard.press("Control+Shift+O");
    const worn = page.getByRole("button", { name: `Versions in this chat: @${version}` });
    await worn.waitFor();
    await page.keyboard.type("@depot");
    await page.getByRole("option", { name: `@${version}` }).waitFor();
    await page.keyboard.press("Enter");
    await worn.waitFor({ state: "detached" });
    await page.keyboard.type("@depot");
    await page.keyboard.press("Enter");
    await worn.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("slider", { name: `Strength of ${version}` }).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
    await expectAccessible(page, "strengths");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: `@${version} 80%` }).waitFor();
    await page.getByRole("textbox", { name: "Your question" }).focus();
    await page.keyboard.type("Mill lane 4 (KX-204): drips at the seal. JSON:");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Loam" }).first().waitFor({ timeout: trainMs });
    await page.getByRole("button", { name: "What did it see?" }).waitFor({ timeout: trainMs });
  });
});

test("at 320 px nothing scrolls sideways", async () => {
  const { page } = app;
  await page.setViewportSize({ width: 320, height: 640 });
  for (const screen of ["/runs", "/runs/new", "/prove"]) {
    await page.goto(`${served.url}/#${screen}`);
    await page.locator("h1, h2").first().waitFor();
    const widths = await page.evaluate(() =>
      [document.documentElement, document.querySelector("main .screen")!].map((e) => [e.scrollWidth, e.clientWidth]),
    );
    for (const [scroll, client] of widths) expect(scroll, screen).toBe(client);
  }
  expect(app.problems).toEqual([]);
});
