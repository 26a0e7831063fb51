// The Gaussian error linear unit, as encoders of the BERT family (exact) and of GPT-2's (tanh) use it. Elementwise: knows no rows.

import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves, sizeOf } from "../lib/lib.ts";
import { geluReference, geluTanhReference } from "./gelu.ref.ts";
import geluWgsl from "./gelu.wgsl?raw";

const kernel = (entry: string, x: Tensor): Kernel => ({
  files: [gridFile, { path: "shaders/activation/gelu.wgsl", text: geluWgsl }],
  entry,
  slots: halves({ T: x }),
});

function forward(entry: string, x: Tensor): { y: Tensor; saved: { x: Tensor } } {
  const y = x.graph.tensor("activated", x.shape, x.dtype);
  const size = sizeOf(x.shape);
  x.graph.dispatch({ kernel: kernel(entry, x), tensors: { x, y }, params: { size }, workgroups: gridOf(size, 64) });
  return { y, saved: { x } };
}

function backward(entry: string, dy: Tensor, x: Tensor): Tensor {
  const dx = x.graph.tensor("dx", x.shape, x.dtype);
  const size = sizeOf(x.shape);
  x.graph.dispatch({
    kernel: kernel(entry, x),
    tensors: { x, dy, dx },
    params: { size },
    workgroups: gridOf(size, 64),
  });
  return dx;
}

/**
 * y = x·Φ(x), Φ the distribution function of the standard normal.
 *
 * @shape     x (any) → y (the same), saved x
 * @dtype     x: f32 | f16, y as x; the arithmetic f32
 * @error     none of its own
 * @tolerance 6 ulp forward, 12 ulp backward, of |y| + rms(y); erf is within 1.5e-7 (Abramowitz & Stegun 7.1.26)
 * @cost      20 FLOP and 8 bytes an element forward, 25 FLOP and 12 bytes backward
 * @source    Hendrycks & Gimpel 2016, arXiv:1606.08415, §2
 *
 * dΦ/dx = φ, the density, so dx = dy·(Φ(x) + x·φ(x)).
 */
export const gelu: Op = {
  name: "gelu",
  forward({ x }) {
    return forward("gelu_forward", x);
  },
  backward(dy, { x }) {
    return { x: () => backward("gelu_backward", dy, x) };
  },
  reference: geluReference,
};

/**
 * y = ½·x·(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715·x³): what checkpoints call `gelu_new` or `gelu_pytorch_tanh`.
 *
 * @shape     x (any) → y (the same), saved x
 * @dtype     x: f32 | f16, y as x; the arithmetic f32, |x| < 1e12
 * @error     none of its own
 * @tolerance 8 ulp forward, 16 ulp backward, of |y| + rms(y): exp rounds with |u|
 * @cost      12 FLOP and 8 bytes an element forward, 20 FLOP and 12 bytes backward
 * @source    Hendrycks & Gimpel 2016, arXiv:1606.08415, §2
 *
 * With s = σ(2u):   dx = dy·(s + x·s·(1 − s)·2u'),   u' = √(2/π)·(1 + 3·0.044715·x²)
 */
export const geluTanh: Op = {
  name: "gelu_tanh",
  forward({ x }) {
    return forward("gelu_tanh_forward", x);
  },
  backward(dy, { x }) {
    return { x: () => backward("gelu_tanh_backward", dy, x) };
  },
  reference: geluTanhReference,
};
