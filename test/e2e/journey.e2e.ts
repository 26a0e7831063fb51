// A person's first hour: documents of each kind, a question, its source, versions of it, and nothing that leaves the device.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { sharedData } from "../harness/data.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { addExamples, addFiles, answered, ask, dropFiles, expectOwnOnly, ready } from "./steps.ts";

const canary = "xq7-canary-41955";
let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url);
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

const files = [
  "pdf/normal_4pages.pdf",
  "docx/docx_lists.docx",
  "html/formatting.html",
  "md/wiki.md",
  "csv/csv-comma.csv",
];
const shared = files.map((name) => sharedData(`documents/${name}`));

describe("from nothing to a cited answer", () => {
  test("the examples are read and an answer's citation opens the very passage it quotes", async () => {
    const { page } = app;
    await addExamples(page);
    await page.getByRole("button", { name: "How long does the warranty last?" }).click();
    await answered(page, 0);
    const answer = page.getByRole("article", { name: "Loam" });
    const quote = await answer.getByRole("list", { name: "Evidence" }).locator(".quote").first().innerText();
    // What the answer claims is in the passage it cites.
    const claim = (await answer.locator(".prose").innerText()).split("\n")[0]!.replace(/[.\s\d]*$/, "");
    expect(quote).toContain(claim);
    await answer.locator("button.citation").first().click();
    const mark = page.locator("mark.current").first();
    await mark.waitFor();
    expect(await mark.innerText()).toBe(quote);
    expect(await mark.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole("button", { name: "Back to the chat" }).click();
    await page.getByRole("heading", { name: "How long does the warranty last?" }).first().waitFor();
  });

  test("what the documents do not say is said, with the nearest passages", async () => {
    const { page } = app;
    const answer = await ask(page, "Who painted the ceiling of the Sistine Chapel?");
    expect(answer).toContain("do not say");
    expect(answer).not.toContain("Michelangelo");
  });

  test("an answer can be had again, and both versions stay", async () => {
    const { page } = app;
    await page.getByRole("article", { name: "Loam" }).first().getByRole("button", { name: "Answer again" }).click();
    await page.getByText("2/2").waitFor({ timeout: 150_000 });
    await page.getByRole("button", { name: "Previous version" }).first().click();
    await page.getByText("1/2").waitFor();
  });

  test("what the model saw is shown to the letter", async () => {
    const { page } = app;
    await page.getByRole("button", { name: "What did it see?" }).first().click();
    expect(await page.getByRole("dialog").innerText()).toContain(
      "The warranty lasts for 24 months from the day of installation.",
    );
    await page.keyboard.press("Escape");
  });

  test.skipIf(!shared.every((path) => existsSync(path)))("a file of each kind becomes ready and opens", async () => {
    const { page } = app;
    await addFiles(page, shared);
    for (const path of shared) await ready(page, path.split("/").at(-1)!);
    await page.getByRole("link", { name: "wiki.md" }).click();
    await page.getByRole("searchbox", { name: "Find in this document" }).fill("armonk");
    await page.locator("mark.current").first().waitFor();
  });

  test("text dropped on the window is found again; a canary in it is in no request", async () => {
    const { page, requests } = app;
    await page.getByRole("link", { name: "Library", exact: true }).click();
    await dropFiles(page, [{ name: "canary.txt", text: `The secret word of the Marrow depot is ${canary}.` }]);
    await ready(page, "canary.txt");
    await page.getByRole("button", { name: "New chat" }).first().click();
    await ask(page, "What is the secret word of the Marrow depot?");
    for (const request of requests) {
      expect(`${request.url()} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`).not.toContain(canary);
    }
  });

  test("a chat is renamed, exported, deleted and brought back", async () => {
    const { page } = app;
    const menu = page.getByRole("button", { name: /More for “How long/ });
    await menu.click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "New name" }).fill("Depth of the K4");
    await page.keyboard.press("Enter");
    const renamed = page.getByRole("button", { name: "More for “Depth of the K4”" });
    await renamed.click();
    const saving = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Export as JSON" }).click();
    const exported: unknown = JSON.parse(await readFile(await (await saving).path(), "utf8"));
    expect(exported).toMatchObject({ format: "loam-chat", chat: { title: "Depth of the K4" } });
    await renamed.click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await renamed.waitFor();
  });

  test("no request went anywhere but to the app itself, the ledger says so, and nothing broke the policy", async () => {
    const { page, requests, problems } = app;
    expect(requests.length).toBeGreaterThan(5);
    expectOwnOnly(requests, served.url);
    expect(requests.filter((request) => request.method() !== "GET")).toEqual([]);
    await page.getByRole("button", { name: /nothing has left this device/ }).click();
    await page.getByText("Nothing has left this device.").waitFor();
    // Every request the browser saw is in the ledger.
    const listed = await page.locator("td.address").allInnerTexts();
    const urls = requests.map((request) => request.url()).filter((url) => url.includes("/assets/"));
    for (const url of new Set(urls)) expect(listed, url).toContain(url);
    expect(problems).toEqual([]);
  });
});
