"""Random texts and the ids that Python's `tokenizers` gives them, as a digest for every thousand: test/golden/random_texts.json.

    python random_texts.py --data ../shared/data/tokenizers --count 100000

The texts are those of test/tokenizer/random-texts.ts, number for number: mulberry32 picks pieces (words, code, emoji, combining
marks, control characters, any character). A digest is the SHA-256 of the ids of a thousand texts, a text a line."""
import argparse
import hashlib
import json
from pathlib import Path

from tokenizers import Tokenizer

NAMES = ["gpt2", "qwen2.5", "bert-uncased", "t5-small", "falcon", "smollm"]
BLOCK = 1000
WORDS = ["the", "Depot", "can't", "12,345.67", "naïve", "Straße", "東京", "안녕하세요", "привет", "שלום", "مرحبا", "हिन्दी", "ไทย", "🙂",
         "👩‍🚀", "🏳️‍🌈", "e\u0301", "ﬁ", "½", "  ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u0000", "\u0007", "\u001b", "if (x) {",
         "=>", "/*", "*/", "</s>", "<|x|>", "'ll", "'S", "__init__", "0x1F", "...", "—", "“q”", "a" * 40, "\ud55c", "\u1112\u1161"]


class Chance:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) & 0xFFFFFFFF


def text(index):
    chance, out = Chance(index), ""
    for _ in range(1 + chance.next() % 12):
        kind = chance.next() % 4
        if kind < 2:
            out += WORDS[chance.next() % len(WORDS)]
        elif kind == 2:
            out += chr(32 + chance.next() % 95)
        else:
            code = chance.next() % 0x11000
            out += "?" if 0xD800 <= code <= 0xDFFF else chr(code)
        if chance.next() % 3 == 0:
            out += " "
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, default=100_000)
    args = parser.parse_args()
    digests = {}
    for name in NAMES:
        tokenizer = Tokenizer.from_file(f"{args.data}/{name}/tokenizer.json")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        digests[name] = []
        for start in range(0, args.count, BLOCK):
            rows = tokenizer.encode_batch([text(i) for i in range(start, start + BLOCK)])
            lines = "\n".join(" ".join(map(str, row.ids)) for row in rows)
            digests[name].append(hashlib.sha256(lines.encode()).hexdigest()[:16])
    Path(__file__).with_name("random_texts.json").write_text(json.dumps(digests, indent=0) + "\n")


if __name__ == "__main__":
    main()
