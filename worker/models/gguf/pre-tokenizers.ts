// How a byte-level vocabulary divides a text before its merges, by the names that GGUF files use. A name that is not here is
// refused: a model that reads other tokens than it learned answers nonsense.
// Sources: the tokenizer.json of GPT-2, SmolLM, Llama 3, Qwen 2.5, Mistral NeMo; github.com/ggml-org/llama.cpp, src/llama-vocab.cpp.

export interface PreTokenizer {
  readonly normalizer: object | null;
  readonly pre: object;
  readonly addsBegin: boolean; // when the file does not say
  readonly ignoresMerges: boolean; // a word that is a token is taken whole
}

const byteLevel = (usesPattern: boolean) => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: usesPattern,
});
const split = (pattern: string) => ({
  type: "Sequence",
  pretokenizers: [
    { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false },
    byteLevel(false),
  ],
});

const rest = String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const words = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|`;
const tekken =
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|` +
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|` +
  String.raw`\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

const plain = { normalizer: null, addsBegin: false, ignoresMerges: false };
const gpt2: PreTokenizer = { ...plain, pre: byteLevel(true) };
const digits: PreTokenizer = {
  ...plain,
  pre: { type: "Sequence", pretokenizers: [{ type: "Digits", individual_digits: true }, byteLevel(true)] },
};
const qwen2: PreTokenizer = { ...plain, normalizer: { type: "NFC" }, pre: split(`${words}\\p{N}${rest}`) };
const llama3: PreTokenizer = {
  normalizer: null,
  pre: split(`${words}\\p{N}{1,3}${rest}`),
  addsBegin: true,
  ignoresMerges: true,
};

/** By `tokenizer.ggml.pre`. */
export const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map([
  ["gpt-2", gpt2],
  ["smollm", digits],
  ["llama-bpe", llama3],
  ["llama-v3", llama3],
  ["llama3", llama3],
  ["qwen2", qwen2],
  ["deepseek-r1-qwen", qwen2],
  ["tekken", { ...llama3, pre: split(tekken) }],
]);
