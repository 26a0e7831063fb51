// The normaliser of SentencePiece models (T5, XLM-R, multilingual E5): a table from byte strings to their normal forms, compiled as a
// double-array trie. After sentencepiece's normalizer.cc and Rust's spm_precompiled, quirks included.

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MOST_LOOKED_UP = 6; // bytes: a longer grapheme is taken a character at a time

/** Reads a `precompiled_charsmap` (base64 of: u32 size of the trie in bytes, the trie, the normal forms, each ended by a zero). Null when it is none. */
export function readCharsmap(base64: string): ((text: string) => string) | null {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  if (bytes.length < 4 || view.getUint32(0, true) % 4 !== 0 || view.getUint32(0, true) > bytes.length - 4) return null;
  const size = view.getUint32(0, true) / 4;
  const trie = Uint32Array.from({ length: size }, (_, i) => view.getUint32(4 + 4 * i, true));
  const forms = bytes.subarray(4 + 4 * size);

  /** Where the form of the shortest listed beginning of a byte string lies; -1 for none. */
  function find(key: Uint8Array): number {
    let node = offsetOf(trie[0] ?? 0);
    for (const byte of key) {
      node ^= byte;
      const unit = trie[node] ?? 0;
      if ((unit & 0x800000ff) >>> 0 !== byte) return -1;
      node ^= offsetOf(unit);
      if ((unit >>> 8) & 1) return (trie[node] ?? 0) & 0x7fffffff;
    }
    return -1;
  }
  function formOf(part: string): string | null {
    const at = find(encoder.encode(part));
    return at < 0 ? null : decoder.decode(forms.subarray(at, forms.indexOf(0, at)));
  }
  return (text) => {
    let out = "";
    for (const { segment } of graphemes.segment(text)) {
      const isShort = encoder.encode(segment).length < MOST_LOOKED_UP;
      const form = isShort ? formOf(segment) : null;
      out += form ?? Array.from(segment, (character) => formOf(character) ?? character).join("");
    }
    return out;
  };
}

const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);

interface Normalizer {
  readonly config: { readonly type?: string; readonly precompiled_charsmap?: unknown };
  readonly normalizers?: readonly (Normalizer | null)[];
  normalize(text: string): string;
}

/** Lets every normaliser that brings a table go by it: @huggingface/tokenizers goes by NFKC instead, which comes near. */
export function readTables(normalizer: Normalizer): void {
  for (const part of normalizer.normalizers ?? []) if (part) readTables(part);
  const { type, precompiled_charsmap: table } = normalizer.config;
  const normalize = type === "Precompiled" && typeof table === "string" ? readCharsmap(table) : null;
  if (normalize) normalizer.normalize = normalize;
}
