import { describe, expect, it } from "vitest";
import { AppError } from "../contract/errors.ts";
import { bindSlots, compose, type WgslFile } from "./wgsl.ts";

const file = (path: string, text: string): WgslFile => ({ path, text });
const detailOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.detail : error;
  }
  return "nothing was thrown";
};

describe("bindSlots", () => {
  const slots = file(
    "a.wgsl",
    "const TILE: u32 = 8u; // slot: rows\nalias T = f32; // slot\nconst TILES: u32 = TILE * 2u;\n",
  );

  it("rebinds the right-hand side of a const and of an alias, and nothing else", () => {
    expect(bindSlots(slots, { TILE: "16u", T: "f16" })).toBe(
      "const TILE: u32 = 16u; // slot: rows\nalias T = f16; // slot\nconst TILES: u32 = TILE * 2u;\n",
    );
  });
  it("takes booleans and numbers", () => {
    expect(bindSlots(file("a.wgsl", "const PLUS: bool = false;"), { PLUS: true })).toBe("const PLUS: bool = true;");
  });
  it("refuses a slot that is not declared", () => {
    expect(detailOf(() => bindSlots(slots, { WIDTH: 1 }))).toEqual({
      code: "wgsl-slot",
      file: "a.wgsl",
      slot: "WIDTH",
      found: 0,
    });
  });
  it("refuses a slot that is declared twice", () => {
    const twice = file("b.wgsl", "const A: u32 = 1u;\nconst A: u32 = 2u;");
    expect(detailOf(() => bindSlots(twice, { A: 3 }))).toEqual({
      code: "wgsl-slot",
      file: "b.wgsl",
      slot: "A",
      found: 2,
    });
  });
  it("leaves what is indented alone: only top-level declarations are slots", () => {
    const inner = file("c.wgsl", "fn f() {\n  const A = 1u;\n}");
    expect(detailOf(() => bindSlots(inner, { A: 3 }))).toMatchObject({ found: 0 });
  });
});

describe("compose", () => {
  const library = file("lib/one.wgsl", "const WG: u32 = 64u;\nfn one() -> f32 { return 1.0; }\n");
  const op = file(
    "op.wgsl",
    `// op.wgsl
struct Params {
  rows: u32, // a comment with a field: f32
  shift: i32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
`,
  );

  it("puts what files enable first, once, and keeps their lines where they were", () => {
    const files = ["a.wgsl", "b.wgsl"].map((path) =>
      file(path, "// a header\nenable subgroups;\nalias T = f32; // slot\n"),
    );
    const { code, at } = compose([files[0]], { T: "f16" });
    expect(code).toBe("enable subgroups; enable f16;\n// a header\n\nalias T = f16; // slot\n\n");
    expect(at(4)).toBe("a.wgsl:3");
    expect(compose(files).code.match(/enable/g)).toHaveLength(1);
  });
  it("reflects bindings and whether they are written", () => {
    const { bindings } = compose([library, op]);
    expect(bindings.get("x")).toEqual({ binding: 1, isWritten: false, dtype: "f32" });
    expect(bindings.get("y")).toEqual({ binding: 7, isWritten: true, dtype: "f32" });
    expect(bindings.get("params")).toEqual({ binding: 0, isWritten: false, dtype: null });
  });
  it("reflects dtypes through arrays, vectors and aliases, as the slots have them", () => {
    const typed = file(
      "typed.wgsl",
      `alias V = vec4f; // slot
alias ROW = V; // slot
alias T = f32; // slot
@group(0) @binding(0) var<storage, read> a: array<ROW>;
@group(0) @binding(1) var<storage, read> b: array<vec4<T>>;
@group(0) @binding(2) var<storage, read> ids: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> few: array<T, 8>;
`,
    );
    const dtypes = (slots: Record<string, string>) =>
      [...compose([typed], slots).bindings.values()].map(({ dtype }) => dtype);
    expect(dtypes({})).toEqual(["f32", "f32", "u32", "f32"]);
    expect(dtypes({ T: "f16" })).toEqual(["f32", "f16", "u32", "f16"]);
    expect(dtypes({ ROW: "vec2<f16>" })).toEqual(["f16", "f32", "u32", "f32"]);
  });
  it("reflects params in order, comments ignored", () => {
    expect(compose([library, op]).params).toEqual([
      { name: "rows", type: "u32" },
      { name: "shift", type: "i32" },
      { name: "eps", type: "f32" },
    ]);
  });
  it("says which file and line a line of the joined text is", () => {
    const { code, at } = compose([library, op]);
    const line = (text: string) => code.split("\n").indexOf(text) + 1;
    expect(at(line("fn one() -> f32 { return 1.0; }"))).toBe("lib/one.wgsl:2");
    expect(at(line("  shift: i32,"))).toBe("op.wgsl:4");
  });
  it("binds a slot in the one file that has it", () => {
    expect(compose([library, op], { WG: "32u" }).code).toContain("const WG: u32 = 32u;");
    expect(compose([library, op]).code).toContain("const WG: u32 = 64u;"); // another text, not the one remembered
  });
  it("refuses a slot that two files have, or none", () => {
    const other = file("lib/two.wgsl", "const WG: u32 = 1u;");
    expect(detailOf(() => compose([library, other], { WG: 2 }))).toMatchObject({
      code: "wgsl-slot",
      slot: "WG",
      found: 2,
    });
    expect(detailOf(() => compose([library], { NONE: 2 }))).toMatchObject({
      code: "wgsl-slot",
      slot: "NONE",
      found: 0,
    });
  });
  it("enables f16 first, when a slot is bound to it", () => {
    const typed = file("typed.wgsl", "alias T = f32;");
    expect(compose([library, typed], { T: "f16" }).code.startsWith("enable f16;\n")).toBe(true);
    expect(compose([library, typed], { T: "vec4<f16>" }).code.startsWith("enable f16;\n")).toBe(true);
    expect(compose([library, typed]).code).not.toContain("enable f16");
  });
});
