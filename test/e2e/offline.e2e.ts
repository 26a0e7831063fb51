// The server goes away; everything stays: the app, the models, the documents, the chats, and answers.
import { afterAll, beforeAll, expect, test } from "vitest";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addExamples, ask } from "./steps.ts";

let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url, { passageCount: 2 });
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

const question = "When is the fire drill?";
const firstLine = (text: string) => text.split("\n")[0];

test("with the server stopped, a reload brings everything back and questions are answered", async () => {
  const { page } = app;
  await addExamples(page);
  const online = await ask(page, question);
  await page.goto(`${served.url}/#/settings`);
  await page.getByText("Yes: the app and its models are on this device.").waitFor({ timeout: 60_000 });
  await served.stop();
  await page.goto(`${served.url}/#/ask`);
  await page.reload();
  await page.getByRole("link", { name: question }).click();
  expect(firstLine(await page.getByRole("article", { name: "Loam" }).innerText())).toBe(firstLine(online));
  await page.getByRole("button", { name: "New chat" }).first().click();
  // The same question, the same answer: word for word, before what it cost.
  expect(firstLine(await ask(page, question))).toBe(firstLine(online));
  await page.getByRole("link", { name: "Library", exact: true }).click();
  await page.getByRole("link", { name: "kestrel-k4-field-manual.md" }).click();
  await page.getByRole("heading", { name: "Kestrel K4 hand pump: field manual" }).waitFor();
});
