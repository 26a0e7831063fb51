// A tokenizer as GGUF metadata: the inverse of tokenizer.ts, for the two kinds that it reads. One that divides a text in a way GGUF has
// no name for is refused: whoever opened the file would read other tokens.
import { fail } from "../../contract/errors.ts";
import type { WrittenValue } from "../../engine/format/gguf-write.ts";
import { PRE_TOKENIZERS } from "./pre-tokenizers.ts";
import { TOKEN_TYPES } from "./tokenizer.ts";

export interface TokenizerFacts {
  readonly tokenizer: unknown; // tokenizer.json
  readonly config: Readonly<Record<string, unknown>>; // tokenizer_config.json, with the chat template
  readonly vocabularySize: number; // rows of the embedding
  readonly endTokens: readonly number[];
  readonly model: string; // as shown in errors
}

interface Json {
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly post_processor?: { readonly single?: readonly unknown[] } | null;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
  readonly model: {
    readonly type?: string;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges?: readonly (string | readonly [string, string])[];
    readonly unk_token?: string | null;
    readonly byte_fallback?: boolean;
  };
}

/** Throws model-unsupported. */
export function vocabularyMetadata(facts: TokenizerFacts): [string, WrittenValue][] {
  const json = facts.tokenizer as Json;
  if (json.model?.type !== "BPE") unsupported(facts, `its tokenizer is ${json.model?.type ?? "of no known type"}`);
  const isPieces = JSON.stringify(json.normalizer ?? null).includes("▁");
  const { tokens, types } = tokensOf(json, facts.vocabularySize);
  const merges = (json.model.merges ?? []).map((merge) => (typeof merge === "string" ? merge : merge.join(" ")));
  return [
    ["tokenizer.ggml.model", isPieces ? "llama" : "gpt2"],
    ...(isPieces ? pieces(json, merges, tokens) : byteLevel(facts, json, merges)),
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.token_type", types],
    ...specials(facts, json, tokens),
    ...(typeof facts.config.chat_template === "string"
      ? [["tokenizer.chat_template", facts.config.chat_template] as [string, WrittenValue]]
      : []),
  ];
}

const unsupported = ({ model }: TokenizerFacts, reason: string): never =>
  fail({ code: "model-unsupported", model, reason: `${reason}, which has no GGUF form here` });

const UNUSED = 5; // of TOKEN_TYPES: a row of the embedding that stands for no text

function tokensOf({ model, added_tokens: added = [] }: Json, size: number): { tokens: string[]; types: Int32Array } {
  const tokens = Array.from({ length: size }, (_, id) => `[PAD${id}]`);
  const types = new Int32Array(size).fill(UNUSED);
  for (const [token, id] of Object.entries(model.vocab)) {
    tokens[id] = token;
    const isByte = model.byte_fallback === true && /^<0x[0-9A-F]{2}>$/.test(token);
    types[id] = isByte ? TOKEN_TYPES.byte : TOKEN_TYPES.normal;
  }
  for (const { id, content, special } of added) {
    tokens[id] = content;
    types[id] = special ? TOKEN_TYPES.control : TOKEN_TYPES.userDefined;
    if (content === model.unk_token) types[id] = TOKEN_TYPES.unknown;
  }
  return { tokens, types };
}

/** A piece is worth what its first merge is worth. */
function pieces({ normalizer }: Json, merges: readonly string[], tokens: readonly string[]): [string, WrittenValue][] {
  const rank = new Map<string, number>();
  for (const [i, merge] of merges.entries()) {
    const piece = merge.replace(" ", "");
    if (!rank.has(piece)) rank.set(piece, i);
  }
  const addsSpace = JSON.stringify(normalizer).includes('"Prepend"');
  return [
    ["tokenizer.ggml.scores", Float32Array.from(tokens, (token) => -(rank.get(token) ?? merges.length))],
    ["tokenizer.ggml.add_space_prefix", addsSpace],
  ];
}

function byteLevel(facts: TokenizerFacts, json: Json, merges: readonly string[]): [string, WrittenValue][] {
  const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);
  const [name] =
    [...PRE_TOKENIZERS].find(
      ([, known]) =>
        same(known.normalizer, json.normalizer ?? null) &&
        same(withDefaults(known.pre), withDefaults(json.pre_tokenizer)),
    ) ?? unsupported(facts, "its tokenizer divides a text in a way of its own");
  return [
    ["tokenizer.ggml.pre", name],
    ["tokenizer.ggml.merges", merges],
  ];
}

/** What tokenizer.json may leave out of a byte level step; the offsets matter to nobody here. */
function withDefaults(step: unknown): unknown {
  const { type, pretokenizers, ...rest } = (step ?? {}) as Record<string, unknown>;
  if (Array.isArray(pretokenizers)) return { type, pretokenizers: pretokenizers.map(withDefaults) };
  if (type !== "ByteLevel") return { type, ...rest };
  return { type, add_prefix_space: rest.add_prefix_space ?? true, use_regex: rest.use_regex ?? true };
}

/** JSON whose keys are in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    typeof v === "object" && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

function specials(facts: TokenizerFacts, json: Json, tokens: readonly string[]): [string, WrittenValue][] {
  const { config, endTokens } = facts;
  const named = (key: string): number | undefined => {
    const value = config[key];
    const text = typeof value === "string" ? value : (value as { content?: unknown } | null | undefined)?.content;
    const id = typeof text === "string" ? tokens.indexOf(text) : -1;
    return id < 0 ? undefined : id;
  };
  const around = (json.post_processor?.single ?? []) as readonly { SpecialToken?: { id: string }; Sequence?: object }[];
  const at = around.findIndex(({ Sequence }) => Sequence !== undefined);
  const [before, after] = [around.slice(0, Math.max(0, at)), around.slice(at + 1)].map((steps) =>
    steps.flatMap(({ SpecialToken }) => (SpecialToken ? [tokens.indexOf(SpecialToken.id)] : [])),
  );
  if (before.length > 1 || after.length > 1) unsupported(facts, "its tokenizer puts several tokens around a text");
  const eos = after[0] ?? named("eos_token") ?? endTokens[0];
  const others = endTokens.filter((id) => id !== eos);
  const unknown = typeof json.model.unk_token === "string" ? tokens.indexOf(json.model.unk_token) : undefined;
  const ids = {
    ...{ bos: before[0] ?? named("bos_token"), eos, eot: others[0], eom: others[1] },
    ...{ unknown, padding: named("pad_token") },
  };
  return [
    ...Object.entries(ids).flatMap(([name, id]): [string, WrittenValue][] =>
      id === undefined ? [] : [[`tokenizer.ggml.${name}_token_id`, { u32: id }]],
    ),
    ["tokenizer.ggml.add_bos_token", before.length > 0],
    ["tokenizer.ggml.add_eos_token", after.length > 0],
  ];
}
