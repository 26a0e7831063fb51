import { describe, expect, test } from "vitest";
import { emptyChat, fakeClient, options, resultOf, settled } from "./fakes.ts";
import { ChatState } from "./chat.svelte.ts";
import { moveWorn } from "./worn.ts";

const worn = [{ id: "a", strength: 0.5 }];
function storageOf(entry: string) {
  const kept = new Map([["loam-worn", entry]]);
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}
function chatsOf(...ids: string[]) {
  const { chats } = fakeClient();
  for (const id of ids) chats.stored.set(id, emptyChat(id));
  return chats;
}

describe("what chats wear", () => {
  test("moves from the small storage to the chats, once, and what a chat has itself counts", async () => {
    const chats = chatsOf("1", "2", "3");
    chats.stored.set("2", { ...emptyChat("2"), worn: [] });
    const storage = storageOf(JSON.stringify({ 1: worn, 2: worn, gone: worn }));
    await moveWorn(storage, chats);
    expect(["1", "2", "3"].map((id) => chats.stored.get(id)!.worn)).toEqual([worn, [], undefined]);
    expect(storage.kept.get("loam-worn")).toBe("{}");
  });
  test("stays where it is while the chats cannot be written", async () => {
    const chats = chatsOf("1");
    const storage = storageOf(JSON.stringify({ 1: worn }));
    chats.isFull = true;
    await moveWorn(storage, chats);
    expect(JSON.parse(storage.kept.get("loam-worn")!)).toEqual({ 1: worn });
    chats.isFull = false;
    await moveWorn(storage, chats);
    expect(chats.stored.get("1")!.worn).toEqual(worn);
  });
  test.each(["{", "7", "null", '{"1":[{"id":3}]}', '{"1":[{"id":"a","strength":9}]}', '{"1":{}}'])(
    "a damaged entry %s breaks nothing",
    async (entry) => {
      const chats = chatsOf("1");
      await moveWorn(storageOf(entry), chats);
      expect(chats.stored.get("1")!.worn).toBeUndefined();
    },
  );
  test("is fixed by the first question and kept with the chat; a later choice replaces it", async () => {
    const client = fakeClient();
    const state = new ChatState(emptyChat("1"), client, () => undefined);
    const asking = state.send("How deep?", { ...options, adapters: worn });
    await settled();
    client.answers.finish(resultOf("45 m"));
    await asking;
    expect(client.chats.stored.get("1")!.worn).toEqual(worn);
    await state.wear([]);
    expect(client.chats.stored.get("1")!.worn).toEqual([]);
    expect(state.chat.worn).toEqual([]);
  });
});
