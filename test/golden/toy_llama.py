"""Trains a toy Llama in float64 and writes the losses, as golden for the trainer of the engine.

Everything that the run depends on is stated by `RECIPE`, and goes into the JSON, so that another implementation
reproduces it without reading this file. Run: python test/golden/toy_llama.py
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn

from chat_model import Config, Llama

CONFIG = Config(vocab_size=64, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                head_dim=8, intermediate_size=64, max_position_embeddings=64)
BATCH, LENGTH, STEPS = 4, 16, 20
LR, WARMUP, BETAS, EPS, DECAY, CLIP = 1e-2, 5, (0.9, 0.95), 1e-8, 0.1, 1.0

RECIPE = {
    "model": "Llama: RMSNorm, rotary positions (rotate-half), grouped-query attention, SwiGLU, tied embeddings, no "
             "biases. Linear weights are stored (outputs, inputs), row-major, as in Hugging Face; y = x W^T.",
    "weights": "tensorIndex counts the names of `tensors` in their order, norms included. Matrices: element i of the "
               "flattened tensor is float32(0.08 * sin(1 + 12.9898 * i + 78.233 * tensorIndex)), sine in float64. "
               "Norms (vectors): all 1.",
    "data": "At step s (from 0), row b, the tokens at t = 0..16 are (7*(s mod 2) + 3*b + t*t + 5*t*(b+1)) mod 64; the inputs "
            "are t = 0..15, the targets t = 1..16. Every position counts; the loss is the mean over the 64 positions.",
    "clip": "The gradients of all tensors together, L2 norm n: multiplied by min(1, 1 / (n + 1e-6)). `gradientNorms` "
            "are the norms before clipping. The tied embedding is one tensor: its gradient is the sum of both uses.",
    "optimiser": "AdamW as torch.optim.AdamW: p -= lr*wd*p first, then m = b1*m + (1-b1)*g, v = b2*v + (1-b2)*g*g, "
                 "p -= lr * (m / (1-b1^k)) / (sqrt(v / (1-b2^k)) + eps), k = s + 1. wd applies to matrices "
                 "(the embedding included), not to norms.",
    "schedule": "lr(s) = peak * (s+1)/5 for s < 5; after that peak * (1 + cos(pi * (s-5)/15)) / 2.",
    "precision": "Weights start as float32 values; everything after is float64.",
    "lossAt": "losses[s] is the loss of step s, before its update.",
}


def learning_rate(step):
    if step < WARMUP:
        return LR * (step + 1) / WARMUP
    return LR * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2


def tokens(step):
    b, t = np.arange(BATCH)[:, None], np.arange(LENGTH + 1)[None]
    return torch.from_numpy((7 * (step % 2) + 3 * b + t * t + 5 * t * (b + 1)) % CONFIG.vocab_size)


def initial(model):
    with torch.no_grad():
        for index, p in enumerate(model.parameters()):
            if p.dim() > 1:
                i = np.arange(p.numel(), dtype=np.float64)
                w = (0.08 * np.sin(1 + 12.9898 * i + 78.233 * index)).astype(np.float32)
                p.copy_(torch.from_numpy(w).double().view_as(p))
    return model


def summary(g):
    flat = g.flatten()
    return {"sum": flat.sum().item(), "l2": flat.norm().item(), "first": flat[:4].tolist()}


def main():
    torch.set_default_dtype(torch.float64)
    model = initial(Llama(CONFIG).double())
    groups = [{"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": DECAY},
              {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}]
    adam = torch.optim.AdamW(groups, lr=LR, betas=BETAS, eps=EPS)
    losses, norms, gradients = [], [], {}
    for step in range(STEPS):
        for group in adam.param_groups:
            group["lr"] = learning_rate(step)
        batch = tokens(step)
        logits = model.logits(model(batch[:, :-1]))
        loss = fn.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        adam.zero_grad()
        loss.backward()
        if step == 0:
            gradients = {f"model.{name}": summary(p.grad) for name, p in model.named_parameters()}
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        losses.append(loss.item())
        adam.step()
    golden = {
        "recipe": RECIPE,
        "config": CONFIG.to_dict() | {"tie_word_embeddings": True, "model_type": "llama"},
        "optimiser": {"lr": LR, "warmup": WARMUP, "steps": STEPS, "betas": BETAS, "eps": EPS, "weightDecay": DECAY,
                      "clip": CLIP, "batch": BATCH, "length": LENGTH},
        "tensors": [{"name": f"model.{n}", "shape": list(p.shape)} for n, p in model.named_parameters()],
        "losses": losses,
        "gradientNorms": norms,
        "gradients": gradients,
        "final": {f"model.{name}": summary(p.detach()) for name, p in model.named_parameters()},
    }
    (Path(__file__).parent / "toy_llama_losses.json").write_text(json.dumps(golden, indent=1) + "\n")
    print([round(x, 4) for x in losses], [round(x, 3) for x in norms])


if __name__ == "__main__":
    main()
