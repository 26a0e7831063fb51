import { describe, expect, test } from "vitest";
import { AppError, type AdapterInfo } from "../../worker/contract/index.ts";
import { AdaptersState, toggled, type AdaptersClient } from "./adapters.svelte.ts";

const adapter = (id: string, change: Partial<AdapterInfo> = {}): AdapterInfo => ({
  ...{ id, name: id, model: "m", baseFingerprint: "b", rank: 8, targets: ["q_proj"], sizeBytes: 1, createdAt: 1 },
  ...{ run: null, dataHash: null, isDefault: false, defaultReason: "", ...change },
});

async function setUp(stored: AdapterInfo[]) {
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
  const adapters = new AdaptersState(client as AdaptersClient);
  await adapters.load();
  return { adapters };
}

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

describe("a new chat", () => {
  test("wears the default of its model, and none of another", async () => {
    const { adapters } = await setUp([adapter("a", { isDefault: true }), adapter("b", { model: "other" })]);
    expect(adapters.wornByNew("m")).toEqual([{ id: "a", strength: 1 }]);
    expect(adapters.wornByNew("other")).toEqual([]);
  });
  test("wears what was chosen until the default is asked for again", async () => {
    const { adapters } = await setUp([adapter("a", { isDefault: true }), adapter("b")]);
    adapters.wearNew(toggled(adapters.wornByNew("m"), "b"));
    expect(adapters.wornByNew("m").map(({ id }) => id)).toEqual(["a", "b"]);
    adapters.wearNew(null);
    expect(adapters.wornByNew("m").map(({ id }) => id)).toEqual(["a"]);
  });
  test("does not wear what was removed", async () => {
    const { adapters } = await setUp([adapter("a"), adapter("b")]);
    adapters.wearNew(toggled([{ id: "a", strength: 1 }], "b"));
    expect(await adapters.remove("a")).toBe(true);
    expect(adapters.wornByNew("m")).toEqual([{ id: "b", strength: 1 }]);
  });
});
