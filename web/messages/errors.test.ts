import { describe, expect, test } from "vitest";
import type { AppErrorCode } from "../../worker/contract/index.ts";
import { explain } from "./errors.ts";

const samples: { [Code in AppErrorCode["code"]]: Extract<AppErrorCode, { code: Code }> } = {
  "shape-mismatch": { code: "shape-mismatch", op: "mm", tensor: "x", expected: "2", got: "3" },
  "wgsl-slot": { code: "wgsl-slot", file: "a.wgsl", slot: "N", found: 0 },
  "wgsl-compile": { code: "wgsl-compile", file: "a.wgsl", line: 1, message: "m" },
  "gpu-unavailable": { code: "gpu-unavailable", reason: "no adapter" },
  "gpu-lost": { code: "gpu-lost", reason: "reset" },
  "gpu-out-of-memory": { code: "gpu-out-of-memory", neededBytes: 5_000_000, what: "the weights" },
  "gpu-validation": { code: "gpu-validation", what: "mm", message: "m" },
  "bad-file": { code: "bad-file", file: "a.safetensors", format: "safetensors", reason: "it ends early" },
  "model-unsupported": { code: "model-unsupported", model: "m", reason: "its architecture is not known" },
  "engine-cannot": { code: "engine-cannot", model: "m", engine: "WebLLM", what: "learning" },
  "engine-failed": { code: "engine-failed", model: "m", engine: "WebLLM", reason: "no device" },
  "library-missing": { code: "library-missing", model: "m", file: "m-webgpu.wasm", version: "v0_2_86" },
  "document-unreadable": { code: "document-unreadable", document: "a.pdf", reason: "encrypted", detail: "" },
  "storage-full": { code: "storage-full", neededBytes: 2_000_000, freeBytes: 1_000 },
  "storage-unavailable": { code: "storage-unavailable", reason: "private window" },
  "not-found": { code: "not-found", what: "document", id: "1" },
  "invalid-argument": { code: "invalid-argument", name: "k", reason: "below 1" },
  "context-full": { code: "context-full", tokenCount: 900, maxTokenCount: 512 },
  network: { code: "network", url: "/models/x", reason: "404" },
  "hub-refused": { code: "hub-refused", url: "https://huggingface.co/a/b", status: 403 },
  "data-unreadable": { code: "data-unreadable", file: "a.jsonl", reason: "it is not UTF-8" },
  "data-refused": { code: "data-refused", reason: "leak", rows: [{ row: "line 3", other: "line 1" }] },
  "training-diverged": { code: "training-diverged", step: 7, reason: "loss is not a number" },
  "run-elsewhere": { code: "run-elsewhere", run: "Depot 1" },
  "team-away": { code: "team-away" },
  "team-refused": { code: "team-refused", refusal: "edit-taken", message: "Another edit has the id." },
  unexpected: { code: "unexpected", message: "boom" },
};

describe("errors in words", () => {
  test.each(Object.values(samples))("$code says what happened, what it means and what to do", (sample) => {
    const { what, means, todo } = explain(sample);
    for (const sentence of [what, means, todo]) expect(sentence).toMatch(/^\S.{8,}/);
    expect(`${what}${means}${todo}`).not.toMatch(/undefined|NaN|\[object/);
  });
  test("sizes are given in the units disks are sold in", () => {
    expect(explain(samples["storage-full"]).what).toBe("There is no room: 2 MB are needed, 1 kB are free.");
  });
});
