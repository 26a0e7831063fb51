// Where a low-rank adapter sits in a decoder: which matrices it stands beside, and how its tensors are laid out. Matrices that
// are stored as one (q, k and v) have one adapter in parts. Knows neither files nor training.
import { fail } from "../../contract/errors.ts";
import type { Shape } from "../graph.ts";
import type { Attrs } from "../op.ts";
import type { DecoderConfig } from "./config.ts";
import { weightSpecs } from "./weights.ts";

/** The linear layers of a block that may have an adapter, by their names in a Hugging Face model. */
export const ADAPTABLE = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
export type Target = (typeof ADAPTABLE)[number];

export interface AdapterConfig {
  readonly rank: number; // r
  readonly alpha: number;
  readonly isRankStabilized: boolean; // scale α/√r instead of α/r (rsLoRA)
  readonly targets: readonly Target[];
}

/** One layer with an adapter of its own, as adapter files name it. */
export interface AdapterPart {
  readonly module: string; // "model.layers.0.self_attn.q_proj"
  readonly column: number; // its first column of what the stored matrix gives
  readonly width: number; // O
}

/** The adapter beside one stored matrix. */
export interface AdapterSpec {
  readonly matrix: string; // "layers.0.qkv"
  readonly parts: readonly AdapterPart[];
  readonly A: Shape; // (P·R, I)
  readonly B: Shape; // (Σ O, R)
  readonly attrs: Attrs;
}

/** s, what the adapter's part of the sum is multiplied by. Source: arXiv:2106.09685 §4.1; rsLoRA: arXiv:2312.03732. */
export const scaleOf = ({ rank, alpha, isRankStabilized }: AdapterConfig): number =>
  alpha / (isRankStabilized ? Math.sqrt(rank) : rank);

/** The rank that is stored: a multiple of 4. What is added is zero in A and B, and stays zero. */
export const paddedRank = (rank: number): number => Math.ceil(rank / 4) * 4;

/** The names of an adapter's two tensors. */
export const adapterNames = (matrix: string): { A: string; B: string } => ({ A: `${matrix}.A`, B: `${matrix}.B` });

/** The adapters of a decoder, in the order of its weights. Throws invalid-argument for a rank or targets that make no sense. */
export function adapterSpecs(config: DecoderConfig, adapter: AdapterConfig): AdapterSpec[] {
  const { rank, alpha, targets } = adapter;
  const bad = (reason: string) => fail({ code: "invalid-argument", name: "adapter", reason });
  if (!Number.isInteger(rank) || rank < 1 || rank > 1024) bad(`its rank is ${rank}, expected 1 to 1024`);
  if (!(alpha > 0)) bad(`its alpha is ${alpha}, expected a number above 0`);
  const unknown = targets.filter((t) => !ADAPTABLE.includes(t));
  if (targets.length === 0 || unknown.length > 0)
    bad(`its layers are ${targets.join(", ") || "none"}, expected some of ${ADAPTABLE.join(", ")}`);
  const R = paddedRank(rank);
  const scale = scaleOf(adapter);
  return weightSpecs(config).flatMap(({ name, shape, parts }) => {
    let row = 0;
    const chosen = parts.flatMap((part): AdapterPart[] => {
      const module = part.name.replace(/\.weight$/, "");
      const [column, width] = [row, part.shape[0]];
      row += width;
      return targets.some((t) => module.endsWith(`.${t}`)) ? [{ module, column, width }] : [];
    });
    if (chosen.length === 0) return [];
    const places = chosen.flatMap(({ column, width }, p) => [[`o${p}`, column], [`w${p}`, width]]); // prettier-ignore
    return [
      {
        matrix: name,
        parts: chosen,
        A: [chosen.length * R, shape[1]],
        B: [chosen.reduce((sum, { width }) => sum + width, 0), R],
        attrs: { rank: R, scale, ...(Object.fromEntries(places) as Attrs) },
      },
    ];
  });
}
