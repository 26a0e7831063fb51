// Looking for something that was said: the list of chats shows those in which it was, with the line, by keyboard alone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sideways, violations } from "./axe.ts";
import { open, type Opened } from "./browser.ts";
import { serve, type Served } from "./server.ts";

let served: Served;
let app: Opened;
beforeAll(async () => {
  served = await serve();
  app = await open(served.url, { hasGpu: false });
  await app.page.emulateMedia({ reducedMotion: "reduce" });
});
afterAll(async () => {
  await app.browser.close();
  await served.stop();
});

/** Chats as another visit left them. */
async function keepChats(said: readonly string[]): Promise<void> {
  await app.page.getByRole("link", { name: "Ask", exact: true }).first().waitFor();
  await expect.poll(() => app.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toContain("loam"); // prettier-ignore
  await app.page.evaluate(async (texts) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("loam");
      opening.addEventListener("success", () => resolve(opening.result));
      opening.addEventListener("error", () => reject(opening.error));
    });
    const transaction = database.transaction("records", "readwrite");
    for (const [i, content] of texts.entries()) {
      const turn = { id: `t${i}`, parentId: null, role: "user", content, createdAt: i };
      const about = {
        id: `c${i}`,
        title: `Chat ${i}`,
        createdAt: i,
        updatedAt: i,
        documentIds: null,
        currentId: turn.id,
      };
      transaction.objectStore("records").put({ ...about, turns: [turn] }, ["chats", about.id]);
    }
    await new Promise((resolve) => transaction.addEventListener("complete", resolve));
    database.close();
  }, said);
  await app.page.reload();
}

test("a chat is found by what was said in it, with the line", async () => {
  const { page } = app;
  const line =
    "The depot opens at eight; the guard has the key, and nobody else may open the gate before the lorry has come.";
  await keepChats(["How deep is the well?", `First.\n${line}\nLast.`, "Who has the list?", "Why?", "When?", "Where?"]);
  await page.getByRole("searchbox", { name: "Search chats" }).focus();
  await page.keyboard.type("GUARD key");
  const list = page.getByRole("list", { name: "Chats" });
  await list.getByText("the guard has the").waitFor();
  expect(await list.getByRole("listitem").count()).toBe(1);
  expect(await list.locator("mark").allInnerTexts()).toEqual(["guard", "key"]);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page), colorScheme).toEqual([]);
  }
  if (process.env["LOAM_SHOTS"]) await page.screenshot({ path: `${process.env["LOAM_SHOTS"]}/search-chats.png` });
  expect(await sideways(page)).toBe(0);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByText("First.").waitFor();
  await page.getByRole("searchbox", { name: "Search chats" }).fill("granite");
  await page.getByText("No chat has these words.").waitFor();
  expect(app.problems).toEqual([]);
});
