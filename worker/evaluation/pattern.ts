// Regular expressions that cannot hang: the pattern becomes a small machine that reads the answer once, all alternatives side by
// side (Thompson 1968; Cox 2007, swtch.com/~rsc/regexp/regexp2.html). Time is at most instructions × characters, where the
// engine's own backtracking takes years over (a+)+$. What such a machine cannot do is refused: back references, lookaround.
import { fail } from "../contract/errors.ts";

export const limits = { patternLength: 1_000, instructions: 2_000, repeats: 500, textLength: 10_000 } as const;

type Instruction =
  | { readonly do: "read"; readonly fits: (character: string) => boolean }
  | { readonly do: "assert"; readonly holds: (before: string, after: string) => boolean }
  | { readonly do: "split"; to: readonly number[] }
  | { readonly do: "accept" };

/** A test whether the pattern occurs in a text. Characters are code points, as with the flag u. Throws invalid-argument. */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > limits.patternLength) refuse(`it is longer than ${limits.patternLength} characters`);
  try {
    RegExp(pattern, "u");
  } catch (cause) {
    refuse(cause instanceof Error ? cause.message : String(cause));
  }
  const program = new Compiler(pattern).compile();
  return (text) => occurs(program, text);
}

const refuse = (reason: string): never => fail({ code: "invalid-argument", name: "pattern", reason });

const surrogates = "u[dD][89abAB][\\da-fA-F]{2}\\\\u[dD][c-fC-F][\\da-fA-F]{2}";
const escape = `\\\\(?:[pP]\\{[^}]*\\}|u\\{[^}]*\\}|${surrogates}|u[\\da-fA-F]{4}|x[\\da-fA-F]{2}|c[A-Za-z]|[^])`;
const atom = RegExp(`${escape}|\\[(?:\\\\[^]|[^\\]\\\\])*\\]|[^]`, "uy");
const quantifier = /([*+?]|\{(\d+)(,?)(\d*)\})\??/uy;
const group = /\((?:\?(?::|<[\p{ID_Start}$_][^>]*>|(.[=!]?)))?/uy;

/** Compiles a pattern that RegExp accepts: by recursive descent, one alternative after the other. */
class Compiler {
  readonly #program: Instruction[] = [];
  #at = 0;

  constructor(readonly pattern: string) {}

  compile(): readonly Instruction[] {
    this.#alternatives();
    this.#emit({ do: "accept" });
    return this.#program;
  }

  #emit(instruction: Instruction): void {
    if (this.#program.push(instruction) > limits.instructions) refuse("it is too large; use fewer or smaller repeats");
  }
  #split(...to: number[]): void {
    this.#emit({ do: "split", to });
  }
  /** Takes what the sticky expression matches here. */
  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.pattern);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  /** Each alternative but the last: a split over it, and a jump behind the last one. */
  #alternatives(): void {
    const jumps: { to: readonly number[] }[] = [];
    for (;;) {
      const start = this.#program.length;
      const body = this.#apart(() => this.#sequence());
      if (this.pattern[this.#at] !== "|") {
        this.#place(body, start);
        break;
      }
      this.#at++;
      this.#split(start + 1, start + body.length + 2);
      this.#place(body, start);
      const jump = { do: "split" as const, to: [] as readonly number[] };
      this.#emit(jump);
      jumps.push(jump);
    }
    for (const jump of jumps) jump.to = [this.#program.length];
  }

  #sequence(): void {
    while (this.#at < this.pattern.length && !"|)".includes(this.pattern[this.#at])) {
      const start = this.#program.length;
      const body = this.#apart(() => this.#one());
      const found = this.#take(quantifier);
      if (found === null) this.#place(body, start);
      else this.#repeat(body, start, ...bounds(found));
    }
  }

  /** What `compile` emits, taken out of the program again: its jumps count from `start`, where it was emitted. */
  #apart(compile: () => void): Instruction[] {
    const start = this.#program.length;
    compile();
    return this.#program.splice(start);
  }
  /** Puts a copy of `body`, compiled at `start`, to the end of the program. */
  #place(body: readonly Instruction[], start: number): void {
    const shift = this.#program.length - start;
    for (const one of body) this.#emit(one.do === "split" ? { do: "split", to: one.to.map((to) => to + shift) } : one);
  }

  #repeat(body: readonly Instruction[], start: number, least: number, most: number): void {
    if (Math.max(least, most === Infinity ? 0 : most) > limits.repeats)
      refuse(`it repeats more than ${limits.repeats} times`);
    const size = body.length + 1;
    for (let i = 0; i < least; i++) this.#place(body, start);
    const here = () => this.#program.length;
    if (most === Infinity) {
      const loop = here();
      this.#split(loop + 1, loop + size + 1);
      this.#place(body, start);
      this.#split(loop);
      return;
    }
    const end = here() + (most - least) * size;
    for (let i = least; i < most; i++) {
      this.#split(here() + 1, end);
      this.#place(body, start);
    }
  }

  #one(): void {
    if (this.pattern[this.#at] === "(") return this.#group();
    const text = this.#take(atom)?.[0] ?? refuse("it cannot be read");
    if (/^\\[1-9k]/u.test(text)) refuse("it refers back to a group; back references are not supported");
    const assertion = assertions[text];
    if (assertion !== undefined) return this.#emit({ do: "assert", holds: assertion });
    const single = RegExp(`^(?:${text})$`, "u");
    const known = new Map<string, boolean>();
    const fits = (character: string) => {
      if (!known.has(character)) known.set(character, single.test(character));
      return known.get(character)!;
    };
    this.#emit({ do: "read", fits });
  }

  #group(): void {
    const kind = this.#take(group)?.[1];
    if (kind !== undefined)
      refuse(
        /[=!]/.test(kind) ? "it looks ahead or behind; lookaround is not supported" : `(?${kind} is not supported`,
      );
    this.#alternatives();
    this.#at++; // the closing bracket, which RegExp has checked
  }
}

function bounds([, sign, least, comma, most]: RegExpExecArray): [least: number, most: number] {
  if (least === undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
  return [Number(least), comma === "" ? Number(least) : most === "" ? Infinity : Number(most)];
}

const isWord = (character: string): boolean => /^\w$/.test(character);
const assertions: Readonly<Record<string, (before: string, after: string) => boolean>> = {
  "^": (before) => before === "",
  $: (_before, after) => after === "",
  "\\b": (before, after) => isWord(before) !== isWord(after),
  "\\B": (before, after) => isWord(before) === isWord(after),
};

/** Whether the program accepts a stretch of the text, wherever it starts. */
function occurs(program: readonly Instruction[], text: string): boolean {
  const characters = Array.from(text);
  const seen = new Int32Array(program.length).fill(-1); // the position at which an instruction was last reached
  let waiting: number[] = [];
  for (let i = 0; i <= characters.length; i++) {
    const [before, after] = [characters[i - 1] ?? "", characters[i] ?? ""];
    const reading: number[] = [];
    const open = [...waiting, 0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen[at] === i) continue;
      seen[at] = i;
      const instruction = program[at];
      if (instruction.do === "accept") return true;
      if (instruction.do === "split") open.push(...instruction.to);
      else if (instruction.do === "read") reading.push(at);
      else if (instruction.holds(before, after)) open.push(at + 1);
    }
    waiting = reading
      .filter((at) => after !== "" && (program[at] as { fits: (c: string) => boolean }).fits(after))
      .map((at) => at + 1);
  }
  return false;
}
