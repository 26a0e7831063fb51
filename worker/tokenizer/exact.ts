// A tokenizer.json as its author's tokenizer reads it. @huggingface/tokenizers computes most of it to the id; for some parts it goes
// by JavaScript's classes of characters where the original (Rust's `tokenizers`) goes by others. Those parts are written anew here
// with patterns, which the library reads exactly. Found by test/tokenizer: random texts of every script, against the original.

import { BYTES } from "./merge-table.ts";
import { GPT2_PATTERN } from "./word-split.ts";

type Part = Readonly<Record<string, unknown>>;

// What has become a mark, a sign of punctuation or a format character since Unicode 8, by which the original goes. Hex ranges.
const LATER_MARKS =
  "7fd 897-89f 8ca-8e1 9fe afa-aff b55 c04 c3c d00 d3b-d3c d81 eba ece 180f 1885-1886 1abf-1add 1ae0-1aeb 1df6-1dfb a82c a8c5 a8ff " +
  "a9bd 10d24-10d27 10d69-10d6d 10eab-10eac 10efa-10eff 10f46-10f50 10f82-10f85 11070 11073-11074 110c2 111c9 111cf 1123e 11241 " +
  "1133b 113bb-113c0 113ce 113d0 113d2 113e1-113e2 11438-1143f 11442-11444 11446 1145e 1182f-11837 11839-1183a 1193b-1193c 1193e " +
  "11943 119d4-119d7 119da-119db 119e0 11a01-11a0a 11a33-11a38 11a3b-11a3e 11a47 11a51-11a56 11a59-11a5b 11a8a-11a96 11a98-11a99 " +
  "11b60 11b62-11b64 11b66 11c30-11c36 11c38-11c3d 11c3f 11c92-11ca7 11caa-11cb0 11cb2-11cb3 11cb5-11cb6 11d31-11d36 11d3a " +
  "11d3c-11d3d 11d3f-11d45 11d47 11d90-11d91 11d95 11d97 11ef3-11ef4 11f00-11f01 11f36-11f3a 11f40 11f42 11f5a 13440 13447-13455 " +
  "1611e-16129 1612d-1612f 16f4f 16fe4 1cf00-1cf2d 1cf30-1cf46 1e000-1e006 1e008-1e018 1e01b-1e021 1e023-1e024 1e026-1e02a 1e08f " +
  "1e130-1e136 1e2ae 1e2ec-1e2ef 1e4ec-1e4ef 1e5ee-1e5ef 1e6e3 1e6e6 1e6ee-1e6ef 1e6f5 1e944-1e94a";
const LATER_PUNCTUATION =
  "61d 9fd a76 c77 c84 1b4e-1b4f 1b7d-1b7f 2e43-2e4f 2e52-2e5d 10d6e 10ead 10ed0 10f55-10f59 10f86-10f89 113d4-113d5 113d7-113d8 " +
  "1144b-1144f 1145a-1145b 1145d 11660-1166c 116b9 1183b 11944-11946 119e2 11a3f-11a46 11a9a-11a9c 11a9e-11aa2 11b00-11b09 11be1 " +
  "11c41-11c45 11c70-11c71 11ef7-11ef8 11f43-11f4f 11fff 12ff1-12ff2 16d6d-16d6f 16e97-16e9a 16fe2 1e5ff 1e95e-1e95f";
const LATER_FORMATS = "890-891 8e2 110cd 13430-1343f";
const CHINESE = "4e00-9fff 3400-4dbf 20000-2a6df 2a700-2b73f 2b740-2b81f 2b920-2ceaf f900-faff 2f800-2fa1f";

/** "4e00-9fff 3400" as the inside of a class. */
const within = (ranges: string): string => ranges.replace(/[\da-f]+/g, String.raw`\x{$&}`).replaceAll(" ", "");

const PUNCTUATION = String.raw`(?:(?![${within(LATER_PUNCTUATION)}])[\p{P}!-/:-@\[-\x60{-~\x{166d}\x{111c9}])`;
const MARK = String.raw`(?:(?![${within(LATER_MARKS)}])[\p{Mn}\x{1734}\x{1171e}])`;
const CONTROL = String.raw`(?:(?![\t\n\r${within(LATER_FORMATS)}])[\p{Cc}\p{Cf}\p{Co}\x{fffd}])`;

