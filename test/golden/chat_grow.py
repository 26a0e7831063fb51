"""Puts two layers that change nothing yet between layers 3 and 4 of a checkpoint, to go on with a deeper model.

    python chat_grow.py --checkpoint /tmp/chat/run/final.pt --out /tmp/chat/grown.pt

What a new layer adds to the residual stream is zero at first (its last matrices are), so the model answers as before."""
import argparse

import torch

from chat_model import Config, Llama

AT, COUNT = 4, 2  # before the layer that is told where to look


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    state = torch.load(args.checkpoint)
    config = state["config"] | {"num_hidden_layers": state["config"]["num_hidden_layers"] + COUNT}
    model = Llama(Config(**config)).initialise(5)
    grown = model.state_dict()
    for name, values in state["model"].items():
        parts = name.split(".")
        if parts[0] == "layers" and int(parts[1]) >= AT:
            parts[1] = str(int(parts[1]) + COUNT)
        grown[".".join(parts)] = values
    for layer in range(AT, AT + COUNT):
        for last in ("self_attn.o_proj", "mlp.down_proj"):
            grown[f"layers.{layer}.{last}.weight"].zero_()
    progress = {name: state[name] for name in ("seen", "answered", "step")}
    torch.save({"config": config, "model": grown} | progress, args.out)


if __name__ == "__main__":
    main()
