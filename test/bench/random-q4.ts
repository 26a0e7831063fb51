// A decoder with random weights in blocks of 4 bits, for Loam and as a graph of ONNX Runtime: the same numbers to the bit.
import { ropeTable } from "../../shaders/rope/table.ts";
import type { Resident } from "../../worker/engine/graph.ts";
import { decoderConfig, type DecoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs, type Weights } from "../../worker/engine/model/weights.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import { OnnxGraph, real } from "./onnx.ts";
import { addQ4, multiplyQ4, randomQ4, stacked, type Q4 } from "./q4.ts";

/** As wide as SmolLM2-135M, with fewer layers and words: two cores are to compute it. */
export const smallDecoder = (L: number, V: number): DecoderConfig =>
  decoderConfig({
    architectures: ["LlamaForCausalLM"],
    ...{
      hidden_size: 576,
      intermediate_size: 1536,
      num_hidden_layers: L,
      vocab_size: V,
      max_position_embeddings: 2048,
    },
    ...{ num_attention_heads: 9, num_key_value_heads: 3, rms_norm_eps: 1e-5, tie_word_embeddings: false },
  });

/** A part of a weight, by its name in a Hugging Face folder. */
const partOf = (name: string, [O, I]: readonly number[]): Q4 =>
  randomQ4(O, I, [...name].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 65_521, 7)); // prettier-ignore

/** Puts them on Loam's GPU. Norms are ones. */
export async function putQ4(runtime: Runtime, config: DecoderConfig): Promise<Weights> {
  const weights = new Map<string, Resident>();
  for (const { name, shape, parts, isMatrix } of weightSpecs(config)) {
    const resident = await runtime.allocate(name, shape, isMatrix ? "q4" : "f32", "weights");
    const matrix = () => stacked(parts.map((part) => partOf(part.name, part.shape))).blocks.bytes;
    runtime.write(resident, isMatrix ? matrix() : new Float32Array(shape[0]).fill(1));
    weights.set(name, resident);
  }
  return weights;
}

/**
 * The decoder as ONNX Runtime has it quickest: fused q, k and v, rotation inside its attention, sums inside its norms, only the last row
 * before the head, the largest logit chosen on the GPU, a cache of S rows that is written in place.
 *
 *   ids (1, T) int64, seen (1) and total (1) int32, k0 v0 … (1, K, S, D) → next (1, 1) int64, nk0 nv0 …
 */
export function decoderGraph(config: DecoderConfig, S: number): Uint8Array {
  const { C, L, H, K, D, F, V, eps } = config;
  const graph = new OnnxGraph();
  const matrix = (names: readonly string[], O: number, I: number): Q4 => {
    const shapes = new Map(
      weightSpecs(config).flatMap(({ parts }) => parts.map(({ name, shape }) => [name, shape] as const)),
    );
    const all = stacked(names.map((name) => partOf(name, shapes.get(name)!)));
    if (all.N !== O || all.K !== I) throw new Error(`${names} are (${all.N}, ${all.K}), not (${O}, ${I}).`);
    return all;
  };
  const ones = graph.constant("ones", "float32", [C], new Float32Array(C).fill(1));
  const table = ropeTable(S, D, config.ropeTheta, null, 0);
  const half = (side: number) =>
    Float32Array.from(
      { length: (S * D) / 2 },
      (_, i) => table[Math.floor(i / (D / 2)) * D + side * (D / 2) + (i % (D / 2))],
    );
  const angles = ["cos", "sin"].map((name, side) => graph.constant(name, "float32", [S, D / 2], half(side)));
  const [seen, total] = [graph.input("seen", "int32", [1]), graph.input("total", "int32", [1])];

  const ids = graph.input("ids", "int64", [1, "T"]);
  const table4 = matrix(["model.embed_tokens.weight"], V, C);
  const [numbers, scales] = addQ4(graph, "embed", table4, [V, C / 2]);
  const gather = { bits: 4, block_size: 32, gather_axis: 0, quantize_axis: 1 };
  let x = graph.node("GatherBlockQuantized", [numbers, ids, scales], ["x"], gather);
  let normed = graph.node("SimplifiedLayerNormalization", [x, ones], ["n"], {
    axis: 2,
    epsilon: real(eps),
    stash_type: 1,
  });
  /** The sum of x and what was computed is the next x; its norm is what is read. */
  const addAndNorm = (y: string, name: string): void => {
    const [n, sum] = [`${name} n`, `${name} x`];
    graph.node("SkipSimplifiedLayerNormalization", [x, y, ones], [n, "", "", sum], { epsilon: real(eps) });
    [x, normed] = [sum, n];
  };
  for (let i = 0; i < L; i++) {
    const at = (name: string) => `model.layers.${i}.${name}.weight`;
    const attention = ["q_proj", "k_proj", "v_proj"].map((name) => at(`self_attn.${name}`));
    const cache = ["k", "v"].map((name) => graph.input(`${name}${i}`, "float32", [1, K, S, D]));
    const written = ["k", "v"].map((name) => graph.output(`n${name}${i}`, "float32", [1, K, S, D]));
    const qkv = multiplyQ4(graph, normed, `qkv${i}`, matrix(attention, (H + 2 * K) * D, C), `qkv${i} y`);
    const heads = { num_heads: H, kv_num_heads: K, do_rotary: 1, scale: real(1 / Math.sqrt(D)) };
    graph.node("GroupQueryAttention", [qkv, "", "", ...cache, seen, total, ...angles], [`a${i}`, ...written], heads);
    addAndNorm(multiplyQ4(graph, `a${i}`, `o${i}`, matrix([at("self_attn.o_proj")], C, H * D), `o${i} y`), `mid${i}`);
    const gate = multiplyQ4(graph, normed, `gate${i}`, matrix([at("mlp.gate_proj")], F, C), `gate${i} y`);
    const up = multiplyQ4(graph, normed, `up${i}`, matrix([at("mlp.up_proj")], F, C), `up${i} y`);
    const sigmoid = graph.node("Sigmoid", [gate], [`sigmoid${i}`]);
    const gated = graph.node("Mul", [graph.node("Mul", [gate, sigmoid], [`silu${i}`]), up], [`gated${i}`]);
    addAndNorm(multiplyQ4(graph, gated, `down${i}`, matrix([at("mlp.down_proj")], C, F), `down${i} y`), `end${i}`);
  }
  const last = graph.constant("last", "int64", [1], BigInt64Array.of(-1n));
  const row = graph.node("Gather", [normed, last], ["row"], { axis: 1 });
  const logits = multiplyQ4(graph, row, "head", matrix(["lm_head.weight"], V, C), "logits");
  graph.node("ArgMax", [logits], [graph.output("next", "int64", [1, 1])], { axis: 2, keepdims: 0 });
  return graph.model();
}
