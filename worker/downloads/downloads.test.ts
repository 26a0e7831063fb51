import { createHash } from "node:crypto";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mirror } from "../../server/mirror/mirror.ts";
import { Shelf } from "../../server/mirror/shelf.ts";
import { openFileStore } from "../../server/store.ts";
import { AppError, type Download, type KeptFile } from "../contract/index.ts";
import { bytesOf as keptBytesOf } from "../storage/kept-files.ts";
import { storeLater } from "../storage/later.ts";
import type { Store } from "../storage/store.ts";
import { alone } from "../storage/tabs.ts";
import { nameOf, repoOf, variantsOf } from "./hub.ts";
import { DownloadService, type DownloadPorts } from "./service.ts";
import type { Fetch } from "./transfer.ts";

const HUB = "http://mirror.test";
const CHUNK = 4096; // bytes
const SIZE = 100_003;

let folder: string;
let store: Store;
let served: number[]; // bytes each request of weights brought
const weights = new Uint8Array(SIZE).map((_, i) => Math.imul(i, 2654435761) >>> 24);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-downloads-"));
  const home = join(folder, "models/team/tiny");
  mkdirSync(join(home, "1_Pooling"), { recursive: true });
  writeFileSync(join(home, "model.safetensors"), weights);
  writeFileSync(join(home, "config.json"), '{"model_type":"llama"}');
  writeFileSync(join(home, "README.md"), "---\nlicense: mit\nlanguage: en\n---\n# Tiny\n");
  writeFileSync(join(home, "1_Pooling/config.json"), "{}");
  writeFileSync(join(home, "training.bin"), "not part of a model");
  store = await openFileStore(join(folder, "store"));
  served = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Numbers in [0, 1) from a seed. */
