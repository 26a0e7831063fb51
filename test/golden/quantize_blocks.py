"""Values, and the blocks that the `gguf` package makes of them.

    pip install gguf; python test/golden/quantize_blocks.py

Writes quantize_blocks.json: six blocks of values (normals, one constant, one zero, one with ties and both extremes), and for
Q8_0 and Q4_0 the blocks as hexadecimal."""
import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind, quantize


def main() -> None:
    random = np.random.default_rng(21)
    rows = random.standard_normal((6, 32)).astype(np.float32)
    rows[3] = 0.25
    rows[4] = 0
    rows[5] = np.linspace(-127, 127, 32).round() / 2
    values = [float(f"{v:.7g}") for v in rows.reshape(-1)]
    exact = np.array(values, dtype=np.float32).reshape(rows.shape)
    golden = {"values": values, **{k: quantize(exact, Kind[k]).tobytes().hex() for k in ("Q8_0", "Q4_0")}}
    out = Path(__file__).parent / "quantize_blocks.json"
    out.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in golden.items()) + "\n}\n")


if __name__ == "__main__":
    main()
