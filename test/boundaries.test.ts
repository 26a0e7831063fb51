// The law of DESIGN §1 and CONTRIBUTING rule 1: web → worker → worker/engine → shaders, and nothing the other way. Every source
// (.ts, .mjs, .svelte; static and dynamic imports, re-exports, `new URL`) is read; tests and benches are free.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

interface Arrows {
  readonly values: readonly string[]; // folders or files, beside its own
  readonly types?: readonly string[]; // by `import type` alone
}

const run = ["shaders", "worker/engine", "worker/contract"]; // what a module needs that runs models

/** Each folder may name only folders that stand above it, so nothing goes round in circles. */
const law: Readonly<Record<string, Arrows>> = {
  "worker/contract": { values: [] },
  shaders: { values: ["worker/contract/errors.ts"], types: ["worker/engine/op.ts"] },
  "worker/engine": { values: ["worker/contract", "shaders"] },
  "worker/storage": { values: ["worker/contract"] },
  "worker/tokenizer": { values: [...run] }, // bulk.ts alone asks the GPU
  "worker/documents": { values: ["worker/contract", "worker/storage"] },
  "worker/downloads": { values: ["worker/contract", "worker/storage"] },
  "worker/datasets": { values: ["worker/contract", "worker/storage", "worker/documents"] },
  "worker/sharing": { values: ["worker/contract", "worker/storage", "worker/documents", "worker/datasets"] },
  "worker/models": { values: ["worker/contract", "worker/engine", "worker/storage", "worker/tokenizer"] },
  "worker/embedding": { values: [...run, "worker/storage", "worker/models", "worker/tokenizer", "worker/documents"] },
  "worker/search": { values: [...run, "worker/storage"] },
  "worker/inference": {
    values: [...run, "worker/storage", "worker/models", "worker/tokenizer", "worker/documents"],
    types: ["worker/search"],
  },
  "worker/training": { values: [...run, "worker/storage", "worker/models", "worker/tokenizer"] },
  "worker/tuning": {
    values: [...run, "worker/models", "worker/tokenizer", "worker/inference", "worker/training"],
  },
  "worker/evaluation": { values: ["worker/contract", "worker/training/random.ts"] }, // numbers and words, no model
  // Engines of others: they run models from the same folders, on devices of their own.
  "worker/engines": { values: ["worker/contract", "worker/engine/format", "worker/models", "worker/tokenizer"] },
  "worker/gpu": {
    values: [
      "worker/engines",
      ...[...run, "worker/storage", "worker/tokenizer", "worker/documents", "worker/models"],
      ...["worker/embedding", "worker/search", "worker/inference", "worker/training", "worker/tuning"],
    ],
  },
  "worker/text": {
    values: [
      ...["worker/contract", "worker/storage", "worker/tokenizer", "worker/documents", "worker/datasets"],
      ...["worker/sharing", "worker/downloads", "worker/evaluation", "worker/models/adapters.ts"],
      ...["worker/search", "worker/inference"], // what needs a GPU there is asked of the GPU worker
    ],
  },
  server: { values: ["worker", "shaders"] }, // but no worker's main: see below
  web: { values: ["worker/contract"], types: ["server/app.ts"] },
};

