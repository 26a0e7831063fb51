// Everyone can use it: no violation that axe finds on any screen in light or dark, the whole way by keyboard, and at 320 px.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addExamples, answered, ask } from "./steps.ts";

const screens = ["/ask", "/teach", "/library", "/models", "/settings", "/privacy"];
let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url, { passageCount: 2 });
  await addExamples(app.page);
  await ask(app.page, "How deep can the K4 go?");
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test("axe finds nothing on any screen", async () => {
    const { page } = app;
    // Without motion, so that no colour is measured half-way.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const screen of screens) {
      await page.goto(`${served.url}/#${screen}`);
      await page.locator("h1, h2").first().waitFor();
      expect(await violations(page), screen).toEqual([]);
    }
    await page.goto(`${served.url}/#/library`);
    await page.getByRole("link", { name: "kestrel-k4-field-manual.md" }).click();
    await page.getByRole("heading", { name: "Looking after it" }).waitFor();
    expect(await violations(page), "reader").toEqual([]);
  });
  test("axe finds nothing in a conversation, the palette, the shortcuts and a menu", async () => {
    const { page } = app;
    await page.getByRole("link", { name: "How deep can the K4 go?" }).click();
    await page.getByRole("article", { name: "Loam" }).waitFor();
    expect(await violations(page), "conversation").toEqual([]);
    for (const keys of ["Control+k", "Control+/"]) {
      await page.keyboard.press(keys);
      await page.getByRole("dialog").waitFor();
      expect(await violations(page), keys).toEqual([]);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.getByRole("menu").waitFor();
    expect(await violations(page), "menu").toEqual([]);
    await page.keyboard.press("Escape");
  });
});

describe("by keyboard alone", () => {
  test("a question is asked, its source opened, and the way back found", async () => {
    const { page } = app;
    await page.keyboard.press("Control+Shift+O");
    await page.keyboard.type("#kes");
    await page.getByRole("option", { name: "kestrel-k4-field-manual.md" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("How much does the pump head weigh?");
    await page.keyboard.press("Enter");
    await answered(page, 0);
    await page.getByText("1 document", { exact: true }).waitFor();
    await focusOn(page, "button.citation");
    await page.keyboard.press("Enter");
    await page.locator("mark.current").first().waitFor();
    await page.keyboard.press("Shift+Escape");
    await page.getByRole("textbox", { name: "Your question" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  });
  test("the palette finds a document; ↑ edits the last question; Esc leaves", async () => {
    const { page } = app;
    await page.keyboard.press("ArrowUp");
    await page.getByRole("textbox", { name: "Edit your question" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("riverside");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Opening hours and contact" }).waitFor();
  });
  test("the focus is always visible", async () => {
    const { page } = app;
    await page.goto(`${served.url}/#/settings`);
    for (let steps = 0; steps < 25; steps++) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(outline).not.toBe("none");
    }
  });
});

test("at 320 px nothing is cut off and nothing scrolls sideways", async () => {
  const { page } = app;
  await page.setViewportSize({ width: 320, height: 640 });
  for (const screen of screens) {
    await page.goto(`${served.url}/#${screen}`);
    await page.locator("h1, h2").first().waitFor();
    expect(await sideways(page), screen).toBe(0);
  }
  await page.getByRole("button", { name: "Sealed" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Storage on this device" }).waitFor();
});

async function focusOn(page: Page, selector: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Shift+Tab");
  }
  throw new Error(`${selector} cannot be reached by keyboard.`);
}
