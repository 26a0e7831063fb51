"""Blocks of every kind that GGUF files hold, and the values that the `gguf` package reads out of them.

    pip install gguf; python test/golden/gguf_blocks.py

Writes gguf_blocks.json: for each kind, four blocks as hexadecimal, and their values. The blocks are random bytes with scales
that are finite and of ordinary size, so that every bit of the layout counts."""
import json
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Kind, dequantize

BLOCKS = 4
# Where the halves (scale, and offset where there is one) lie in a block.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}  # fmt: skip


def main() -> None:
    random = np.random.default_rng(20)
    golden = {}
    for name, scales in SCALES.items():
        _, size = GGML_QUANT_SIZES[Kind[name]]
        blocks = random.integers(0, 256, (BLOCKS, size), dtype=np.uint8)
        for at in scales:
            halves = random.uniform(-0.1, 0.1, (BLOCKS, 1)).astype(np.float16)
            blocks[:, at : at + 2] = halves.view(np.uint8)
        values = dequantize(blocks.reshape(-1), Kind[name])
        golden[name] = {"blocks": blocks.tobytes().hex(), "values": [float(f"{v:.7g}") for v in values.reshape(-1)]}
    out = Path(__file__).parent / "gguf_blocks.json"
    out.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in golden.items()) + "\n}\n")


if __name__ == "__main__":
    main()
