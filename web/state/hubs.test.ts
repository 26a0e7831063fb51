import { describe, expect, test } from "vitest";
import { hubOf, sourcesOf } from "./hub-sources.ts";
import { HubsState } from "./hubs.svelte.ts";

function shelf(hosts: readonly string[] = []) {
  let kept = hosts;
  return { read: async () => kept, write: async (now: readonly string[]) => void (kept = now), kept: () => kept };
}

describe("the hosts a page may reach", () => {
  test("are none but its own at first; what is added counts after the next load", async () => {
    const kept = shelf();
    const hubs = new HubsState("http://own/hub", kept);
    await hubs.load();
    expect(hubs.reachable).toEqual(["http://own/hub"]);
    expect(await hubs.add("huggingface.co/models?x=1")).toBe(true);
    expect(hubs.added).toEqual(["https://huggingface.co"]);
    expect([hubs.reachable.length, hubs.needsReload]).toEqual([1, true]);
    const reloaded = new HubsState("http://own/hub", kept);
    await reloaded.load();
    expect([reloaded.reachable[1], reloaded.needsReload]).toEqual(["https://huggingface.co", false]);
    await reloaded.remove("https://huggingface.co");
    expect(kept.kept()).toEqual([]);
  });
  test("added twice are one", async () => {
    const hubs = new HubsState("http://own/hub", shelf());
    await hubs.add("a.example");
    await hubs.add("https://a.example/");
    expect(hubs.added).toEqual(["https://a.example"]);
  });
  test("are https, or on this machine; nothing that could say more in a policy", () => {
    expect(hubOf("a.example")).toBe("https://a.example");
    expect(hubOf("http://127.0.0.1:8080/hub")).toBe("http://127.0.0.1:8080/hub");
    for (const text of [
      "http://a.example",
      "ftp://a.example",
      "javascript:alert(1)",
      "*",
      "https://*.a.example",
      "a",
      "a b",
      "",
    ])
      expect(hubOf(text), text).toBeNull();
    expect(hubOf("https://a.example; script-src *")).toBeNull();
  });
  test("come with those that their large files are sent from", () => {
    expect(sourcesOf(["https://huggingface.co", "http://127.0.0.1:8080/hub"])).toEqual([
      ...["https://huggingface.co", "https://*.hf.co", "https://*.huggingface.co", "http://127.0.0.1:8080"],
    ]);
  });
});
