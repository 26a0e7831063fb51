// Damaged GGUF files from a seed: each is opened as a model, and must be read or refused by name, within the memory that its size
// allows. The test suite tries a few thousand; by hand, with the outcomes counted:
//   FUZZ=100000 VERBOSE=1 npx vitest run test/format/gguf.test.ts -t damaged
import { AppError } from "../../worker/contract/errors.ts";
import type { ByteSource } from "../../worker/engine/format/bytes.ts";
import { joined, writeGguf, type WrittenValue } from "../../worker/engine/format/gguf-write.ts";
import { readTensor, type StoredType } from "../../worker/engine/format/tensor.ts";
import { checkFolder } from "../../worker/models/catalog.ts";
import { readHeaders, type ModelFolder } from "../../worker/models/folder.ts";

/** A whole small Llama: one layer, 8 channels, tokens of one letter, one matrix in blocks. */
export function smallLlama(): Uint8Array<ArrayBuffer> {
  const tokens = ["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a"];
  const metadata = new Map<string, WrittenValue>([
    ["general.architecture", "llama"],
    ["general.alignment", { u32: 32 }],
    ["llama.context_length", { u32: 16 }],
    ["llama.embedding_length", { u32: 32 }],
    ["llama.block_count", { u32: 1 }],
    ["llama.feed_forward_length", { u32: 32 }],
    ["llama.attention.head_count", { u32: 2 }],
    ["llama.attention.layer_norm_rms_epsilon", { f32: 1e-5 }],
    ["llama.rope.freq_base", { f32: 10_000 }],
    ["tokenizer.ggml.model", "llama"],
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.scores", Float32Array.from(tokens, (_, i) => -i)],
    ["tokenizer.ggml.token_type", Int32Array.of(2, 3, 3, 1, 1, 1, 1, 1)],
    ["tokenizer.ggml.bos_token_id", { u32: 1 }],
    ["tokenizer.ggml.eos_token_id", { u32: 2 }],
    ["tokenizer.ggml.unknown_token_id", { u32: 0 }],
    ["tokenizer.ggml.add_bos_token", true],
    ["tokenizer.chat_template", "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"],
  ]);
  const bytes = { F32: 4 * 32, Q8_0: 34, F16: 64 };
  const tensor = (name: string, rows: number | null, dtype: keyof typeof bytes = "F32") => ({
    name,
    shape: rows === null ? [32] : [rows, 32],
    dtype: dtype as StoredType,
    bytes: new Uint8Array(bytes[dtype] * (rows ?? 1)).map((_, i) => (i % 4 === 3 ? 60 : i)),
  });
  const tensors = [
    tensor("token_embd.weight", 8),
    tensor("blk.0.attn_norm.weight", null),
    ...["attn_q", "attn_k", "attn_v"].map((name) => tensor(`blk.0.${name}.weight`, 32, "F16")),
    tensor("blk.0.attn_output.weight", 32, "Q8_0"),
    tensor("blk.0.ffn_norm.weight", null),
    ...["ffn_gate", "ffn_up", "ffn_down"].map((name) => tensor(`blk.0.${name}.weight`, 32, "Q8_0")),
    tensor("output_norm.weight", null),
  ];
  return joined(writeGguf(metadata, tensors));
}

/** A source that remembers the most bytes it was asked for at once. */
export function watched(bytes: Uint8Array<ArrayBuffer>): ByteSource & { largest: number } {
  return {
    name: "damaged.gguf",
    size: bytes.byteLength,
    largest: 0,
    read(start, length) {
      this.largest = Math.max(this.largest, length);
      return Promise.resolve(bytes.slice(start, start + length));
    },
  };
}

/** The code the file is refused with, "" when it is read. Throws anything that is no refusal. */
export async function outcomeOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const file = watched(bytes);
  const outcome = await codeOf({ id: "damaged", files: new Map([[file.name, file]]) });
  if (file.largest > file.size) throw new RangeError(`${file.largest} bytes asked of a file of ${file.size}`);
  return outcome;
}

async function codeOf(folder: ModelFolder): Promise<string> {
  try {
    await checkFolder(folder);
    for (const tensor of (await readHeaders(folder)).values()) await readTensor(tensor);
    return "";
  } catch (error) {
    if (!(error instanceof AppError) || !["bad-file", "model-unsupported"].includes(error.detail.code)) throw error;
    return error.detail.code;
  }
}

/** Damages to a file, the same ones for the same seed: cuts, flipped bits, absurd numbers, bytes moved from elsewhere. */
export function* damaged(
  whole: Uint8Array<ArrayBuffer>,
  count: number,
  seed: number,
): Iterable<Uint8Array<ArrayBuffer>> {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const header = Math.min(whole.length, 2048); // where the counts and lengths are
  const extremes = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff];
  for (let i = 0; i < count; i++) {
    const bytes = whole.slice();
    const view = new DataView(bytes.buffer);
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const at = below(header - 8);
      const kind = below(5);
      if (kind === 0) bytes[at] ^= 1 << below(8);
      else if (kind === 1) bytes[at] = below(256);
      else if (kind === 2) view.setUint32(at, extremes[below(extremes.length)], true);
      else if (kind === 3) view.setBigUint64(at, BigInt(extremes[below(extremes.length)]) << BigInt(below(32)), true);
      else bytes.copyWithin(at, below(header), below(header));
    }
    yield below(8) === 0 ? bytes.slice(0, below(bytes.length)) : bytes;
  }
}

/** How often each outcome was seen. */
export async function fuzz(count: number, seed: number): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for (const bytes of damaged(smallLlama(), count, seed)) {
    const outcome = await outcomeOf(bytes);
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  return seen;
}
