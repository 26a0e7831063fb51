// Cross-entropy, of logits and of a linear layer whose logits are never whole in memory. Each row has its own loss: how rows are
// averaged is the caller's dy.
import type { Kernel, Op, Slots, Tensor, Tensors } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import { mm } from "../matmul/matmul.ts";
import { crossEntropyReference, linearCrossEntropyReference } from "./loss.ref.ts";
import lossWgsl from "./loss.wgsl?raw";

const kernel = (entry: string, logits: Tensor, slots: Slots = {}): Kernel => ({
  files: [gridFile, { path: "shaders/loss/loss.wgsl", text: lossWgsl }],
  entry,
  slots: { ...slots, ...halves({ T: logits }) },
});
const paramsOf = ({ shape: [rows, vocabulary] }: Tensor) => ({ rows, vocabulary });

/**
 * Cross-entropy of each row: y = weight·(−log softmax(logits)[target]). A row of weight 0 has y = 0, and its target may be
 * anything.
 *
 * @shape     logits (R, V), targets (R), weights (R) → y (R), saved lse (R)
 * @dtype     logits: f32 | f16; weights, y, lse: f32; targets: u32; sums: f32
 * @units     nats
 * @error     shape-mismatch when targets or weights are not (R)
 * @tolerance 4 ulp forward, 8 ulp backward; 64 and 128 for logits near 200, as exp(l − lse) turns their rounding into a factor
 * @cost      4 FLOP and 4 bytes a logit forward; 5 FLOP and 8 bytes backward
 * @source    by definition; running maximum and sum: Milakov & Gimelshein 2018, arXiv:1805.02867, alg. 3
 *
 * With p = softmax(l) = exp(l − lse):  ∂y/∂l_v = w·(p_v − [v = target]).
 */
export const crossEntropy: Op = {
  name: "cross_entropy",

  forward({ logits, targets, weights }) {
    const rows = logits.shape[0];
    targets.expect("cross_entropy", [rows]);
    weights.expect("cross_entropy", [rows]);
    const y = logits.graph.tensor("y", [rows]);
    const lse = logits.graph.tensor("lse", [rows]);
    recordForward(logits, { targets, weights, y, lse });
    return { y, saved: { logits, targets, weights, lse } };
  },

  backward(dy, { logits, targets, weights, lse }) {
    return {
      logits: () => {
        const dlogits = logits.graph.tensor("dlogits", logits.shape, logits.dtype);
        logits.graph.dispatch({
          kernel: kernel("cross_entropy_backward", logits),
          tensors: { logits, targets, weights, lse, dy, dlogits },
          params: paramsOf(logits),
          workgroups: gridOf(logits.shape[0] * logits.shape[1], 256),
        });
        return dlogits;
      },
    };
  },

  reference: crossEntropyReference,
};

function recordForward(logits: Tensor, tensors: Tensors): void {
  logits.graph.dispatch({
    kernel: kernel("cross_entropy_forward", logits),
    tensors: { logits, ...tensors },
    params: paramsOf(logits),
    workgroups: gridOf(logits.shape[0], 1),
  });
}

/**
 * Cross-entropy of a linear layer: y = weight·(−log softmax(x Wᵀ)[target]), `chunk` rows of logits at a time.
 *
 * @shape     x (R, C), W (V, C), targets (R), weights (R) → y (R), saved lse (R)
 * @dtype     x, W: f32 | f16; the logits, weights, y, lse, dW: f32; targets: u32; sums: f32
 * @attr      chunk = rows of logits in memory at once; a multiple of 64 (a view begins at a multiple of 256 bytes; of 128 for f16 x
 *            of odd width), or ≥ R; isFrozen = 1 where W is not trained: dx is made beside the losses, up to dy, so that the logits
 *            are computed once
 * @units     nats
 * @error     shape-mismatch when W has not C columns, targets or weights are not (R), or chunk is neither
 * @tolerance 16 ulp forward, 32 ulp backward; more where logits are far from 0, see crossEntropy
 * @cost      2·R·V·C FLOP forward; backward 4·R·V·C for each of dx and dW, as each recomputes the logits; isFrozen: 4·R·V·C forward,
 *            R·C for dx
 * @source    Hsu et al. 2024, arXiv:2410.10989, §3 (Liger: chunks of rows, dlogits in place)
 *
 * With l = x Wᵀ and dl as in crossEntropy, a chunk of rows at a time:  dx = dl W (its rows),  dW = Σ_chunks dlᵀ x.
 * A row's dl has the factor dy, and so has its dx: they are the gradient of y, times dy.
 */
