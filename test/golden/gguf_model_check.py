"""Whether a model that Loam exported as GGUF is the model of its folder, read by the `gguf` package.

    npm run -s loam -- export --model ../shared/data/models/stories260k --to gguf --type F16 --out /tmp/m
    pip install gguf; python test/golden/gguf_model_check.py /tmp/m/stories260k-F16.gguf ../shared/data/models/stories260k

Checks names, shapes and values (a Llama's q and k in rotary pairs), sizes, tokens and the chat template."""
import argparse
import json
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from gguf_models import gguf_name, paired
from safetensors.numpy import load_file

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("file", type=Path)
parser.add_argument("folder", type=Path)
args = parser.parse_args()

reader = GGUFReader(args.file)
said = lambda key: field.contents() if (field := reader.get_field(key)) else None
config = json.loads((args.folder / "config.json").read_text())
key = said("general.architecture")
sizes = {
    "embedding_length": "hidden_size", "block_count": "num_hidden_layers", "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads", "attention.head_count_kv": "num_key_value_heads",
    "context_length": "max_position_embeddings", "vocab_size": "vocab_size",
}  # fmt: skip
for name, field in sizes.items():
    assert said(f"{key}.{name}") == config[field], (name, said(f"{key}.{name}"), config[field])

given = {t.name: t for t in reader.tensors}
error = power = 0.0
for name, expected in load_file(args.folder / "model.safetensors").items():
    if name == "lm_head.weight" and config["tie_word_embeddings"]:
        continue
    tensor = given.pop(gguf_name(name))
    values = dequantize(tensor.data, tensor.tensor_type).reshape(expected.shape)
    expected = expected.astype(np.float32)
    if key == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
        heads = config["num_attention_heads" if "q_proj" in name else "num_key_value_heads"]
        expected = paired(expected, heads)
    error += float(((values - expected) ** 2).sum())
    power += float((expected**2).sum())
assert not given, f"left over: {list(given)}"

tokenizer = json.loads((args.folder / "tokenizer.json").read_text())
tokens = said("tokenizer.ggml.tokens")
assert len(tokens) == config["vocab_size"]
for token, i in tokenizer["model"]["vocab"].items():
    assert tokens[i] == token, (i, tokens[i], token)
settings = args.folder / "tokenizer_config.json"
template = json.loads(settings.read_text()).get("chat_template") if settings.exists() else None
assert said("tokenizer.chat_template") == template
kinds = sorted({t.tensor_type.name for t in reader.tensors})
print(f"{args.file.name}: {len(reader.tensors)} tensors ({', '.join(kinds)}), NMSE {error / power:.2e}, tokens and template are the folder's")
