"""Writes bpe_merges.json: a small corpus, and the tokenizer that the `tokenizers` BpeTrainer makes of it, as golden for
worker/tokenizer/train-bpe.ts. Run: python test/golden/bpe_merges.py
"""
import json
import random
import re
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|user|>", "<|assistant|>", "<|end|>", "<|text|>"]
ADDED = ["[1]", "[2]", "[3]"]
SIZE = 700
PROSE = [
    "Teach it, prove it, carry it. Loam is a web page that you install; it's yours, and it'll work offline.",
    "[1] The pump KX-204 weighs 1,250 kg.\n[2] Its price is $19.90; the warranty runs 24 months.\n\nQuestion: price?",
    "<|user|>What does it weigh?<|end|><|assistant|> 1,250 kg. [1]<|end|>",
    "Grüße aus Köln: 100 % „größer“, naïve café, Ελληνικά, кириллица, 日本語のテキスト, ½ and ² and Ⅷ, 👩‍🌾 🌱🌱",
    "spaces   between  words \t tabs\r\nlines \n\n\n  indented   ", "don't we'll they've I'm you'd he's IT'S a'b '''",
    "aaaa aaaaaaa aaabaaab abababab banana bananas ananas mississippi 0000 11:45 2030-04-25",
]


def corpus():
    """The prose, then sentences of made-up words, so that many pairs are equally frequent."""
    rng = random.Random(7)
    syllables = "ka lo mi re tu ven dor sal pi qua zen bor ta li fen gar os ul ing er est the and of".split()
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(300)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    lines = [" ".join(rng.choices(words, weights, k=rng.randint(5, 14))).capitalize() + "." for _ in range(150)]
    return PROSE + lines


def train(texts, size, special, added):
    """As trainBpe: no merge crosses a special or added token, so texts are cut there first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size - len(added), special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    cut = re.compile("|".join(re.escape(token) for token in special + added))
    tokenizer.train_from_iterator([part for text in texts for part in cut.split(text) if part], trainer)
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in added])
    return tokenizer


def main():
    texts = corpus()
    tokenizer = train(texts, SIZE, SPECIAL, ADDED)
    golden = {
        "source": "tokenizers BpeTrainer, by test/golden/bpe_merges.py",
        "options": {"vocabularySize": SIZE, "specialTokens": SPECIAL, "addedTokens": ADDED},
        "texts": texts,
        "tokenizer": json.loads(tokenizer.to_str()),
        "ids": [tokenizer.encode(text).ids for text in PROSE],
    }
    out = Path(__file__).parent / "bpe_merges.json"
    out.write_text(json.dumps(golden, ensure_ascii=False) + "\n")
    print(len(golden["tokenizer"]["model"]["merges"]), "merges,", out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
