import { describe, expect, test } from "vitest";
import { AppError, type Chat } from "../../worker/contract/index.ts";
import { merged, packBackup, unpackBackup } from "./backup.ts";

const chat: Chat = {
  ...{ id: "c1", title: "Wells é", createdAt: 1, updatedAt: 2, documentIds: null, currentId: "t1" },
  turns: [{ id: "t1", parentId: null, role: "user", content: "How deep?", createdAt: 1 }],
};
const documents = [
  { name: "a.txt", bytes: new Blob(["first"]) },
  { name: "empty.txt", bytes: new Blob([]) },
  { name: "b.bin", bytes: new Blob([new Uint8Array([0, 255, 10])]) },
];
const carried = new Blob(["data sets"]);
const pack = () => packBackup({ chats: [chat], settings: { theme: "dark" }, documents, carried });
const codeOf = (error: unknown) => (error instanceof AppError ? error.detail.code : "none");

describe("everything as one file", () => {
  test("what was packed comes back byte for byte", async () => {
    const { chats, settings, documents: read } = await unpackBackup("x", pack());
    expect(chats).toEqual([chat]);
    expect(settings).toEqual({ theme: "dark" });
    expect(read.map(({ name }) => name)).toEqual(["a.txt", "empty.txt", "b.bin"]);
    expect(await read[0]!.bytes.text()).toBe("first");
    expect(await (await unpackBackup("x", pack())).carried!.text()).toBe("data sets");
    expect(new Uint8Array(await read[2]!.bytes.arrayBuffer())).toEqual(new Uint8Array([0, 255, 10]));
  });
  test("one from before there were data sets still opens", async () => {
    const head = { chats: [chat], settings: {}, documents: [{ name: "a.txt", sizeBytes: 5 }] };
    const json = JSON.stringify(head);
    const old = new Blob([`loam-backup 1\n${String(new Blob([json]).size).padStart(12, "0")}\n`, json, "first"]);
    const { chats, documents: read, carried: none } = await unpackBackup("old", old);
    expect(chats).toEqual([chat]);
    expect(await read[0]!.bytes.text()).toBe("first");
    expect(none).toBeNull();
  });
  test("a chat that went on since the backup loses nothing, and gains what only the backup has", () => {
    const turn = (id: string) => ({ ...chat.turns[0]!, id });
    const here: Chat = { ...chat, title: "Renamed", updatedAt: 5, turns: [turn("t1"), turn("t2")], currentId: "t2" };
    const there: Chat = { ...chat, turns: [turn("t1"), turn("t3")] };
    const both = { ...here, turns: [turn("t1"), turn("t2"), turn("t3")] };
    expect(merged(here, there)).toEqual(both);
    expect(merged(there, here)).toEqual(both);
  });
  test("another file is refused", async () => {
    expect(codeOf(await unpackBackup("x", new Blob(["PK not ours"])).catch((error: unknown) => error))).toBe(
      "bad-file",
    );
  });
  test("a file cut anywhere is refused", async () => {
    const whole = pack();
    for (const size of [0, 5, 20, 40, whole.size - 1]) {
      const error: unknown = await unpackBackup("x", whole.slice(0, size)).catch((error: unknown) => error);
      expect(codeOf(error), `cut at ${size}`).toBe("bad-file");
    }
  });
});
