"""Trains the vocabulary of loam-embed: WordPiece, lower case, without accents, from lines of text.

    python embed_tokenizer.py texts.txt OUT_FOLDER
"""
import json
import sys
from pathlib import Path

from tokenizers import BertWordPieceTokenizer

texts, out = Path(sys.argv[1]), Path(sys.argv[2])
tokenizer = BertWordPieceTokenizer(lowercase=True, strip_accents=True)
tokenizer.train([str(texts)], vocab_size=8000, min_frequency=2, limit_alphabet=200, show_progress=False)
out.mkdir(parents=True, exist_ok=True)
described = json.loads(tokenizer.to_str())
described["post_processor"] = None  # a text is the mean of its words: no [CLS], no [SEP]
(out / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False, separators=(",", ":")))
(out / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True}))
print(tokenizer.get_vocab_size(), "tokens")