/** The same tokenizer in parts that the library computes exactly. Anything that is not an object is left to it to refuse. */
export function exactly(tokenizer: unknown): unknown {
  if (!isPart(tokenizer)) return tokenizer;
  const { normalizer, pre_tokenizer, model } = tokenizer;
  return {
    ...tokenizer,
    ...(isPart(normalizer) && { normalizer: exactNormalizer(normalizer) }),
    ...(isPart(pre_tokenizer) && {
      pre_tokenizer: withoutMissing(exactPreTokenizer(pre_tokenizer), missingBytes(pre_tokenizer, model)),
    }),
  };
}

/** The characters that stand for bytes which a byte-level vocabulary lacks: the original drops them before it merges anything. */
function missingBytes(preTokenizer: Part, model: unknown): string[] {
  const isByteLevel = JSON.stringify(preTokenizer).includes('"ByteLevel"');
  if (!isByteLevel || !isPart(model) || model.type !== "BPE" || typeof model.unk_token === "string") return [];
  const { vocab } = model;
  return isPart(vocab) ? BYTES.filter((character) => !Object.hasOwn(vocab, character)) : [];
}

function withoutMissing(part: Part, missing: readonly string[]): Part {
  if (missing.length === 0) return part;
  const pattern = `[${missing.map((c) => String.raw`\x{${c.codePointAt(0)!.toString(16)}}`).join("")}]`;
  return sequence("pretokenizers", [part, replace(pattern, "")]);
}

const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && !Array.isArray(value);

function exactNormalizer(part: Part): Part {
  switch (part.type) {
    case "Sequence":
      return { ...part, normalizers: partsOf(part.normalizers).map(exactNormalizer) };
    case "Lowercase":
      return sequence("normalizers", [replace(String.raw`\x{3a3}`, "σ"), part]); // no final sigma: a letter at a time
    case "BertNormalizer": {
      const strips = part.strip_accents ?? part.lowercase;
      return sequence("normalizers", [
        ...(part.clean_text ? [replace(CONTROL, ""), replace(String.raw`\s`, " ")] : []),
        ...(part.handle_chinese_chars ? [replace(`[${within(CHINESE)}]`, " $& ")] : []),
        ...(strips ? [{ type: "NFD" }, replace(MARK, "")] : []),
        ...(part.lowercase ? [exactNormalizer({ type: "Lowercase" })] : []),
      ]);
    }
    default:
      return part;
  }
}

function exactPreTokenizer(part: Part): Part {
  switch (part.type) {
    case "Sequence":
      return { ...part, pretokenizers: partsOf(part.pretokenizers).map(exactPreTokenizer) };
    case "ByteLevel": // a prefix goes before the first word alone, which a pattern cannot know
      return part.use_regex === false || part.add_prefix_space === true
        ? part
        : sequence("pretokenizers", [split(GPT2_PATTERN), { ...part, use_regex: false }]);
    case "Digits":
      return split(part.individual_digits ? String.raw`\p{N}` : String.raw`\p{N}+`);
    case "WhitespaceSplit":
      return split(String.raw`\s+`, "Removed");
    case "Punctuation":
      if (part.behavior === "Contiguous") return split(`${PUNCTUATION}+`);
      return (part.behavior ?? "Isolated") === "Isolated" ? split(PUNCTUATION) : part;
    case "BertPreTokenizer":
      return sequence("pretokenizers", [split(String.raw`\s+`, "Removed"), split(PUNCTUATION)]);
    default:
      return part;
  }
}

const partsOf = (list: unknown): Part[] => (Array.isArray(list) ? list.filter(isPart) : []);
const sequence = (key: "normalizers" | "pretokenizers", parts: readonly Part[]): Part => ({
  type: "Sequence",
  [key]: parts,
});
const replace = (regex: string, content: string): Part => ({ type: "Replace", pattern: { Regex: regex }, content });
const split = (regex: string, behavior = "Isolated"): Part => ({
  ...{ type: "Split", pattern: { Regex: regex }, behavior, invert: false },
});
