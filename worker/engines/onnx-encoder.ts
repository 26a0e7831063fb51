// An ONNX encoder that embeds, as its folder says for sentence-transformers: prefixes, pooling, unit vectors.
import type { Tensor } from "@huggingface/transformers";
import { fail } from "../contract/errors.ts";
import type { TextRole } from "../contract/inference.ts";
import type { SentenceConfig } from "../models/sentence.ts";
import type { ForeignModel } from "./foreign.ts";
import { OnnxBase, onesLike, row, type OpenedOnnx } from "./onnx-session.ts";
import { poolTokens } from "./pool.ts";

export class OnnxEncoder extends OnnxBase implements ForeignModel {
  constructor(
    id: string,
    opened: OpenedOnnx,
    readonly sentence: SentenceConfig,
  ) {
    super(id, opened);
  }

  generate(): Promise<never> {
    return fail({ code: "invalid-argument", name: "model", reason: `${this.id} does not generate text` });
  }

  /** A text at a time: no padding, so no mask that a graph might read in a way of its own. */
  embed(texts: readonly string[], role: TextRole = "document"): Promise<{ vectors: Float32Array; dimensions: number }> {
    return this.turns.take(async () => {
      const { pooling, prefixes, isLowered, maxTokens } = this.sentence;
      const limit = Math.min(maxTokens, Number(this.opened.model.config.max_position_embeddings ?? 512));
      const rows: Float32Array[] = [];
      for (const text of texts) {
        const whole = prefixes[role] + text;
        const ids = this.tokenizer.encodeWithin(isLowered ? whole.toLowerCase() : whole, limit);
        const zeros = row(ids.map(() => 0));
        const inputs = { input_ids: row(ids), attention_mask: onesLike(ids), token_type_ids: zeros };
        const out = (await this.opened.model.forward(inputs)) as Record<string, Tensor>;
        const hidden = (out.last_hidden_state ?? out.token_embeddings)!.to("float32");
        rows.push(poolTokens(hidden.data as Float32Array, ids.length, pooling));
      }
      const dimensions = rows[0]?.length ?? 0;
      const vectors = new Float32Array(texts.length * dimensions);
      for (const [i, values] of rows.entries()) vectors.set(values, i * dimensions);
      return { vectors, dimensions };
    });
  }
}
