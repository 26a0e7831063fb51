import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { downloadFile, fileDownloadInfo, listFiles, modelInfo } from "@huggingface/hub";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mirror, rangeOf } from "./mirror.ts";
import { Shelf } from "./shelf.ts";

let folder: string;
let hubUrl: string;
const server = createAdaptorServer({ createServer, fetch: (request) => app.fetch(request) });
let app: Hono;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-mirror-"));
  mkdirSync(join(folder, "team/tiny/1_Pooling"), { recursive: true });
  mkdirSync(join(folder, ".hidden/x"), { recursive: true });
  writeFileSync(join(folder, "team/tiny/model.safetensors"), "0123456789");
  writeFileSync(join(folder, "team/tiny/1_Pooling/config.json"), "{}");
  writeFileSync(join(folder, "secret.txt"), "not a model");
  app = new Hono().route("/hub", mirror(new Shelf(folder)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  hubUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hub`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

describe("the mirror, asked by a hub client", () => {
  it("describes a model, lists its files and gives their bytes", async () => {
    const info = await modelInfo({ name: "team/tiny", hubUrl, additionalFields: ["sha"] });
    expect(info).toMatchObject({ name: "team/tiny", gated: false });
    const files: (readonly [string, number])[] = [];
    for await (const { path, size } of listFiles({ repo: "team/tiny", hubUrl, recursive: true, revision: info.sha }))
      files.push([path, size]);
    expect(files).toEqual([
      ["1_Pooling/config.json", 2],
      ["model.safetensors", 10],
    ]);
    const where = { repo: "team/tiny", path: "model.safetensors", hubUrl };
    expect(await fileDownloadInfo(where)).toMatchObject({ size: 10, etag: expect.stringMatching(/^"[0-9a-f]{64}"$/) });
    expect(await (await downloadFile(where))?.text()).toBe("0123456789");
    expect(await (await downloadFile(where))?.slice(3, 6).text()).toBe("345");
  });
  it("says which part is missing", async () => {
    const code = async (path: string) => (await fetch(`${hubUrl}${path}`)).headers.get("X-Error-Code");
    expect(await code("/api/models/team/none")).toBe("RepoNotFound");
    expect(await code("/team/tiny/resolve/old/model.safetensors")).toBe("RevisionNotFound");
    expect(await code("/team/tiny/resolve/main/none.bin")).toBe("EntryNotFound");
  });
  it("knows a file that has not changed, and any page may ask", async () => {
    const url = `${hubUrl}/team/tiny/resolve/main/model.safetensors`;
    const first = await fetch(url);
    expect(first.headers.get("Access-Control-Allow-Origin")).toBe("*");
    const again = await fetch(url, { headers: { "If-None-Match": first.headers.get("ETag") ?? "" } });
    expect(again.status).toBe(304);
    expect((await fetch(url, { headers: { Range: "bytes=20-" } })).status).toBe(416);
    expect((await fetch(url, { method: "HEAD" })).headers.get("Content-Length")).toBe("10");
  });
  it("a change of a file is a new commit with a new hash", async () => {
    const before = await modelInfo({ name: "team/tiny", hubUrl, additionalFields: ["sha"] });
    writeFileSync(join(folder, "team/tiny/1_Pooling/config.json"), '{"changed":true}');
    const after = await modelInfo({ name: "team/tiny", hubUrl, additionalFields: ["sha"] });
    expect(after.sha).not.toBe(before.sha);
  });
  it("nothing leads out of the folder", async () => {
    for (const path of [
      "/../secret.txt",
      "/team/tiny/resolve/main/..%2f..%2fsecret.txt",
      "/team/tiny/resolve/main/%2e%2e/%2e%2e/secret.txt",
      "/api/models/..%2f/x",
      "/.hidden/x/resolve/main/y",
    ])
      expect((await fetch(`${hubUrl}${path}`)).status, path).toBe(404);
  });
});

it("ranges are those of RFC 9110", () => {
  const ranges = ["bytes=0-3", "bytes=4-", "bytes=-3", "bytes=8-99", "bytes=-99", "bytes=10-", "bytes=-0"];
  expect(ranges.map((range) => rangeOf(range, 10))).toEqual([
    ...[
      [0, 4],
      [4, 10],
      [7, 10],
      [8, 10],
      [0, 10],
    ],
    ...["unsatisfiable", "unsatisfiable"],
  ]);
  for (const none of [undefined, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1"])
    expect(rangeOf(none, 10)).toBeNull();
});
