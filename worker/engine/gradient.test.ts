// The tape, on ops of its own whose calculus is trivial: what is asked of them, and where sums go. Values are checked where a GPU
// is (the ops' own tests, test/training); here the recorded steps are evaluated by hand.

import { describe, expect, it } from "vitest";
import { add } from "../../shaders/elementwise/elementwise.ts";
import { Tape } from "./gradient.ts";
import { Graph, type Tensor } from "./graph.ts";
import type { Op } from "./op.ts";

const noReference = {
  forward: () => new Float64Array(),
  backward: () => ({}),
};

/** y = factor · x as an op whose dispatch the evaluator below knows; `asked` collects the gradients that were computed. */
function scaling(factor: number, asked: string[] = []): Op {
  const dispatch = (x: Tensor) => {
    const y = x.graph.tensor(`${factor}·${x.label}`, x.shape);
    const kernel = { files: [{ path: `scale ${factor}`, text: "" }], entry: "scale" };
    x.graph.dispatch({ kernel, tensors: { x, y }, params: { factor }, workgroups: [1] });
    return y;
  };
  return {
    name: `scale_${factor}`,
    forward: ({ x }) => ({ y: dispatch(x), saved: {} }),
    backward: (dy) => ({ x: () => (asked.push(`d(${factor}·)`), dispatch(dy)) }),
    reference: noReference,
  };
}

/** The product of two tensors, with thunks that add in place where they may. */
function product(asked: string[]): Op {
  const dispatch = (a: Tensor, b: Tensor, into?: Tensor) => {
    const y = into ?? a.graph.tensor("product", a.shape);
    const kernel = { files: [{ path: "product", text: "" }], entry: into ? "multiply_add" : "multiply" };
    a.graph.dispatch({ kernel, tensors: { a, b, y }, params: {}, workgroups: [1] });
    return y;
  };
  return {
    name: "product",
    forward: ({ a, b }) => ({ y: dispatch(a, b), saved: { a, b } }),
    backward: (dy, { a, b }) => ({
      a: (into) => (asked.push("da"), dispatch(dy, b, into)),
      b: (into) => (asked.push("db"), dispatch(dy, a, into)),
    }),
    reference: noReference,
  };
}

/** Runs a graph of one-element tensors on the CPU, from values given by label. */
function evaluate(graph: Graph, given: Record<string, number>): Map<Tensor, number> {
  const values = new Map(graph.tensors.filter((t) => t.label in given).map((t) => [t, given[t.label]]));
  const of = (t: Tensor) => values.get(t)!;
  for (const step of graph.steps) {
    if (step.kind !== "dispatch") throw new Error(`no ${step.kind} expected`);
    const { a, b, x, y } = step.tensors;
    const results: Record<string, () => number> = {
      add_forward: () => of(a) + of(b),
      accumulate: () => of(y) + of(a),
      scale: () => step.params.factor * of(x),
      multiply: () => of(a) * of(b),
      multiply_add: () => of(y) + of(a) * of(b),
    };
    values.set(y, results[step.kernel.entry]());
  }
  return values;
}

function open() {
  const graph = new Graph();
  const named = (label: string) => graph.tensor(label, [1]);
  const inputs = { x: named("x"), w: named("w"), p: named("p"), q: named("q"), dy: named("dy") };
  return { graph, tape: new Tape(), ...inputs, dx: named("dx"), dw: named("dw"), dp: named("dp"), dq: named("dq") };
}

const into = (...pairs: [Tensor, Tensor][]) => new Map(pairs);

