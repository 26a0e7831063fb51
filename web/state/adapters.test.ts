import { describe, expect, test } from "vitest";
import { AppError, type AdapterInfo } from "../../worker/contract/index.ts";
import { AdaptersState, toggled, type AdaptersClient } from "./adapters.svelte.ts";

const adapter = (id: string, change: Partial<AdapterInfo> = {}): AdapterInfo => ({
  ...{ id, name: id, model: "m", baseFingerprint: "b", rank: 8, targets: ["q_proj"], sizeBytes: 1, createdAt: 1 },
  ...{ run: null, dataHash: null, isDefault: false, defaultReason: "", ...change },
});

async function setUp(stored: AdapterInfo[], kept = new Map<string, string>()) {
  const client: Partial<AdaptersClient> = {
    adapters: async () => stored,
    removeAdapter: async (id) => void (stored = stored.filter((other) => other.id !== id)),
    setDefault: async (model, id, reason) => {
      if (id === "worse" && reason === "") {
        throw new AppError({ code: "invalid-argument", name: "reason", reason: "this version is worse" });
      }
      stored = stored.map((other) => ({ ...other, isDefault: other.model === model && other.id === id }));
    },
  };
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const adapters = new AdaptersState(client as AdaptersClient, storage);
  await adapters.load();
  return { adapters, kept };
}
const chat = (id: string, turns: readonly unknown[] = []) => ({ id, turns });
const asked = [{}];

describe("the versions", () => {
  test("one that is worse becomes the default with a reason only", async () => {
    const { adapters } = await setUp([adapter("worse")]);
    expect(await adapters.setDefault("m", "worse", "")).toBe(false);
    expect(adapters.error?.code).toBe("invalid-argument");
    expect(await adapters.setDefault("m", "worse", "it is shorter")).toBe(true);
    expect(adapters.find("worse")?.isDefault).toBe(true);
    expect(adapters.error).toBeNull();
  });
});

describe("a chat", () => {
  test("that is new wears the default of its model, and none of another", async () => {
    const { adapters } = await setUp([adapter("a", { isDefault: true }), adapter("b", { model: "other" })]);
    expect(adapters.worn(chat("1"), "m")).toEqual([{ id: "a", strength: 1 }]);
    expect(adapters.worn(chat("1"), "other")).toEqual([]);
    expect(adapters.worn(chat("old", asked), "m")).toEqual([]);
  });
  test("keeps what it wore at its first question; the next new one begins with the default", async () => {
    const { adapters, kept } = await setUp([adapter("a", { isDefault: true }), adapter("b")]);
    adapters.wear(chat("1"), toggled(adapters.worn(chat("1"), "m"), "b"));
    adapters.wear(chat("1"), [
      { id: "a", strength: 0.5 },
      { id: "b", strength: 2 },
    ]);
    adapters.settle(chat("1"), adapters.worn(chat("1"), "m"));
    expect(adapters.worn(chat("1", asked), "m")).toEqual([
      { id: "a", strength: 0.5 },
      { id: "b", strength: 2 },
    ]);
    expect(adapters.worn(chat("2"), "m")).toEqual([{ id: "a", strength: 1 }]);
    const later = await setUp([adapter("a"), adapter("b")], kept);
    expect(later.adapters.worn(chat("1", asked), "m")).toHaveLength(2);
  });
  test("does not wear what was removed", async () => {
    const { adapters } = await setUp([adapter("a"), adapter("b")]);
    adapters.wear(chat("1", asked), toggled([{ id: "a", strength: 1 }], "b"));
    expect(await adapters.remove("a")).toBe(true);
    expect(adapters.worn(chat("1", asked), "m")).toEqual([{ id: "b", strength: 1 }]);
  });
  test("a later choice in an old chat does not count as its first question", async () => {
    const { adapters } = await setUp([adapter("a")]);
    adapters.wear(chat("1", asked), [{ id: "a", strength: 1 }]);
    adapters.settle(chat("1", asked), []);
    expect(adapters.worn(chat("1", asked), "m")).toEqual([{ id: "a", strength: 1 }]);
  });
  test.each(["{", "7", '{"1":[{"id":3}]}', '{"1":[{"id":"a","strength":9}]}', '{"1":{}}'])(
    "a damaged entry %s is left out",
    async (entry) => {
      const { adapters } = await setUp([adapter("a")], new Map([["loam-worn", entry]]));
      expect(adapters.worn(chat("1", asked), "m")).toEqual([]);
    },
  );
});
