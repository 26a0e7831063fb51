// What a person does, in the words of the tests.
import { expect } from "vitest";
import type { Page } from "playwright-core";

const answerMs = 150_000; // a software GPU on a busy machine

/** Adds files through the library's file dialog, as they are or by path. */
export async function addFiles(page: Page, files: string[] | { name: string; mimeType: string; buffer: Buffer }[]) {
  await page.getByRole("link", { name: "Library", exact: true }).click();
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add documents" }).click();
  await (await choosing).setFiles(files);
}

/** Drops text files on the window, wherever the pointer is. */
export async function dropFiles(page: Page, files: { name: string; text: string }[]) {
  const data = await page.evaluateHandle((parts) => {
    const transfer = new DataTransfer();
    for (const { name, text } of parts) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent("main", type, { dataTransfer: data });
}

/** Waits until a document is ready. */
export async function ready(page: Page, name: string) {
  await page.locator("li[data-state=ready]", { hasText: name }).waitFor({ timeout: answerMs });
}

/** Adds the two example documents from the empty Ask screen. */
export async function addExamples(page: Page) {
  await page.getByRole("button", { name: "Try it with two example documents" }).click();
  await page.getByRole("button", { name: "How long does the warranty last?" }).waitFor({ timeout: answerMs });
}

/** Asks and waits for the answer; returns its text. */
export async function ask(page: Page, question: string): Promise<string> {
  const before = await page.getByRole("article", { name: "Loam" }).count();
  await page.getByRole("textbox", { name: "Your question" }).fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  return answered(page, before);
}

/** Waits for the answer that follows the `before` there were. */
export async function answered(page: Page, before: number): Promise<string> {
  const answer = page.getByRole("article", { name: "Loam" }).nth(before);
  await answer.getByRole("button", { name: "What did it see?" }).waitFor({ timeout: answerMs });
  return answer.innerText();
}

/** Every request stayed with the app. */
export function expectOwnOnly(requests: readonly { url(): string }[], own: string): void {
  const foreign = requests.map((request) => request.url()).filter((url) => !isOwn(url, own));
  expect(foreign).toEqual([]);
}

const isOwn = (url: string, own: string) => url.startsWith(`${own}/`) || /^(blob|data):/.test(url);
