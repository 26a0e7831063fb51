// How a person teaches, by keyboard, in the words of the tests.
import type { Page } from "playwright-core";
import { shortRows } from "../harness/short-rows.ts";

export const trainMs = 240_000; // a software GPU on a busy machine

/** Presses a button, as one does without a pointer. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name }).last();
  await button.focus();
  await page.keyboard.press("Enter");
}

export async function setNumber(page: Page, name: RegExp, value: number): Promise<void> {
  await page.getByRole("spinbutton", { name }).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(String(value));
  await page.keyboard.press("Tab");
}

/** Waits until the run on screen is in a state. */
export async function state(page: Page, name: string): Promise<void> {
  await page.locator("article header .badge", { hasText: name }).waitFor({ timeout: trainMs });
}

/** Makes the data set "Depot" of the short rows. */
export async function importShortRows(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#/teach`);
  await press(page, "New data set");
  await page.keyboard.insertText("Depot");
  await page.keyboard.press("Enter");
  const choosing = page.waitForEvent("filechooser");
  await press(page, "Choose files");
  const buffer = Buffer.from(
    shortRows.map(({ messages, split }) => JSON.stringify({ messages, metadata: { split } })).join("\n"),
  );
  await (await choosing).setFiles([{ name: "depot.jsonl", mimeType: "application/jsonl", buffer }]);
  await press(page, "Import");
  await page.getByText("12 of 12 rows came in.").waitFor();
  await press(page, "Done");
}

/** From "New run" to its settings, all of them shown; then those that are named are set. */
export async function chooseSettings(
  page: Page,
  settings: { steps: number; batch: number; looks: number; savings: number },
): Promise<void> {
  await press(page, "New run");
  await press(page, /Settings$/);
  await page.getByText("Every setting, explained").focus();
  await page.keyboard.press("Enter");
  await setNumber(page, /^Steps instead/, settings.steps);
  await setNumber(page, /^Examples a step/, settings.batch);
  await setNumber(page, /^Steps between looks/, settings.looks);
  await setNumber(page, /^Steps between savings/, settings.savings);
}
