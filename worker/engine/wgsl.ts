// The WGSL composer: the only place where shader text is put together.
//
// A shader file is valid WGSL as it stands. A *slot* is a top-level `const` or `alias` whose
// right-hand side an op may rebind (tile sizes, storage type). Nothing else is ever substituted.

import { fail } from "../contract/errors.ts";
import type { DType } from "./graph.ts";

export interface WgslFile {
  readonly path: string; // as shown in errors, e.g. "shaders/norm/norm.wgsl"
  readonly text: string;
}
export type Slots = Readonly<Record<string, string | number | boolean>>;

/** Rebinds each named slot. Throws unless the file declares it exactly once. */
export function bindSlots(file: WgslFile, slots: Slots): string {
  let text = file.text;
  for (const [slot, value] of Object.entries(slots)) {
    const declaration = new RegExp(`^((?:const|alias) ${slot}\\b[^=]*= )([^;]*);`, "gm");
    const found = [...text.matchAll(declaration)].length;
    if (found !== 1) fail({ code: "wgsl-slot", file: file.path, slot, found });
    text = text.replace(declaration, `$1${value};`);
  }
  return text;
}

export interface Composed {
  readonly code: string;
  readonly at: (line: number) => string; // a line of `code` as "file:line"
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly params: readonly Param[];
}

// A pure function's memory: the same files and slots give the same text, and a model asks for them once a layer.
const memory = new Map<string, Composed>();

/** Joins library files and an op file, and reflects bindings and params. Throws wgsl-slot for a slot not declared exactly once. */
export function compose(files: readonly WgslFile[], slots: Slots = {}): Composed {
  const key = JSON.stringify([files.map((f) => f.path), slots]);
  const known = memory.get(key);
  if (known) return known;
  const { code, at } = join(files, slots);
  const composed = { code, at, bindings: bindingsOf(code), params: paramsOf(code) };
  memory.set(key, composed);
  return composed;
}

const ENABLE = /^enable \w+;/gm;

/** WGSL declarations may come in any order, so joining is safe; what a file enables comes first. */
function join(files: readonly WgslFile[], slots: Slots): { code: string; at: (line: number) => string } {
  const extensions = new Set(files.flatMap(({ text }) => [...text.matchAll(ENABLE)].map(([line]) => line)));
  if (Object.values(slots).some((value) => /\bf16\b/.test(String(value)))) extensions.add("enable f16;");
  const starts: { path: string; line: number }[] = [];
  let code = [...extensions].join(" ") + "\n";
  for (const file of files) {
    starts.push({ path: file.path, line: code.split("\n").length });
    const own = Object.fromEntries(Object.entries(slots).filter(([s]) => isSlotOf(file, s)));
    code += bindSlots(file, own).replace(ENABLE, "") + "\n";
  }
  for (const slot of Object.keys(slots)) {
    const found = files.filter((f) => isSlotOf(f, slot)).length;
    if (found !== 1) fail({ code: "wgsl-slot", file: files.at(-1)!.path, slot, found });
  }
  const at = (line: number) => {
    const start = starts.findLast((s) => s.line <= line) ?? starts[0];
    return `${start.path}:${line - start.line + 1}`;
  };
  return { code, at };
}

function isSlotOf(file: WgslFile, slot: string): boolean {
  return new RegExp(`^(const|alias) ${slot}\\b`, "m").test(file.text);
}

export interface Binding {
  readonly binding: number;
  readonly isWritten: boolean; // var<storage, read_write>
  readonly dtype: DType | null; // of its numbers; null for a struct
}

/** Name → binding, read from the WGSL itself so that it is written once. */
function bindingsOf(code: string): ReadonlyMap<string, Binding> {
  const aliases = new Map([...code.matchAll(/^alias (\w+) = ([^;]*);/gm)].map(([, name, type]) => [name, type]));
  const found = code.matchAll(/@group\(0\) @binding\((\d+)\) var<([^>]*)> (\w+)\s*:\s*([^;]*);/g);
  return new Map(
    [...found].map(([, n, access, name, type]) => [
      name,
      { binding: Number(n), isWritten: access.includes("read_write"), dtype: dtypeOf(type, aliases) },
    ]),
  );
}

/** What numbers a WGSL type is made of, seen through arrays, vectors and aliases. */
function dtypeOf(type: string, aliases: ReadonlyMap<string, string>): DType | null {
  const inner = /^(?:array|vec[234])<(\w+(?:<\w+>)?)(?:, *\w+)?>$/.exec(type)?.[1] ?? aliases.get(type);
  if (inner) return dtypeOf(inner, aliases);
  const scalar = { f: "f32", h: "f16", u: "u32" }[/^vec[234]([fhu])$/.exec(type)?.[1] ?? ""] ?? type;
  return scalar === "f32" || scalar === "f16" || scalar === "u32" ? scalar : null;
}

export interface Param {
  readonly name: string;
  readonly type: "u32" | "i32" | "f32";
}

/** Fields of `struct Params`, in order. Only 4-byte scalars: no padding to get wrong. */
function paramsOf(code: string): readonly Param[] {
  const body = /struct Params \{([^}]*)\}/.exec(code.replace(/\/\/.*$/gm, ""))?.[1] ?? "";
  return [...body.matchAll(/(\w+)\s*:\s*(u32|i32|f32)/g)].map(([, name, type]) => ({
    name,
    type: type as Param["type"],
  }));
}