function chance(seed: number): () => number {
  return () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

/** The mirror, through a network that `spoil` may cut or change: it gets a body and says what arrives of it. */
function network(spoil: (bytes: Uint8Array, url: string) => Uint8Array | "cut at the start" = (bytes) => bytes): Fetch {
  const app = mirror(new Shelf(join(folder, "models")));
  return async (input, init) => {
    const url = String(input);
    const response = await app.request(url.slice(HUB.length), init);
    init?.signal?.throwIfAborted();
    if (!url.includes("/resolve/") || !url.endsWith(".safetensors")) return response;
    const whole = new Uint8Array(await response.arrayBuffer());
    const spoilt = spoil(whole, url);
    if (spoilt === "cut at the start") throw new TypeError("network error");
    served.push(spoilt.length);
    const isCut = spoilt.length < whole.length;
    const body = new ReadableStream({
      start(control) {
        if (spoilt.length > 0) control.enqueue(spoilt);
        if (isCut) setTimeout(() => control.error(new TypeError("network error")));
        else control.close();
      },
    });
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

interface Arrived {
  readonly id: string;
  readonly files: readonly KeptFile[];
}

function serviceOn(fetch: Fetch, ports: Partial<DownloadPorts> = {}) {
  const arrived: Arrived[] = [];
  const service = new DownloadService({
    store,
    fetch,
    tabs: alone(),
    chunkBytes: CHUNK,
    adopt: async (id, files) => void arrived.push({ id, files }),
    mayTryAgain: async (n) => n < 100,
    ...ports,
  });
  /** Waits until nothing runs; what the list then holds. */
  const settled = async (): Promise<Download | undefined> => {
    for (;;) {
      const [download] = await service.list();
      if (!download || ["paused", "failed"].includes(download.state)) return download;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const start = async () =>
    service.start({ from: await service.describe({ hub: HUB, repo: "team/tiny" }), variant: "safetensors" });
  return { service, arrived, settled, start };
}

async function bytesOf(arrived: readonly Arrived[], name: string): Promise<Uint8Array> {
  const file = arrived[0]?.files.find((f) => f.name === name);
  return new Uint8Array(await (await keptBytesOf(store, file!))!.arrayBuffer());
}
const blobCount = () => readdirSync(join(folder, "store/blobs")).length;

describe("a hub", () => {
  it("says what a repository holds: size, licence, files and their hashes, and leaves out what is no part of a model", async () => {
    const { service } = serviceOn(network());
    const repo = await service.describe({ hub: HUB, repo: `${HUB}/team/tiny/tree/main` });
    expect(repo).toMatchObject({
      repo: "team/tiny",
      licence: "mit",
      languages: ["en"],
      config: { model_type: "llama" },
    });
    const [variant] = repo.variants;
    expect(variant?.files.map(({ path }) => path).sort()).toEqual(
      ["1_Pooling/config.json", "README.md", "config.json", "model.safetensors"].sort(),
    );
    const file = variant?.files.find(({ path }) => path === "model.safetensors");
    expect(file).toMatchObject({ sizeBytes: SIZE, sha256: createHash("sha256").update(weights).digest("hex") });
  });
  it("finds models by name", async () => {
    const { service } = serviceOn(network());
    expect((await service.search({ hub: HUB, query: "TIN" })).map(({ repo }) => repo)).toEqual(["team/tiny"]);
    expect(await service.search({ hub: HUB, query: "large" })).toEqual([]);
  });
  it("says no to a repository that is not there, and the failure carries the status", async () => {
    const { service } = serviceOn(network());
    const failure = await service.describe({ hub: HUB, repo: "team/none" }).catch((error: AppError) => error.detail);
    expect(failure).toMatchObject({ code: "hub-refused", status: 404 });
  });
  it("takes ids and copied addresses, and nothing that could lead elsewhere", () => {
    for (const text of ["a/b", " a/b ", "https://huggingface.co/a/b", "https://hf.co/a/b/tree/main?x=1", `${HUB}/a/b`])
      expect(repoOf(text, HUB)).toBe("a/b");
    for (const text of ["", "a", "a/..", "../b", "a b/c", "https://example.org/a/b"])
      expect(() => repoOf(text, HUB), text).toThrow(AppError);
  });
  it("offers each GGUF file by itself", () => {
    const file = (path: string) => ({ path, sizeBytes: 1, sha256: "", gitHash: null });
    const variants = variantsOf(["README.md", "m-q4_0.gguf", "m-q8_0.gguf", "m-00001-of-00002.gguf"].map(file));
    expect(variants.map(({ label }) => label)).toEqual(["m-q4_0.gguf", "m-q8_0.gguf"]);
  });

  it("offers each ONNX file with its weights, and what MLC compiled, for the engines that run them", () => {
    const file = (path: string) => ({ path, sizeBytes: 1, sha256: "", gitHash: null });
    const onnx = ["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_q4.onnx", "onnx/encoder_model.onnx"];
    const mlc = ["mlc-chat-config.json", "ndarray-cache.json", "params_shard_0.bin", "lib.wasm"];
    const variants = variantsOf(["tokenizer.json", ...onnx, ...mlc, "model.onnx", "model.onnx.data"].map(file));
    expect(variants.map(({ files, ...v }) => ({ ...v, name: nameOf("a/M-onnx", { ...v, files }) }))).toEqual([
      { label: "onnx/model.onnx", engine: "transformers", sizeBytes: 3, name: "M-onnx" },
      { label: "onnx/model_q4.onnx", engine: "transformers", sizeBytes: 2, name: "M-onnx-q4" },
      { label: "model.onnx", engine: "transformers", sizeBytes: 3, name: "M-onnx" },
      { label: "MLC", engine: "webllm", sizeBytes: 5, name: "M-onnx" },
    ]);
  });
});

describe("a download", () => {
  it("brings every file, byte for byte, and is gone from the list", async () => {
    const { start, settled, arrived } = serviceOn(network());
    await start();
    expect(await settled()).toBeUndefined();
    expect(arrived.map(({ id }) => id)).toEqual(["tiny"]);
    expect(await bytesOf(arrived, "model.safetensors")).toEqual(weights);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(SIZE);
  });

  it("that is cut at 20 random places finishes without fetching a byte twice", async () => {
    const random = chance(7);
    let cuts = 0;
    const { start, settled, arrived } = serviceOn(
      network((bytes) => {
        if (cuts === 20) return bytes;
        cuts++;
        return random() < 0.2 ? "cut at the start" : bytes.slice(0, Math.floor(random() * bytes.length));
      }),
    );
    await start();
    expect(await settled()).toBeUndefined();
    expect(cuts).toBe(20);
    expect(await bytesOf(arrived, "model.safetensors")).toEqual(weights);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(SIZE);
  });

  it("that is killed 20 times goes on with what it kept: each time at most the chunks under way are fetched again", async () => {
    const random = chance(3);
    for (let kill = 0; kill < 20; kill++) {
      let left = Math.floor(random() * 2);
      let hang = (): void => undefined;
      const hung = new Promise<void>((resolve) => (hang = resolve));
      const stuck = new Promise<never>(() => undefined);
      const fetch = network();
      const { start } = serviceOn(async (url, init) => {
        if (String(url).endsWith(".safetensors") && left-- <= 0) {
          hang();
          return stuck; // the process ends while this hangs
        }
        return fetch(url, init);
      });
      await start();
      await hung;
      await new Promise((resolve) => setTimeout(resolve, random() * 10));
    }
    const { settled, service, arrived } = serviceOn(network());
    await service.resume({ id: "tiny" });
    expect(await settled()).toBeUndefined();
    expect(await bytesOf(arrived, "model.safetensors")).toEqual(weights);
    expect(served.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(SIZE + 20 * 3 * CHUNK);
  });

  it("fetches a chunk again that changed on its way", async () => {
    let isSpoilt = false;
    const { start, settled, arrived } = serviceOn(
      network((bytes) => {
        if (isSpoilt || served.length < 5) return bytes;
        isSpoilt = true;
        return bytes.with(11, bytes[11]! ^ 1);
      }),
    );
    await start();
    expect(await settled()).toBeUndefined();
    expect(isSpoilt).toBe(true);
    expect(await bytesOf(arrived, "model.safetensors")).toEqual(weights);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(SIZE + CHUNK);
  });

  it("fetches a chunk again whose kept bytes have changed", async () => {
    let isStopped = false;
    const first = serviceOn(network(), {
      adopt: async () => {
        if (!isStopped) throw new AppError({ code: "storage-unavailable", reason: "the tab ended here" });
      },
    });
    await first.start();
    expect((await first.settled())?.state).toBe("failed");
    isStopped = true;
    const before = served.length;
    const blob = createHash("sha256")
      .update(weights.subarray(CHUNK, 2 * CHUNK))
      .digest("hex");
    const path = join(folder, "store/blobs", blob);
    writeFileSync(
      path,
      readFileSync(path).map((byte, i) => (i === 5 ? byte ^ 255 : byte)),
    );
    const second = serviceOn(network());
    await second.service.resume({ id: "tiny" });
    expect(await second.settled()).toBeUndefined();
    expect(served.slice(before)).toEqual([CHUNK]);
    expect(await bytesOf(second.arrived, "model.safetensors")).toEqual(weights);
  });

  it("whose file is not what the hub promises, twice, fails and says which", async () => {
    const fetch = network((bytes) => bytes.with(0, 99));
    const withoutDigest: Fetch = async (url, init) => {
      const response = await fetch(url, init);
      const headers = new Headers(response.headers);
      headers.delete("Content-Digest");
      return new Response(response.body, { status: response.status, headers });
    };
    const { start, settled } = serviceOn(withoutDigest);
    await start();
    expect(await settled()).toMatchObject({ state: "failed", error: { code: "bad-file", file: "model.safetensors" } });
  });

  it("stops when the storage is full, keeps whole chunks alone, and goes on once there is room", async () => {
    let room = 6;
    const full: Store = {
      ...storeLater(Promise.resolve(store)),
      putBlob: async (bytes) => {
        if (room-- <= 0) throw new AppError({ code: "storage-full", neededBytes: bytes.size, freeBytes: 0 });
        return store.putBlob(bytes);
      },
    };
    const { start, settled, service, arrived } = serviceOn(network(), { store: full });
    await start();
    const stopped = await settled();
    expect(stopped).toMatchObject({ state: "failed", error: { code: "storage-full" } });
    expect(blobCount()).toBeLessThanOrEqual(6);
    room = Infinity;
    await service.resume({ id: "tiny" });
    expect(await settled()).toBeUndefined();
    expect(await bytesOf(arrived, "model.safetensors")).toEqual(weights);
  });

  it("is not begun where it would not fit", async () => {
    const usage = async () => ({ usedBytes: 90, quotaBytes: 100, isPersistent: false });
    const small: Store = { ...storeLater(Promise.resolve(store)), usage };
    const { start, service } = serviceOn(network(), { store: small });
    const failure = await start().catch((error: AppError) => error.detail);
    expect(failure).toMatchObject({ code: "storage-full", freeBytes: 10 });
    expect(await service.list()).toEqual([]);
  });

  it("can be paused, and removed with all it kept", async () => {
    const fetch = network();
    const { start, settled, service } = serviceOn(async (url, init) => {
      if (String(url).endsWith(".safetensors")) await new Promise((resolve) => setTimeout(resolve, 4));
      return fetch(url, init);
    });
    await start();
    while (blobCount() < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    await service.pause({ id: "tiny" });
    const paused = await settled();
    expect(paused?.state).toBe("paused");
    expect(paused?.doneBytes).toBeGreaterThan(0);
    expect(paused?.doneBytes).toBeLessThan(paused?.totalBytes ?? 0);
    await service.remove({ id: "tiny" });
    expect(await service.list()).toEqual([]);
    expect(blobCount()).toBe(0);
  });
});