/** Single files with an arrow of their own. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  "web/client/session.ts": ["worker/gpu/main.ts", "worker/text/main.ts"], // the only place that starts workers
  "web/screens/prove/blind.svelte.ts": ["worker/evaluation/blind.ts"], // a session of clicks: no worker knows the sides
};

interface Import {
  readonly path: string;
  readonly isType: boolean;
}

/** The relative imports of a source text. */
function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const statements = /\b(?:import|export)\s+(type\s)?[^"';()]*?from\s*["'](\.[^"']+)["']/g;
  const bare = /\bimport\s*\(?\s*["'](\.[^"']+)["']/g; // import "…" and import("…")
  const urls = /\bnew URL\(\s*["'](\.[^"']+\.(?:ts|mjs))["']/g; // a worker, not a folder of files
  return [
    ...[...code.matchAll(statements)].map(([, type, path]) => ({ path, isType: type !== undefined })),
    ...[...code.matchAll(bare), ...code.matchAll(urls)].map(([, path]) => ({ path, isType: false })),
  ];
}

const isWithin = (target: string, folder: string) => target === folder || target.startsWith(`${folder}/`);

/** What `file` of `folder` may not import. */
function violations(folder: string, file: string, text: string): string[] {
  const { values, types = [] } = law[folder];
  return importsOf(text).flatMap(({ path, isType }) => {
    const target = join(dirname(file), path.replace(/\?.*$/, ""));
    const allowed = [folder, ...values, ...(isType ? types : []), ...(exceptions[file] ?? [])];
    const isMain = /^worker\/\w+\/main\.ts$/.test(target) && !exceptions[file]?.includes(target);
    return !isMain && allowed.some((a) => isWithin(target, a)) ? [] : [`${file} may not import ${target}`];
  });
}

function sourcesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((d) => d.isFile() && /\.(ts|mjs|svelte)$/.test(d.name) && !/\.(test|bench)\.ts$/.test(d.name))
    .map((d) => join(d.parentPath, d.name));
}

describe.each(Object.keys(law))("%s", (folder) => {
  it("imports only what stands below it", () => {
    const found = sourcesOf(folder).flatMap((file) => violations(folder, file, readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });
});

it("every folder of the worker has its law", () => {
  const folders = readdirSync("worker", { withFileTypes: true }).filter((d) => d.isDirectory());
  expect(folders.map((d) => `worker/${d.name}`).filter((folder) => !(folder in law))).toEqual([]);
});

it("the law goes one way", () => {
  const order = Object.keys(law);
  for (const [folder, { values }] of Object.entries(law))
    for (const above of values.filter((v) => v in law))
      expect(order.indexOf(above), `${folder} → ${above}`).toBeLessThan(order.indexOf(folder));
});

describe("platforms", () => {
  // A script of the training recipe that writes files for the oracle; run by hand, imported by nothing.
  const scripts = ["worker/training/grounded/dump.ts"];
  const files = ["shaders", "worker"].flatMap(sourcesOf).filter((file) => !scripts.includes(file));

  it("the worker and the shaders import nothing of Node", () => {
    expect(files.filter((file) => /["']node:|["'](fs|path|os)["']/.test(readFileSync(file, "utf8")))).toEqual([]);
  });
  it("the engine and the shaders know no browser", () => {
    const free = files.filter((file) => isWithin(file, "worker/engine") || isWithin(file, "shaders"));
    expect(free.filter((file) => /\b(navigator|window|document|self)\./.test(readFileSync(file, "utf8")))).toEqual([]);
  });
  it("the page never sees a GPUDevice", () => {
    expect(sourcesOf("web").filter((file) => /GPUDevice|navigator\.gpu\b/.test(readFileSync(file, "utf8")))).toEqual(
      [],
    );
  });
});

describe("the reader of imports", () => {
  it.each([
    ['import { a } from "../x.ts";', "../x.ts", false],
    ['import {\n  a,\n  b,\n} from "../x.ts";', "../x.ts", false],
    ['import type { A } from "./x.ts";', "./x.ts", true],
    ['import { type A } from "./x.ts";', "./x.ts", false],
    ['export * from "./x.ts";', "./x.ts", false],
    ['export { a } from "./x.ts";', "./x.ts", false],
    ['export type { A } from "./x.ts";', "./x.ts", true],
    ['import "./x.ts";', "./x.ts", false],
    ['const x = await import("./x.ts");', "./x.ts", false],
    ['new Worker(new URL("./x.ts", import.meta.url))', "./x.ts", false],
    ["import text from './x.wgsl?raw';", "./x.wgsl?raw", false],
    ['<script lang="ts">\n  import A from "./A.svelte";\n</script>', "./A.svelte", false],
  ])("%s", (text, path, isType) => expect(importsOf(text)).toEqual([{ path, isType }]));

  it("sees through neither comments nor packages", () => {
    expect(importsOf('// import "./x.ts";\nimport { a } from "idb";\n/* import "./y.ts"; */')).toEqual([]);
  });
  it("catches what the law forbids", () => {
    expect(
      violations("shaders", "shaders/norm/norm.ts", 'import { Graph } from "../../worker/engine/graph.ts";'),
    ).toEqual(["shaders/norm/norm.ts may not import worker/engine/graph.ts"]);
    expect(
      violations("shaders", "shaders/norm/norm.ts", 'import { run } from "../../worker/engine/op.ts";'),
    ).toHaveLength(1);
    expect(violations("server", "server/app.ts", 'import "../worker/gpu/main.ts";')).toHaveLength(1);
    expect(violations("web", "web/App.svelte", 'import { app } from "../server/app.ts";')).toHaveLength(1);
  });
});
