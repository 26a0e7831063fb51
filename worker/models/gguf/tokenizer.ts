// tokenizer.json and tokenizer_config.json out of a GGUF file's metadata: byte-level vocabularies with merges (gpt2), and
// SentencePiece vocabularies with scores (llama). Source: github.com/ggml-org/ggml, docs/gguf.md, "Tokenizer".
import type { Facts } from "./facts.ts";
import { PRE_TOKENIZERS } from "./pre-tokenizers.ts";

export interface TokenizerJson {
  readonly tokenizer: object; // tokenizer.json
  readonly config: object; // tokenizer_config.json
}

/** Kinds of tokens, by the numbers of `tokenizer.ggml.token_type`. */
export const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const;
const MAX_PIECE = 1024; // characters; SentencePiece makes 16 by itself

/** Throws bad-file, model-unsupported. */
export function tokenizerOf(facts: Facts): TokenizerJson {
  const kind = facts.need(facts.text("tokenizer.ggml.model"), "tokenizer.ggml.model");
  const tokens = facts.need(facts.strings("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
  const types = facts.numbers("tokenizer.ggml.token_type");
  if (types && types.length !== tokens.length) facts.bad(`${tokens.length} tokens have ${types.length} types`);
  const vocabulary: Vocabulary = { tokens, typeOf: (id) => types?.[id] ?? TOKEN_TYPES.normal };
  const made =
    kind === "gpt2"
      ? byteLevel(facts, vocabulary)
      : kind === "llama"
        ? sentencePiece(facts, vocabulary)
        : facts.unsupported(`its tokenizer is ${kind}; gpt2 and llama can be read`);
  const special = (name: string) => specialToken(facts, tokens, name);
  const [begin, end] = [special("bos"), special("eos")];
  const addsBegin = facts.flag("tokenizer.ggml.add_bos_token") ?? made.addsBegin;
  const addsEnd = facts.flag("tokenizer.ggml.add_eos_token") ?? false;
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(vocabulary),
    normalizer: made.normalizer,
    pre_tokenizer: made.pre,
    post_processor: around(addsBegin ? begin : null, addsEnd ? end : null),
    decoder: made.decoder,
    model: made.model,
  };
  const named = { bos_token: begin, eos_token: end, unk_token: special("unknown"), pad_token: special("padding") };
  const config = {
    ...Object.fromEntries(Object.entries(named).flatMap(([name, token]) => (token ? [[name, token.text]] : []))),
    ...(facts.text("tokenizer.chat_template") !== undefined && {
      chat_template: facts.text("tokenizer.chat_template"),
    }),
  };
  return { tokenizer, config };
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly typeOf: (id: number) => number;
}
interface Special {
  readonly id: number;
  readonly text: string;
}
interface Made {
  readonly normalizer: object | null;
  readonly pre: object | null;
  readonly decoder: object;
  readonly model: object;
  readonly addsBegin: boolean;
}

function specialToken(facts: Facts, tokens: readonly string[], name: string): Special | null {
  const id = facts.number(`tokenizer.ggml.${name}_token_id`);
  if (id === undefined || id === 2 ** 32 - 1) return null; // -1: none
  const text = tokens[id] ?? facts.bad(`its ${name} token is ${id}, of ${tokens.length}`);
  return { id, text };
}

/** Tokens that are found in a text before it is divided; control tokens are not shown in answers. */
function addedTokens({ tokens, typeOf }: Vocabulary): object[] {
  const { unknown, control, userDefined } = TOKEN_TYPES;
  return tokens.flatMap((content, id) => {
    const type = typeOf(id);
    if (type !== unknown && type !== control && type !== userDefined) return [];
    const same = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    return [{ id, content, ...same, special: type !== userDefined }];
  });
}

/** Puts the tokens of the begin and the end around a text; null when there are none. */
function around(begin: Special | null, end: Special | null): object | null {
  const named = [begin, end].filter((token) => token !== null);
  if (named.length === 0) return null;
  const whole = (letter: "A" | "B", type: number) => [
    ...(begin ? [{ SpecialToken: { id: begin.text, type_id: type } }] : []),
    { Sequence: { id: letter, type_id: type } },
    ...(end ? [{ SpecialToken: { id: end.text, type_id: type } }] : []),
  ];
  return {
    type: "TemplateProcessing",
    single: whole("A", 0),
    pair: [...whole("A", 0), ...whole("B", 1)],
    special_tokens: Object.fromEntries(named.map(({ id, text }) => [text, { id: text, ids: [id], tokens: [text] }])),
  };
}

const model = (tokens: readonly string[], merges: readonly (readonly [string, string])[], rest: object) => ({
  type: "BPE",
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
  ...rest,
  vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  merges,
});

function byteLevel(facts: Facts, { tokens }: Vocabulary): Made {
  const name = facts.text("tokenizer.ggml.pre");
  if (name === undefined) facts.unsupported("it does not say how its tokenizer divides a text (tokenizer.ggml.pre)");
  const known =
    PRE_TOKENIZERS.get(name) ??
    facts.unsupported(`its tokenizer divides a text as ${name}; ${[...PRE_TOKENIZERS.keys()].join(", ")} are known`);
  const lines = facts.need(facts.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges");
  const merges = lines.map((line): [string, string] => {
    const at = line.indexOf(" ", 1); // a piece may begin with a space, never hold one
    return at < 0 ? facts.bad(`"${line.slice(0, 40)}" is no merge`) : [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    normalizer: known.normalizer,
    pre: known.pre,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: model(tokens, merges, { ignore_merges: known.ignoresMerges }),
    addsBegin: known.addsBegin,
  };
}

function sentencePiece(facts: Facts, vocabulary: Vocabulary): Made {
  const { tokens, typeOf } = vocabulary;
  const scores = facts.need(facts.numbers("tokenizer.ggml.scores"), "tokenizer.ggml.scores");
  if (scores.length !== tokens.length) facts.bad(`${tokens.length} tokens have ${scores.length} scores`);
  const addsSpace = facts.flag("tokenizer.ggml.add_space_prefix") ?? true;
  const space = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const unSpace = { type: "Replace", pattern: { String: "▁" }, content: " " };
  const strip = { type: "Strip", content: " ", start: 1, stop: 0 };
  return {
    normalizer: addsSpace ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, space] } : space,
    pre: null,
    decoder: {
      type: "Sequence",
      decoders: [unSpace, { type: "ByteFallback" }, { type: "Fuse" }, ...(addsSpace ? [strip] : [])],
    },
    model: model(tokens, mergesOf(facts, vocabulary, scores), {
      unk_token: specialToken(facts, tokens, "unknown")?.text ?? null,
      fuse_unk: true,
      byte_fallback: tokens.some((_, id) => typeOf(id) === TOKEN_TYPES.byte),
    }),
    addsBegin: true,
  };
}

/** The merges that give what joining by scores gives: every way to make a piece of two, the best piece first. */
function mergesOf(facts: Facts, { tokens, typeOf }: Vocabulary, scores: ArrayLike<number>): [string, string][] {
  const known = new Set(tokens);
  const pieces = tokens.flatMap((piece, id) =>
    typeOf(id) === TOKEN_TYPES.normal ? [{ piece, score: scores[id] }] : [],
  );
  return pieces
    .sort((a, b) => b.score - a.score)
    .flatMap(({ piece }) => {
      if (piece.length > MAX_PIECE) facts.bad(`it has a token of ${piece.length} characters`);
      const characters = [...piece];
      const ways: [string, string][] = [];
      for (let at = 1; at < characters.length; at++) {
        const [left, right] = [characters.slice(0, at).join(""), characters.slice(at).join("")];
        if (known.has(left) && known.has(right)) ways.push([left, right]);
      }
      return ways;
    });
}
