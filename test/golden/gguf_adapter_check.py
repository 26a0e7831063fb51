"""Whether an adapter that Loam exported as GGUF is the adapter of its peft folder, read by the `gguf` package.

    npm run -s loam -- export --model ../shared/data/models/stories260k --adapter test/golden/peft-stories --to gguf --out /tmp/a
    pip install gguf; python test/golden/gguf_adapter_check.py /tmp/a/adapter.gguf test/golden/peft-stories --heads 8 --kv-heads 4

Checks the metadata, the names and shapes, and s·B·A of every layer, with a Llama's q and k in rotary pairs."""
import argparse
import json
import math
from pathlib import Path

import numpy as np
from gguf import GGUFReader
from gguf_models import gguf_name, paired
from safetensors.numpy import load_file

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("file", type=Path)
parser.add_argument("folder", type=Path)
parser.add_argument("--heads", type=int, required=True)
parser.add_argument("--kv-heads", type=int, required=True)
args = parser.parse_args()

reader = GGUFReader(args.file)
said = {key: reader.get_field(key).contents() for key in ["general.architecture", "general.type", "adapter.type", "adapter.lora.alpha"]}
assert said["general.type"] == "adapter" and said["adapter.type"] == "lora", said
given = {t.name: t.data for t in reader.tensors}

config = json.loads((args.folder / "adapter_config.json").read_text())
scale = config["lora_alpha"] / (math.sqrt(config["r"]) if config["use_rslora"] else config["r"])
peft = load_file(args.folder / "adapter_model.safetensors")
modules = sorted({name.rsplit(".lora_", 1)[0] for name in peft})
worst = 0.0
for module in modules:
    A, B = (peft[f"{module}.lora_{side}.weight"] for side in "AB")
    if module.endswith(("q_proj", "k_proj")) and said["general.architecture"] == "llama":
        B = paired(B, args.heads if module.endswith("q_proj") else args.kv_heads)
    name = gguf_name(module.removeprefix("base_model.model.") + ".weight")
    a, b = given.pop(f"{name}.lora_a"), given.pop(f"{name}.lora_b")
    assert a.shape == A.shape and b.shape == B.shape, name
    worst = max(worst, float(np.abs(said["adapter.lora.alpha"] / a.shape[0] * b @ a - scale * B @ A).max()))
assert not given, f"tensors that peft does not have: {sorted(given)}"
print(f"{len(modules)} layers; the largest difference of s·B·A is {worst:.2g}")
assert worst < 1e-5
