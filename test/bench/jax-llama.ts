// The peer of the LoRA bench: the same decoder, adapters and optimiser as a user of jax-js would write them, one `jit` a step.
// Knows our weights by their names in a Hugging Face folder.
import type { DecoderConfig } from "../../worker/engine/model/config.ts";
import type { OptimizerSettings } from "../../worker/training/trainer.ts";
import type { Array, Jax } from "./jax.ts";

export type Arrays = Readonly<Record<string, Array>>;

/** One sequence: ids, targets (T) and the rope table's cosines and sines (T, D/2). */
export type Sequence = { readonly ids: Array; readonly targets: Array; readonly cos: Array; readonly sin: Array };

/** Cross-entropy, its mean over the sequence. `adapters` holds `<module>.A` (r, I) and `<module>.B` (O, r). */
function lossOf(jax: Jax, { L, H, K, D, V, eps }: DecoderConfig, scale: number) {
  const { numpy: np, nn } = jax;
  const linear = (x: Array, W: Array) => np.matmul(x, W.transpose());
  const norm = (x: Array, w: Array) => x.ref.div(np.sqrt(np.square(x).mean(-1, { keepdims: true }).add(eps))).mul(w);

  return (adapters: Arrays, weights: Arrays, { ids, targets, cos, sin }: Sequence): Array => {
    const [T] = ids.shape;
    const project = (x: Array, module: string): Array => {
      const y = linear(x.ref, weights[`${module}.weight`]);
      const A = adapters[`${module}.A`];
      if (A === undefined) return (x.dispose(), y);
      return y.add(linear(linear(x, A), adapters[`${module}.B`]).mul(scale));
    };
    const turn = (x: Array, heads: number): Array => {
      const [first, second] = [x.ref.slice([], [], [0, D / 2]), x.slice([], [], [D / 2, D])];
      const [c, s] = [cos, sin].map((t) => t.ref.reshape([T, 1, D / 2]));
      const left = first.ref.mul(c.ref).sub(second.ref.mul(s.ref));
      return np.concatenate([left, second.mul(c).add(first.mul(s))], 2).reshape([T, heads, D]);
    };
    let x = np.take(weights["model.embed_tokens.weight"].ref, ids, 0);
    for (let layer = 0; layer < L; layer++) {
      const at = `model.layers.${layer}`;
      const h = norm(x.ref, weights[`${at}.input_layernorm.weight`]);
      const [q, k, v] = (["q", "k", "v"] as const).map((name) =>
        project(h.ref, `${at}.self_attn.${name}_proj`).reshape([T, name === "q" ? H : K, D]),
      );
      h.dispose();
      const seen = nn.dotProductAttention(turn(q, H), turn(k, K), v, { isCausal: true }).reshape([T, H * D]);
      x = x.add(project(seen, `${at}.self_attn.o_proj`));
      const m = norm(x.ref, weights[`${at}.post_attention_layernorm.weight`]);
      const gated = nn.silu(project(m.ref, `${at}.mlp.gate_proj`)).mul(project(m, `${at}.mlp.up_proj`));
      x = x.add(project(gated, `${at}.mlp.down_proj`));
    }
    cos.dispose();
    sin.dispose();
    const logits = linear(norm(x, weights["model.norm.weight"]), weights["model.embed_tokens.weight"]);
    const picked = logits.ref.mul(nn.oneHot(targets, V)).sum(1); // takeAlongAxis has no gradient inside a jit
    return nn.logsumexp(logits, 1).sub(picked).mean();
  };
}

export type TrainingState = { readonly p: Arrays; readonly m: Arrays; readonly v: Arrays };

/** One step, jitted: (state, weights, sequence, corrections 1 − βᵗ) → [the loss before it, the next state]. The state is consumed. */
export function jaxStep(
  jax: Jax,
  config: DecoderConfig,
  scale: number,
  learningRate: number,
  { beta1, beta2, eps, weightDecay }: OptimizerSettings,
) {
  const { numpy: np } = jax;
  const loss = lossOf(jax, config, scale);
  const map = (f: (...arrays: Array[]) => Array, first: Arrays, ...rest: Arrays[]) => jax.tree.map(f, first, ...rest);
  return jax.jit(
    (state: TrainingState, weights: Arrays, sequence: Sequence, c1: Array, c2: Array): [Array, TrainingState] => {
      const [value, g] = jax.valueAndGrad<Arrays, [Arrays, Sequence]>(loss)(jax.tree.ref(state.p), weights, sequence);
      const m = map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.m, jax.tree.ref(g));
      const v = map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), state.v, g);
      const p = map(
      (p, m, v) => p.mul(1 - learningRate * weightDecay).sub(m.div(c1.ref).div(np.sqrt(v.div(c2.ref)).add(eps)).mul(learningRate)),
      state.p, jax.tree.ref(m), jax.tree.ref(v),
    ); // prettier-ignore
      c1.dispose();
      c2.dispose();
      return [value, { p, m, v }];
    },
  );
}
