"""What peft and PyTorch say about preference training of low-rank adapters, in float64, as golden for the engine.

    python test/golden/dpo_lora.py

Writes dpo_lora.json: the gradients of every adapter tensor of peft_lora.py's toy Llama, and losses, margins and shares of won
pairs of the first 50 steps of a run. The loss is written out here from Rafailov et al. 2023, arXiv:2305.18290, eq. 7; the reference
is the same model with its adapter switched off."""
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as fn

from peft_lora import ALPHA, BETAS, CLIP, EPS, RANK, TARGETS, modules, start, toy

HERE = Path(__file__).parent
BETA, PAIRS, PROMPT, VOCABULARY, STEPS, LR, WARMUP, TIE = 0.5, 4, 5, 64, 50, 2e-3, 5, 1e-4
RECIPE = {
    "base": "toy_llama_losses.json's weights",
    "adapter": "as in peft_lora.json",
    "data": "Pair b of step s, parity q = s mod 2: the prompt is (7*q + 3*b + t*t + 5*t*(b+1)) mod 64 for t = 0..4; the chosen text goes "
            "on with (11 + 5*q + 7*b + 3*t) mod 64 for t = 0..5+b, the rejected one with (12 + 9*q + 2*b + t*t) mod 64 for t = 0..8-b. Every "
            "token after the prompt counts, and a text's log-probability is their sum.",
    "loss": "mean over the pairs of -log sigmoid(margin), margin = beta * ((chosen - rejected) - (chosen - rejected of the base)); won is "
            "the share of the pairs with margin > 1e-4, and half of those nearer to 0.",
    "optimiser": "AdamW without weight decay; lr(s) = peak * (s+1)/5 for s < 5, then cosine to 0 at step 50; gradients clipped to norm 1. "
                 "Losses, margins and won are of each step before its update.",
}


def texts(step, b):
    q = step % 2
    prompt = [(7 * q + 3 * b + t * t + 5 * t * (b + 1)) % VOCABULARY for t in range(PROMPT)]
    chosen = [(11 + 5 * q + 7 * b + 3 * t) % VOCABULARY for t in range(6 + b)]
    rejected = [(12 + 9 * q + 2 * b + t * t) % VOCABULARY for t in range(9 - b)]
    return prompt, chosen, rejected


def log_probability(model, prompt, answer):
    ids = torch.tensor([prompt + answer])
    logits = model(ids[:, :-1]).logits[0, len(prompt) - 1:]
    return -fn.cross_entropy(logits, ids[0, len(prompt):], reduction="sum")


def lead(model, step):
    """log p(chosen) - log p(rejected) of every pair."""
    pairs = [texts(step, b) for b in range(PAIRS)]
    return torch.stack([log_probability(model, p, c) - log_probability(model, p, r) for p, c, r in pairs])


def margins_of(model, step):
    with torch.no_grad(), model.disable_adapter():
        reference = lead(model, step)
    return BETA * (lead(model, step) - reference)


def gradients():
    model = toy()
    start(model, 0.05)
    margins = margins_of(model, 0)
    loss = -fn.logsigmoid(margins).mean()
    loss.backward()
    short = lambda t: [float(f"{v:.7g}") for v in t.flatten().tolist()]
    return {"loss": loss.item(), "margins": margins.tolist(), "gradients": {
        name: {"A": short(m.lora_A["default"].weight.grad), "B": short(m.lora_B["default"].weight.grad)} for name, m in modules(model)}}


def run():
    model = toy()
    start(model, 0.0)
    parameters = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.AdamW(parameters, lr=LR, betas=BETAS, eps=EPS, weight_decay=0.0)
    losses, margins, won = [], [], []
    for step in range(STEPS):
        rate = (step + 1) / WARMUP if step < WARMUP else (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2
        adam.param_groups[0]["lr"] = LR * rate
        own = margins_of(model, step)
        loss = -fn.logsigmoid(own).mean()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        adam.step()
        losses.append(loss.item())
        margins.append(own.mean().item())
        won.append(torch.where(own.abs() <= TIE, 0.5, (own > 0).double()).mean().item())
    return {"losses": losses, "margins": margins, "won": won}


def main():
    torch.set_default_dtype(torch.float64)
    golden = {"recipe": RECIPE, "rank": RANK, "alpha": ALPHA, "targets": TARGETS, "beta": BETA, "pairs": PAIRS, "promptLength": PROMPT,
              "optimiser": {"lr": LR, "warmup": WARMUP, "steps": STEPS, "betas": BETAS, "eps": EPS, "clip": CLIP},
              "start": gradients(), "run": run()}
    (HERE / "dpo_lora.json").write_text(json.dumps(golden) + "\n")
    print(golden["start"]["loss"], golden["start"]["margins"])
    for name, values in golden["run"].items():
        print(name, [round(x, 4) for x in values])


if __name__ == "__main__":
    main()