export const linearCrossEntropy: Op = {
  name: "linear_cross_entropy",

  forward({ x, W, targets, weights }, { chunk, isFrozen = 0 }) {
    const rows = x.shape[0];
    W.expect("linear_cross_entropy", [W.shape[0], x.shape[1]]);
    targets.expect("linear_cross_entropy", [rows]);
    weights.expect("linear_cross_entropy", [rows]);
    const y = x.graph.tensor("y", [rows]);
    const lse = x.graph.tensor("lse", [rows]);
    const lossOf = (of: Chunk): Tensor => {
      const logits = mm(of(x), W.T, { dtype: "f32" });
      recordForward(logits, rowsOf(of, { targets, weights, y, lse }));
      return logits;
    };
    const saved = { x, W, targets, weights, lse };
    const chunks = chunksOf(rows, chunk);
    if (isFrozen) {
      const unscaled = gradientOfX(x, W, chunks, (of) => toGradient(lossOf(of), of, saved));
      return { y, saved: { ...saved, unscaled } };
    }
    for (const of of chunks) lossOf(of);
    return { y, saved };
  },

  backward(dy, saved, { chunk }) {
    const { x, W } = saved;
    const unscaled: Tensor | undefined = saved.unscaled;
    const chunks = chunksOf(x.shape[0], chunk);
    const dlogitsOf = (of: Chunk): Tensor => toGradient(mm(of(x), W.T, { dtype: "f32" }), of, saved, dy);
    return {
      x: (into) => (unscaled ? scaleRows(unscaled, dy) : gradientOfX(x, W, chunks, dlogitsOf, into)),
      W: (into) => {
        let dW = into;
        for (const of of chunks) dW = mm(dlogitsOf(of).T, of(x), { into: dW, dtype: "f32" });
        return dW!;
      },
    };
  },

  reference: linearCrossEntropyReference,
};

/** Logits of some rows, turned into their gradient in place; without dy, into that of y. */
function toGradient(dlogits: Tensor, of: Chunk, { targets, weights, lse }: Tensors, dy?: Tensor): Tensor {
  const [rows, V] = dlogits.shape;
  const isWide = V % 4 === 0;
  dlogits.graph.dispatch({
    kernel: kernel(`cross_entropy_backward_in_place${isWide ? "_vec4" : ""}`, dlogits, { SCALES: dy !== undefined }),
    tensors: {
      [isWide ? "dlogits4" : "dlogits"]: dlogits,
      ...rowsOf(of, { targets, weights, lse, dy: dy ?? weights }),
    },
    params: paramsOf(dlogits),
    workgroups: gridOf((rows * V) / (isWide ? 4 : 1), 256),
  });
  return dlogits;
}

/** dl W, of the gradient dl of some rows' logits at a time. */
function gradientOfX(x: Tensor, W: Tensor, chunks: readonly Chunk[], dlogitsOf: (of: Chunk) => Tensor, into?: Tensor) {
  if (chunks.length === 1) return mm(dlogitsOf(chunks[0]), W, { into, dtype: x.dtype });
  const dx = into ?? x.graph.tensor("dx", x.shape, x.dtype);
  if (!into) x.graph.clear(dx); // a product goes into a part of dx only by being added to it
  for (const of of chunks) mm(dlogitsOf(of), W, { into: of(dx) });
  return dx;
}

/** Each row times its dy. */
function scaleRows(unscaled: Tensor, dy: Tensor): Tensor {
  const dx = unscaled.graph.tensor("dx", unscaled.shape, unscaled.dtype);
  unscaled.graph.dispatch({
    kernel: kernel("cross_entropy_scale_rows", unscaled),
    tensors: { unscaled, dy, dx },
    params: paramsOf(unscaled),
    workgroups: gridOf(unscaled.shape[0] * unscaled.shape[1], 256),
  });
  return dx;
}

/** Some rows of any tensor of R rows. */
type Chunk = (whole: Tensor) => Tensor;

function chunksOf(rows: number, chunk: number): Chunk[] {
  if (rows <= chunk) return [(whole) => whole];
  return Array.from({ length: Math.ceil(rows / chunk) }, (_, i) => {
    const start = i * chunk;
    return (whole) => whole.rows(start, Math.min(chunk, rows - start));
  });
}

const rowsOf = (of: Chunk, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, of(t)]));
