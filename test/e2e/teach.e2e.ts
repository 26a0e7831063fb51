// From a wrong answer to an example, and from a file to a data set, by keyboard alone.
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";
import { answered } from "./steps.ts";

let served: Served;
let app: Opened;
let page: Page;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url, { passageCount: 2 });
  page = app.page;
  await page.emulateMedia({ reducedMotion: "reduce" });
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

type Role = "button" | "link" | "menuitem" | "textbox";

/** Tabs on until the element has the focus. */
async function tabTo(role: Role, name: string | RegExp, within: Page | Locator = page): Promise<void> {
  const target = within.getByRole(role, { name, exact: true }).first();
  await target.waitFor({ timeout: 150_000 });
  for (let steps = 0; steps < 200; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${role} ${String(name)} cannot be reached by keyboard.`);
}
async function press(role: Role, name: string | RegExp, within: Page | Locator = page): Promise<void> {
  await tabTo(role, name, within);
  await page.keyboard.press("Enter");
}
/** Puts a text into the field that has the focus, in place of what is there. */
async function write(text: string): Promise<void> {
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
async function expectSound(where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page), `${where}, ${colorScheme}`).toEqual([]);
  }
}
async function expectNarrow(where: string): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await sideways(page), where).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
}

const corrected = "No deeper than 45 metres. [1]";
let prompt = "";
let original = "";

describe("an answer", () => {
  test("is rated, corrected and saved; the chat shows it from then on", async () => {
    await press("button", "Try it with two example documents");
    await press("button", "How long does the warranty last?");
    await answered(page, 0);
    const answer = page.getByRole("article", { name: "Loam" });
    await press("button", "What did it see?", answer);
    prompt = (await page.getByRole("dialog").locator("pre").textContent()) ?? "";
    await page.keyboard.press("Escape");
    await press("button", "Bad answer", answer);
    await press("button", "wrong fact", answer);
    await press("button", "Edit the answer", answer);
    original = await answer.getByRole("textbox").inputValue();
    await write(corrected);
    await expectSound("editing");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Saved as an example in “Corrections”.").waitFor();
    expect(await answer.locator(".prose").innerText()).toContain("No deeper than 45 metres.");
    await press("button", "Show the original", answer);
    expect(await answer.locator(".original").innerText()).toContain(original);
    await expectSound("corrected");
    await expectNarrow("corrected");
  });

  test("corrected once more, Undo brings the first correction back", async () => {
    const answer = page.getByRole("article", { name: "Loam" });
    await press("button", "Edit the answer", answer);
    await write("Quite another answer.");
    await press("button", "Save as example", answer);
    await answer.getByText("Quite another answer.").waitFor();
    await press("button", "Undo", page.locator(".notice").last());
    await answer.getByText("No deeper than 45 metres.").waitFor();
  });

  test("is found in Teach with both versions and the passages it was answered from, also after a reload", async () => {
    await page.reload();
    const answer = page.getByRole("article", { name: "Loam" });
    await answer.getByText("No deeper than 45 metres.").waitFor({ timeout: 60_000 });
    await press("link", "example in Corrections", answer);
    const row = page.getByRole("listitem", { name: "Example 1" });
    await row.getByText(corrected).waitFor({ timeout: 60_000 });
    if ((await row.getByText("Show all of it").count()) > 0) await press("button", "Show all of it", row);
    const texts = await row.locator(".words").allTextContents();
    expect(texts.slice(1)).toEqual([corrected, original]);
    // What the model read one by one, the example has in one prompt: the same passages, numbered, and the question.
    const passages = prompt.split("\n\n").filter((part) => part.startsWith("[1] "));
    expect(passages.length).toBeGreaterThan(0);
    const numbered = passages.map((passage, i) => passage.replace("[1]", `[${i + 1}]`));
    expect(texts[0]).toBe(`${numbered.join("\n")}\n\n${prompt.slice(prompt.lastIndexOf("Question: "))}`);
    expect(await row.innerText()).toContain("Reason: wrong fact");
    await expectSound("data set");
    await expectNarrow("data set");
    await press("button", "Edit: Example 1", row);
    await page.getByRole("dialog").waitFor();
    await expectSound("form");
    await page.keyboard.press("Escape");
  });

  test("is seen as the model sees it, with what is learned marked", async () => {
    const row = page.getByRole("listitem", { name: "Example 1" });
    await press("button", "As the model sees it: Example 1", row);
    await page.getByText(/tokens, \d+ of them learned/).waitFor({ timeout: 60_000 });
    expect((await page.getByRole("dialog").locator("mark").allInnerTexts()).join("")).toContain("45 metres");
    await expectSound("tokens");
    await page.keyboard.press("Escape");
  });

  test("deleted, it comes back by Undo", async () => {
    const row = page.getByRole("listitem", { name: "Example 1" });
    await press("button", "Delete: Example 1", row);
    await row.waitFor({ state: "detached" });
    await press("button", "Undo", page.locator(".notice").last());
    await row.getByText(corrected).waitFor();
  });
});

describe("a file", () => {
  const rows = [
    {
      messages: [
        { role: "user", content: "Where is the key?" },
        { role: "assistant", content: "Under the mat." },
      ],
    },
    { messages: [{ role: "pilot", content: "Where is the key?" }] },
    "no JSON at all",
    {
      messages: [
        { role: "user", content: "Who opens the depot?" },
        { role: "assistant", content: "The guard, at eight." },
      ],
    },
  ];
  const text = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n");

  test("is looked at, imported, and each bad row says why", async () => {
    await page.goto(`${served.url}/#/teach`);
    await press("button", "New data set");
    await page.keyboard.insertText("Depot");
    await page.keyboard.press("Enter");
    const choosing = page.waitForEvent("filechooser");
    await press("button", "Choose files");
    await (
      await choosing
    ).setFiles([{ name: "depot.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(text) }]);
    await page.getByText("This looks like chat messages (JSONL).").waitFor();
    await expectSound("looking");
    await expectNarrow("looking");
    await press("button", "Import");
    await page.getByText("of 4 rows came in.").waitFor();
    const problems = await page.getByRole("row").allInnerTexts();
    expect(problems.find((line) => line.startsWith("2"))).toMatch(/messages\[0\]\.role.*pilot/s);
    expect(problems.find((line) => line.startsWith("3"))).toMatch(/JSON/);
    await expectSound("report");
    await expectNarrow("report");
    await press("button", "Done");
    await page.getByText("Under the mat.").waitFor();
  });

  test("what changed is in the versions, and can be taken back", async () => {
    await press("button", /^version \d+$/);
    const dialog = page.getByRole("dialog");
    await press("button", "Show what differs", dialog);
    await dialog.getByText(/^\d examples? added$/).waitFor();
    await expectSound("versions");
    await press("button", "Restore: Version 1", dialog);
    await page.getByText("Version 1 restored.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("No examples yet.").waitFor();
  });
});

test("the example is a data set in one press, and leads on to a run", async () => {
  await press("link", "All data sets");
  await press("button", "Try the example");
  await page.getByText("300 examples").waitFor({ timeout: 60_000 });
  await expectSound("data sets");
  await expectNarrow("data sets");
  await press("link", "Open Field inspection notes");
  await page.getByText("281–300 of 300, newest last").first().waitFor({ timeout: 60_000 });
  await press("button", "Check");
  await page.getByText("nothing that is tested on is learned from").waitFor({ timeout: 60_000 });
  await expectSound("the example");
  expect(app.problems).toEqual([]);
});
