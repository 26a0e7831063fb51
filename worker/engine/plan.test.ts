// The planner needs no GPU: it is checked on its promises, over small graphs and over random ones.

import { describe, expect, it } from "vitest";
import { add } from "../../shaders/elementwise/elementwise.ts";
import { embedding } from "../../shaders/embed/embed.ts";
import { rmsnorm } from "../../shaders/norm/norm.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph, rootOf, type Resident, type Tensor } from "./graph.ts";
import { plan, type Plan } from "./plan.ts";

const sum = (a: Tensor, b: Tensor) => add.forward({ a, b }, {}).y;
const buffer = (size: number) => ({ size }) as GPUBuffer;

function start(graph: Graph, shape = [64]): Tensor {
  const x = graph.tensor("x", shape);
  graph.clear(x);
  return x;
}
const slotOf = (planned: Plan, t: Tensor) => planned.slotOf.get(rootOf(t).root);

describe("slots", () => {
  it("a long chain needs three: two summands and a sum", () => {
    const graph = new Graph();
    let [a, b] = [start(graph), start(graph)];
    for (let i = 0; i < 20; i++) [a, b] = [b, sum(a, b)];
    expect(plan(graph, [b]).slotBytes).toEqual([256, 256, 256]);
  });

  it("are never shared by tensors of one dispatch, even where one's life ends as the other's begins", () => {
    const graph = new Graph();
    const a = start(graph);
    const y = sum(a, a); // the last use of a
    const planned = plan(graph, [y]);
    expect(slotOf(planned, y)).not.toBe(slotOf(planned, a));
  });

  it("keep what is kept: no later tensor gets its slot", () => {
    const graph = new Graph();
    const a = start(graph);
    const kept = sum(a, a);
    let y = sum(kept, a);
    for (let i = 0; i < 5; i++) y = sum(y, y);
    const planned = plan(graph, [kept, y]);
    const others = [...planned.slotOf].filter(([t]) => t !== kept).map(([, slot]) => slot);
    expect(others).not.toContain(slotOf(planned, kept));
  });

  it("the same chain shares that slot when nothing is kept", () => {
    const graph = new Graph();
    const a = start(graph);
    const first = sum(a, a);
    let y = sum(first, a);
    for (let i = 0; i < 5; i++) y = sum(y, y);
    const planned = plan(graph, [y]);
    expect([...planned.slotOf].filter(([, slot]) => slot === slotOf(planned, first)).length).toBeGreaterThan(1);
  });

  it("grow to their largest tenant, in steps of 16 bytes", () => {
    const graph = new Graph();
    start(graph, [1]);
    const large = start(graph, [100, 3]);
    expect(plan(graph, [large]).slotBytes).toEqual([1200]);
    const odd = new Graph();
    expect(plan(odd, [start(odd, [3])]).slotBytes).toEqual([16]);
  });

  it("hold a saved tensor until its backward has read it", () => {
    const graph = new Graph();
    const [x, w] = [start(graph, [4, 64]), start(graph, [64])];
    const { y, saved } = rmsnorm.forward({ x, w }, { eps: 1e-6 });
    let z = y;
    for (let i = 0; i < 4; i++) z = sum(z, z);
    const dx = rmsnorm.backward(z, saved, { eps: 1e-6 }).x();
    const planned = plan(graph, [dx]);
    expect([...planned.slotOf].filter(([, slot]) => slot === slotOf(planned, saved.r)).length).toBe(1);
  });

  // The promise itself: whatever the graph, two tensors whose lives overlap have different slots.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("lives that overlap never share one: random graph %i", (seed) => {
    const graph = new Graph();
    const random = normals(400, seed).map((v) => Math.abs(v * 7.3) % 1);
    const made = [start(graph), start(graph)];
    for (let i = 0; i < 150; i++) {
      const pick = (r: number) => made[Math.max(0, made.length - 1 - Math.floor(r * r * 12))];
      made.push(sum(pick(random[2 * i]), pick(random[2 * i + 1])));
    }
    const kept = [made[5], made.at(-1)!];
    const planned = plan(graph, kept);
    const lives = livesOf(graph, kept);
    const all = [...planned.slotOf.keys()];
    for (const a of all)
      for (const b of all) {
        if (a.id >= b.id || planned.slotOf.get(a) !== planned.slotOf.get(b)) continue;
        const [first, second] = [lives.get(a)!, lives.get(b)!].sort((p, q) => p.first - q.first);
        expect(second.first).toBeGreaterThan(first.last);
      }
    expect(planned.slotBytes.length).toBeLessThan(all.length / 2); // and sharing does happen
  });
});