describe("fan-out", () => {
  it("y = x + x: dx = 2 dy, and dy itself is not written to", () => {
    const { graph, tape, x, dy, dx } = open();
    const y = tape.apply(add, { a: x, b: x });
    tape.backward(y, dy, new Map([[x, dx]]));
    const values = evaluate(graph, { x: 5, dy: 3, dx: 0 });
    expect(values.get(dx)).toBe(6);
    expect(values.get(dy)).toBe(3);
  });

  it("y = x + x for a tensor that is wanted only: a sum of its own", () => {
    const { graph, tape, x, dy } = open();
    const y = tape.apply(add, { a: x, b: x });
    const dx = tape.backward(y, dy, new Map(), [x]).get(x)!;
    const values = evaluate(graph, { x: 5, dy: 3 });
    expect([values.get(dx), values.get(dy)]).toEqual([6, 3]);
  });

  it("three uses of one tensor: every branch counts once", () => {
    const { graph, tape, x, dy, dx } = open();
    const branches = [2, 3, 5].map((factor) => tape.apply(scaling(factor), { x }));
    const y = tape.apply(add, { a: tape.apply(add, { a: branches[0], b: branches[1] }), b: branches[2] });
    tape.backward(y, dy, new Map([[x, dx]]));
    expect(evaluate(graph, { x: 1, dy: 7, dx: 0 }).get(dx)).toBe(70);
  });
});

describe("residual chains, where a thunk hands on dy itself", () => {
  it("h + 2h, then + 3·: ∂y/∂x = 3·4 = 12, though the same dy stands for several tensors", () => {
    const { graph, tape, x, dy, dx } = open();
    let h = x;
    for (const factor of [2, 3]) h = tape.apply(add, { a: h, b: tape.apply(scaling(factor), { x: h }) });
    tape.backward(h, dy, new Map([[x, dx]]));
    const values = evaluate(graph, { x: 1, dy: 1, dx: 0 });
    expect(values.get(dx)).toBe((1 + 2) * (1 + 3));
    expect(values.get(dy)).toBe(1);
  });

  it("a gradient that two tensors share is not changed by what one of them adds", () => {
    // y = p + q, p also feeds 10·p that is added later: dp = 11 dy, dq = dy
    const { graph, tape, p, q, dy, dp, dq } = open();
    const tenfold = tape.apply(scaling(10), { x: p });
    const y = tape.apply(add, { a: tape.apply(add, { a: p, b: q }), b: tenfold });
    tape.backward(y, dy, into([p, dp], [q, dq]));
    const values = evaluate(graph, { p: 1, q: 1, dy: 2, dp: 0, dq: 0 });
    expect([values.get(dp), values.get(dq), values.get(dy)]).toEqual([22, 2, 2]);
  });

  it("nor is one that was computed afresh and then handed on to both", () => {
    // y = 2(p + q) + 10p, with 10p recorded first: d(p + q) = 2 dy stands for p and q when 10 dy is added to p's
    const { graph, tape, p, q, dy, dp, dq } = open();
    const [p2, q2] = [tape.apply(scaling(1), { x: p }), tape.apply(scaling(1), { x: q })];
    const tenfold = tape.apply(scaling(10), { x: p2 });
    const twofold = tape.apply(scaling(2), { x: tape.apply(add, { a: p2, b: q2 }) });
    const y = tape.apply(add, { a: twofold, b: tenfold });
    tape.backward(y, dy, into([p, dp], [q, dq]));
    const values = evaluate(graph, { p: 1, q: 1, dy: 1, dp: 0, dq: 0 });
    expect([values.get(dp), values.get(dq)]).toEqual([12, 2]);
  });

  it("a wanted gradient stays what it was when its tensor's turn is over", () => {
    const { graph, tape, p, dy } = open();
    const p2 = tape.apply(scaling(1), { x: p });
    const tenfold = tape.apply(scaling(10), { x: p2 });
    const q2 = tape.apply(scaling(3), { x: p });
    const inner = tape.apply(add, { a: p2, b: q2 });
    const y = tape.apply(add, { a: tape.apply(scaling(2), { x: inner }), b: tenfold });
    const gradients = tape.backward(y, dy, new Map(), [p, p2, q2, inner]);
    const values = evaluate(graph, { p: 1, dy: 1 });
    expect([p, p2, q2, inner].map((t) => values.get(gradients.get(t)!))).toEqual([18, 12, 2, 2]);
  });

  it("the same, for tensors that are wanted only", () => {
    const { graph, tape, p, q, dy } = open();
    const [p2, q2] = [tape.apply(scaling(1), { x: p }), tape.apply(scaling(1), { x: q })];
    const inner = tape.apply(add, { a: p2, b: q2 });
    const y = tape.apply(add, { a: tape.apply(add, { a: inner, b: p2 }), b: p2 });
    const gradients = tape.backward(y, dy, new Map(), [p, q, p2, q2, inner]);
    const values = evaluate(graph, { p: 1, q: 1, dy: 2 });
    const of = (t: Tensor) => values.get(gradients.get(t)!);
    expect([p, q, p2, q2, inner].map(of)).toEqual([6, 2, 6, 2, 2]);
    expect(values.get(dy)).toBe(2);
  });
});

