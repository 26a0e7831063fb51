import { describe, expect, test } from "vitest";
import { ChatsState } from "./chats.svelte.ts";
import { emptyChat, fakeClient, options, resultOf, settled } from "./fakes.ts";

async function setUp(...titles: string[]) {
  const client = fakeClient();
  titles.forEach((title, index) => {
    const turn = { id: `q${index}`, parentId: null, role: "user" as const, content: title, createdAt: 1 };
    const chat = { ...emptyChat(`chat-${index}`), title, updatedAt: index, turns: [turn], currentId: turn.id };
    client.chats.stored.set(chat.id, chat);
  });
  const chats = new ChatsState(client);
  await chats.load();
  return { client, chats };
}

describe("the chats", () => {
  test("a new chat enters the list with its first question", async () => {
    const { chats, client } = await setUp();
    expect(chats.list).toHaveLength(0);
    const running = chats.current.send("How deep?", options);
    await settled();
    expect(chats.list.map(({ title }) => title)).toEqual(["How deep?"]);
    client.answers.finish(resultOf("45 m"));
    await running;
    expect(chats.list).toHaveLength(1);
  });
  test("search finds titles that have every word", async () => {
    const { chats } = await setUp("Pump manual", "Well depth", "Pump depth");
    chats.query = "depth PUMP";
    expect(chats.shown.map(({ title }) => title)).toEqual(["Pump depth"]);
  });
  test("search finds what was said, with its line; an answer that comes late does not count", async () => {
    const { chats, client } = await setUp("Pump manual", "Well depth");
    const said = client.chats.stored.get("chat-1")!;
    client.chats.stored.set("chat-1", { ...said, turns: [{ ...said.turns[0]!, content: "It is 45 metres deep." }] });
    chats.query = "metres";
    chats.query = "45 metres";
    expect(chats.shown).toEqual([]);
    await settled();
    expect(chats.shown.map(({ title }) => title)).toEqual(["Well depth"]);
    expect(chats.lineOf("chat-1")).toBe("It is 45 metres deep.");
    chats.query = "";
    expect(chats.shown).toHaveLength(2);
    expect(chats.lineOf("chat-1")).toBeNull();
  });
  test("a removed chat can be brought back whole", async () => {
    const { chats, client } = await setUp("Pump manual", "Well depth");
    await chats.remove("chat-0");
    expect(chats.list.map(({ id }) => id)).toEqual(["chat-1"]);
    expect(client.chats.stored.has("chat-0")).toBe(false);
    await chats.restore();
    expect(client.chats.stored.get("chat-0")?.turns).toHaveLength(1);
    expect(chats.current.chat.title).toBe("Pump manual");
  });
  test("an answer goes on while another chat is on screen", async () => {
    const { chats, client } = await setUp("Pump manual");
    const running = chats.current.send("How deep?", options);
    const asking = chats.current;
    await settled();
    await chats.open("chat-0");
    expect(chats.current).not.toBe(asking);
    await chats.open(asking.chat.id);
    expect(chats.current).toBe(asking);
    client.answers.finish(resultOf("45 m"));
    await running;
    expect(client.chats.stored.get(asking.chat.id)?.turns).toHaveLength(2);
  });
  test("a chat removed while it answers does not come back by itself", async () => {
    const { chats, client } = await setUp();
    const running = chats.current.send("How deep?", options);
    await settled();
    const { id } = chats.current.chat;
    await chats.remove(id);
    client.answers.finish({ ...resultOf("45"), finishReason: "cancelled" });
    await running;
    expect(chats.list).toHaveLength(0);
    expect(client.chats.stored.has(id)).toBe(false);
  });
  test("a chat that is gone is reported, the one on screen stays", async () => {
    const { chats } = await setUp();
    const before = chats.current;
    await chats.open("nowhere");
    expect(chats.error).toEqual({ code: "not-found", what: "chat", id: "nowhere" });
    expect(chats.current).toBe(before);
  });
});