/** First and last step that names each tensor, read off the graph. */
function livesOf(graph: Graph, kept: readonly Tensor[]): Map<Tensor, { first: number; last: number }> {
  const lives = new Map<Tensor, { first: number; last: number }>();
  graph.steps.forEach((step, i) => {
    const named =
      step.kind === "dispatch"
        ? Object.values(step.tensors)
        : step.kind === "clear"
          ? [step.tensor]
          : [step.from, step.to];
    for (const t of named) lives.set(t, { first: lives.get(t)?.first ?? i, last: kept.includes(t) ? Infinity : i });
  });
  return lives;
}

describe("views", () => {
  it("live in their root's slot, and keep it alive", () => {
    const graph = new Graph();
    const base = start(graph, [4, 64]);
    const row = base.rows(2, 1).reshape([64]);
    let y = sum(row, row);
    for (let i = 0; i < 4; i++) y = sum(y, y);
    y = sum(y, row); // the base itself is not named again
    const planned = plan(graph, [y]);
    expect(planned.slotOf.has(row)).toBe(false);
    expect(rootOf(row)).toEqual({ root: base, byteOffset: 512 });
    expect([...planned.slotOf.values()].filter((slot) => slot === slotOf(planned, base)).length).toBe(1);
  });
  it("of a kept tensor's part keep all of it", () => {
    const graph = new Graph();
    const base = start(graph, [2, 64]);
    let y = start(graph);
    for (let i = 0; i < 4; i++) y = sum(y, y);
    const planned = plan(graph, [base.rows(1, 1), y]);
    expect([...planned.slotOf.values()].filter((slot) => slot === slotOf(planned, base)).length).toBe(1);
  });
  it("must begin at a multiple of 256 bytes and lie inside", () => {
    const base = start(new Graph(), [8, 16]);
    expect(() => base.rows(1, 1)).toThrow("shape-mismatch");
    expect(() => base.rows(4, 5)).toThrow("shape-mismatch");
    expect(base.rows(4, 4).shape).toEqual([4, 16]);
    expect(() => base.reshape([3, 3])).toThrow("shape-mismatch");
  });
});

describe("what is refused", () => {
  it("reading what nothing has written", () => {
    const graph = new Graph();
    const never = graph.tensor("never", [64]);
    sum(start(graph), never);
    expect(() => plan(graph, [])).toThrow(/"tensor":"never".*written before it is read/);
  });
  it("reading before writing, also through a view and by a copy", () => {
    const graph = new Graph();
    const late = graph.tensor("late", [2, 64]);
    graph.copy(late.rows(1, 1).reshape([64]), start(graph));
    graph.clear(late);
    expect(() => plan(graph, [])).toThrow(/"op":"copy","tensor":"late"/);
  });
  it("a tensor of another dtype than the kernel's", () => {
    const graph = new Graph();
    embedding.forward({ table: start(graph, [4, 4]), ids: start(graph, [3]) }, {});
    expect(() => plan(graph, [])).toThrow(/"op":"embedding_forward","tensor":"x","expected":"u32","got":"f32"/);
  });
  it("a copy between dtypes", () => {
    const graph = new Graph();
    expect(() => graph.copy(start(graph, [3]), graph.tensor("half", [3], "f16"))).toThrow("shape-mismatch");
  });
  it("clearing half a word: an odd number of f16 is cleared only where a tensor ends", () => {
    const graph = new Graph();
    const half = graph.tensor("half", [5], "f16");
    expect(() => graph.clear(half)).not.toThrow();
    expect(() => graph.clear(half.rows(0, 4))).not.toThrow();
    expect(() => graph.clear(half.rows(0, 3))).toThrow("shape-mismatch");
  });
  it("a copy between shapes", () => {
    const graph = new Graph();
    expect(() => graph.copy(start(graph, [2]), start(graph, [3]))).toThrow("shape-mismatch");
  });
});

it("residents have no slot and are counted once a buffer, by what they live as long as", () => {
  const graph = new Graph();
  const flat = buffer(1024);
  const part = (label: string, byteOffset: number): Resident => ({
    ...{ label, shape: [64], dtype: "f32", lifetime: "weights", buffer: flat, byteOffset },
  });
  const state: Resident = { ...part("state", 0), lifetime: "session", buffer: buffer(256) };
  const [a, b] = [part("a", 0), part("b", 256)];
  expect(graph.resident(a)).toBe(graph.resident(a));
  const y = sum(sum(graph.resident(a), graph.resident(b)), graph.resident(state));
  const planned = plan(graph, [y]);
  expect(planned.slotBytes).toEqual([256, 256]);
  expect(planned.bytes).toEqual({ weights: 1024, session: 256, activations: 512, gradients: 0, optimizer: 0 });
});