describe("frozen inputs", () => {
  it("are never computed", () => {
    const asked: string[] = [];
    const { tape, x, w, dy, dw } = open();
    const y = tape.apply(product(asked), { a: tape.apply(scaling(2, asked), { x }), b: w });
    tape.backward(y, dy, new Map([[w, dw]]));
    expect(asked).toEqual(["db"]); // neither the frozen x nor what lies between
  });
  it("between trainable ones are passed through", () => {
    const asked: string[] = [];
    const { tape, x, w, dy, dx } = open();
    const y = tape.apply(product(asked), { a: tape.apply(scaling(2, asked), { x }), b: w });
    tape.backward(y, dy, new Map([[x, dx]]));
    expect(asked).toEqual(["da", "d(2·)"]);
  });
  it("nothing trainable: nothing is recorded", () => {
    const asked: string[] = [];
    const { graph, tape, x, w, dy } = open();
    const y = tape.apply(product(asked), { a: x, b: w });
    const steps = graph.steps.length;
    expect(tape.backward(y, dy, new Map()).size).toBe(0);
    expect([asked, graph.steps.length]).toEqual([[], steps]);
  });
  it("what does not lead to y has no gradient", () => {
    const asked: string[] = [];
    const { tape, x, w, dy, dw } = open();
    tape.apply(product(asked), { a: x, b: w }); // its result is not used
    const y = tape.apply(scaling(2, asked), { x });
    expect(tape.backward(y, dy, new Map([[w, dw]])).has(w)).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe("parameters", () => {
  it("accumulate: onto what their gradient held before, in place", () => {
    const { graph, tape, x, w, dy, dw } = open();
    const y = tape.apply(product([]), { a: x, b: w });
    expect(tape.backward(y, dy, new Map([[w, dw]])).get(w)).toBe(dw);
    expect(evaluate(graph, { x: 3, w: 1, dy: 2, dw: 100 }).get(dw)).toBe(106);
  });
  it("that an op cannot add to in place are added to", () => {
    const { graph, tape, w, dy, dw } = open();
    const y = tape.apply(scaling(4), { x: w });
    expect(tape.backward(y, dy, new Map([[w, dw]])).get(w)).toBe(dw);
    expect(evaluate(graph, { w: 1, dy: 2, dw: 100 }).get(dw)).toBe(108);
  });
  it("used twice, as tied weights are, get both gradients", () => {
    const { graph, tape, x, w, dy, dw } = open();
    const h = tape.apply(product([]), { a: x, b: w });
    const y = tape.apply(product([]), { a: h, b: w }); // y = x w², dw = 2 x w dy
    tape.backward(y, dy, new Map([[w, dw]]));
    expect(evaluate(graph, { x: 3, w: 5, dy: 2, dw: 1 }).get(dw)).toBe(1 + 2 * 3 * 5 * 2);
  });
});
