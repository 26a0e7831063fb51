import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheControlOf, createApp } from "./app.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "loam-app-"));
  for (const folder of ["assets", "models"]) mkdirSync(join(root, folder));
  writeFileSync(join(root, "index.html"), "<!doctype html>");
  writeFileSync(join(root, "assets/main-D614l6b4.js"), "export {};");
  writeFileSync(join(root, "models/model.safetensors"), "0123456789");
});
afterAll(() => rmSync(root, { recursive: true }));
const get = (path: string, headers: Record<string, string> = {}) =>
  createApp(root, join(root, "models")).request(path, { headers });

describe("the server", () => {
  test("every answer, also Not found, carries the policy that keeps the page sealed", async () => {
    for (const path of ["/", "/assets/main-D614l6b4.js", "/nowhere"]) {
      const { headers } = await get(path);
      const policy = headers.get("Content-Security-Policy") ?? "";
      expect(policy).toContain("connect-src 'self';");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
      expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
      expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    }
  });
  test("names with a hash are kept for ever, the page and the service worker are asked about each time", async () => {
    expect((await get("/assets/main-D614l6b4.js")).headers.get("Cache-Control")).toContain("immutable");
    expect((await get("/")).headers.get("Cache-Control")).toBe("no-cache");
    expect(cacheControlOf("/service-worker.js")).toBe("no-cache");
    expect(cacheControlOf("/models/loam-chat/model.safetensors")).toBe("no-cache");
  });
  test("a model can be fetched in parts", async () => {
    const response = await get("/models/model.safetensors", { Range: "bytes=2-4" });
    expect(response.status).toBe(206);
    expect(response.headers.get("Content-Range")).toBe("bytes 2-4/10");
    expect(await response.text()).toBe("234");
  });
  test("a path out of the folder leads nowhere", async () => {
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/assets/..%2f..%2fpackage.json"]) {
      expect((await get(path)).status, path).not.toBe(200);
    }
  });
});
