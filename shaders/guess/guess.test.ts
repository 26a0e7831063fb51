import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { skipWithoutHalves, storedAs } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { STATE } from "../sample/sample.ts";
import { guess, type GuessTensors } from "./guess.ts";
import { chooseReference, guessReference } from "./guess.ref.ts";

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

const ROWS = 4;
const NOWHERE = 0xffff_ffff;

/** A compiled pass over R rows of logits. */
async function open(V: number, S: number, ringSize: number, R = ROWS, dtype: "f32" | "f16" = "f32") {
  const u32 = (label: string, shape: number[]) => runtime.allocate(label, shape, "u32");
  const all = {
    logits: await runtime.allocate("logits", [R, V], dtype),
    ...{ choices: await u32("choices", [ROWS]), prompt: await u32("prompt", [S]), ring: await u32("ring", [ringSize]) },
    ...{ state: await u32("state", [8]), ids: await u32("ids", [ROWS]), positions: await u32("positions", [ROWS]) },
    ranges: await u32("ranges", [ROWS, 2]),
  };
  const graph = new Graph();
  const tensors = Object.fromEntries(Object.entries(all).map(([name, r]) => [name, graph.resident(r)]));
  guess(tensors as unknown as GuessTensors);
  const program = await runtime.compile("guess", graph);
  const read = async (of: typeof all.ring) => [...new Uint32Array(await runtime.read(of))];
  return { all, program, read };
}

/** Logits whose largest are `choices`. */
function logitsFor(choices: readonly number[], V: number): Float64Array {
  const logits = normals(choices.length * V, 3);
  for (const [t, choice] of choices.entries()) logits[t * V + choice] = 9;
  return logits;
}

describe.each([
  ["a small vocabulary that repeats itself", 5, 40, 16],
  ["a large one", 700, 300, 256],
  ["one token again and again", 1, 8, 8],
  ["a ring that wraps", 3, 4, 8],
])("%s", (_, V, S, ringSize) => {
  it("says and guesses what the reference does, pass after pass", async () => {
    const { all, program, read } = await open(V, S, ringSize);
    const promptIds = Array.from({ length: S }, (_, i) => (i * i + (i >> 2)) % V);
    runtime.write(all.prompt, Uint32Array.from(promptIds));
    const state = new Uint32Array(8);
    state[STATE.prompt] = S;
    runtime.write(all.state, state);
    runtime.write(all.positions, Uint32Array.of(S - 1, NOWHERE, NOWHERE, NOWHERE));
    let [context, guesses]: [readonly number[], readonly number[]] = [promptIds, []];
    for (let pass = 0; pass < 20; pass++) {
      // Right for a while, or wrong from some row on.
      const choices = Array.from({ length: ROWS }, (_, t) =>
        t < guesses.length && (pass * 7 + t * 3) % 5 > 0 ? guesses[t] : (pass * 11 + t * 5) % V,
      );
      runtime.write(all.logits, Float32Array.from(logitsFor(choices, V)));
      program.replay();
      const expected = guessReference(context, S, guesses, choices, ROWS, ringSize);
      context = [...context, ...expected.said];
      guesses = expected.guesses;
      const n = context.length;
      const now = await read(all.state);
      expect(now[STATE.generatedCount]).toBe(n - S);
      expect(now[STATE.position]).toBe(n - 1);
      expect(now[STATE.guessed]).toBe(guesses.length);
      expect((await read(all.ids)).slice(0, 1 + guesses.length)).toEqual([context[n - 1], ...guesses]);
      const rows = Array.from({ length: ROWS }, (_, t) => t <= guesses.length);
      expect(await read(all.positions)).toEqual(rows.map((isThere, t) => (isThere ? n - 1 + t : NOWHERE)));
      expect(await read(all.ranges)).toEqual(rows.flatMap((isThere, t) => (isThere ? [0, n + t] : [0, 0])));
      const ring = await read(all.ring);
      const latest = context.slice(Math.max(S, n - ringSize));
      latest.forEach((id, i) => expect(ring[(n - S - latest.length + i) % ringSize]).toBe(id));
    }
  });
});

it.for(["f32", "f16"] as const)("chooses the largest of each row, the lowest of equals, %s", async (dtype, test) => {
  if (dtype === "f16") skipWithoutHalves(test, runtime.device);
  const V = 1000;
  const { all, program, read } = await open(V, 4, 8, ROWS, dtype);
  const logits = normals(ROWS * V, 9).map((v) => Math.round(4 * v) / 4); // many equals
  logits.fill(-Infinity, 3 * V); // and a row of nothing else
  runtime.write(all.logits, storedAs[dtype](logits));
  program.replay();
  const rows = Array.from({ length: ROWS }, (_, t) => chooseReference(logits.subarray(t * V, (t + 1) * V)));
  expect(await read(all.choices)).toEqual(rows);
});

it("a pass of one row begins an answer", async () => {
  const { all, program, read } = await open(6, 5, 8, 1);
  runtime.write(all.prompt, Uint32Array.of(1, 2, 3, 4, 5));
  runtime.write(all.state, Uint32Array.of(0, 0, 0, 0, 0, 0, 5, 0));
  runtime.write(all.positions, Uint32Array.of(4, 0, 0, 0));
  runtime.write(all.logits, Float32Array.of(0, 0, 1, 0, 0, 0));
  program.replay();
  expect(await read(all.ids)).toEqual([2, 3, 4, 5]);
  expect(await read(all.positions)).toEqual([5, 6, 7, 8]);
});

it("refuses rows that do not belong together", () => {
  const graph = new Graph();
  const u32 = (shape: number[]) => graph.tensor("t", shape, "u32");
  const tensors = { prompt: u32([9]), ring: u32([8]), state: u32([8]), ids: u32([4]), positions: u32([4]) };
  const given = { logits: graph.tensor("logits", [5, 8]), choices: u32([4]), ranges: u32([4, 2]), ...tensors };
  expect(() => guess(given)).toThrow(/shape-mismatch/);
});
