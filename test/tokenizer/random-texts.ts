// Texts of the worst kind, the same as in test/golden/random_texts.py, number for number.

// prettier-ignore
const WORDS = ["the", "Depot", "can't", "12,345.67", "naïve", "Straße", "東京", "안녕하세요", "привет", "שלום", "مرحبا", "हिन्दी", "ไทย", "🙂",
  "👩‍🚀", "🏳️‍🌈", "e\u0301", "ﬁ", "½", "  ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u0000", "\u0007", "\u001b", "if (x) {",
  "=>", "/*", "*/", "</s>", "<|x|>", "'ll", "'S", "__init__", "0x1F", "...", "—", "“q”", "a".repeat(40), "\ud55c", "\u1112\u1161"];

/** mulberry32: u32 numbers from a seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** The `index`-th text. */
export function randomText(index: number): string {
  const next = chance(index);
  let out = "";
  for (let pieces = 1 + (next() % 12); pieces > 0; pieces--) {
    const kind = next() % 4;
    if (kind < 2) out += WORDS[next() % WORDS.length];
    else if (kind === 2) out += String.fromCharCode(32 + (next() % 95));
    else {
      const code = next() % 0x11000;
      out += code >= 0xd800 && code <= 0xdfff ? "?" : String.fromCodePoint(code);
    }
    if (next() % 3 === 0) out += " ";
  }
  return out;
}
