// An op is not done until it has its kernel, its binding, its reference, its test, its bench, its documentation and its entry in
// the registry.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functions, ops } from "../shaders/index.ts";

const families = readdirSync("shaders", { withFileTypes: true })
  .filter((d) => d.isDirectory() && d.name !== "lib")
  .map((d) => d.name);
const registered = new Set<unknown>([...ops, ...Object.values(functions)]);
const bindings = import.meta.glob<Record<string, unknown>>(
  ["../shaders/*/*.ts", "!**/*.test.ts", "!**/*.bench.ts", "!**/*.ref.ts", "!../shaders/lib/*"],
  { eager: true },
);

it("ops have names of their own", () => {
  const names = ops.map((op) => op.name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

describe.each(families)("shaders/%s", (family) => {
  const files = readdirSync(`shaders/${family}`);

  it.each([".ts", ".test.ts", ".bench.ts"])("has its %s", (suffix) =>
    expect(existsSync(`shaders/${family}/${family}${suffix}`)).toBe(true),
  );
  it.each([".wgsl", ".ref.ts"])("has a %s", (suffix) => expect(files.some((f) => f.endsWith(suffix))).toBe(true));

  const exported = files
    .filter((file) => /^[\w-]+\.ts$/.test(file))
    .flatMap((file) => documented(`shaders/${family}/${file}`));
  it("documents something", () => expect(exported.length).toBeGreaterThan(0));

  describe.each(exported)("$name", ({ name, doc, path }) => {
    it.each(["@shape", "@dtype", "@error", "@source"])("says its %s", (tag) => expect(doc).toContain(tag));
    it("is registered", () => expect(registered.has(bindings[`../${path}`][name])).toBe(true));
  });

  it.each(files.filter((f) => f.endsWith(".wgsl")))(
    "%s: a header, and every barrier says what it separates",
    (file) => {
      const lines = readFileSync(`shaders/${family}/${file}`, "utf8").split("\n");
      expect(lines[0]).toMatch(new RegExp(`^// ${file} — `));
      expect(lines.filter((line) => /Barrier\(\)/.test(line) && !/Barrier\(\);.*\/\/ \S/.test(line))).toEqual([]);
    },
  );
});

/** Exported ops, and exported functions whose documentation has tags, each with its documentation. */
function documented(path: string): { name: string; doc: string; path: string }[] {
  const text = readFileSync(path, "utf8");
  const declarations = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:(const) (\w+): Op\b|function (\w+))/g;
  return [...text.matchAll(declarations)]
    .map(([, doc = "", isConst, op, fn]) => ({ name: op ?? fn, doc, path, isOp: isConst !== undefined }))
    .filter(({ doc, isOp }) => isOp || /^ \* @/m.test(doc));
}
