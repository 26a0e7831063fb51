"""What peft and PyTorch say about low-rank adapters, in float64, as golden for the engine.

    python test/golden/peft_lora.py --stories ../shared/data/models/stories260k

Writes peft_lora.json: the gradients of every adapter tensor of a toy Llama (its base: toy_llama.py's recipe), and the first
50 losses of a run. Writes peft-stories/: an adapter of stories260k as peft saves it, with the logits and greedy tokens it gives."""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from chat_model import Llama
from toy_llama import BATCH, CONFIG, LENGTH, initial, tokens

HERE = Path(__file__).parent
RANK, ALPHA, STEPS, LR, WARMUP, COUNTED_FROM = 4, 8, 50, 5e-3, 5, 6
BETAS, EPS, CLIP = (0.9, 0.999), 1e-8, 1.0
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
RECIPE = {
    "base": "toy_llama_losses.json's weights",
    "adapter": "Adapter tensors in the order layer, q k v o gate up down, A before B, counted by k. Element i of the flattened "
               "tensor is float32(a * sin(1 + 12.9898 * i + 78.233 * k)), a = 0.2 for A, 0.05 for B. For the losses B starts at 0.",
    "data": "toy_llama_losses.json's tokens; only targets t >= 6 count, and the loss is their mean.",
    "optimiser": "AdamW without weight decay; lr(s) = peak * (s+1)/5 for s < 5, then cosine to 0 at step 50; gradients clipped to norm 1.",
}


def modules(model):
    """The adapted layers in the recipe's order."""
    named = dict(model.named_modules())
    for layer in range(model.config.num_hidden_layers):
        for target in TARGETS:
            part = "self_attn" if target in TARGETS[:4] else "mlp"
            yield f"model.layers.{layer}.{part}.{target}", named[f"base_model.model.model.layers.{layer}.{part}.{target}"]


def toy():
    base = LlamaForCausalLM(LlamaConfig(**CONFIG.to_dict(), tie_word_embeddings=True, attn_implementation="eager")).double()
    source = initial(Llama(CONFIG).double())
    base.load_state_dict({f"model.{name}": p for name, p in source.named_parameters()}, strict=False)
    base.tie_weights()
    return get_peft_model(base, LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=TARGETS))


@torch.no_grad()
def start(model, b_scale):
    for k, (weight, scale) in enumerate(w for _, m in modules(model) for w in (
            (m.lora_A["default"].weight, 0.2), (m.lora_B["default"].weight, b_scale))):
        i = np.arange(weight.numel(), dtype=np.float64)
        values = (scale * np.sin(1 + 12.9898 * i + 78.233 * k)).astype(np.float32)
        weight.copy_(torch.from_numpy(values).double().view_as(weight))


def loss_of(model, step):
    batch = tokens(step)
    logits = model(batch[:, :-1]).logits[:, COUNTED_FROM - 1:]
    return fn.cross_entropy(logits.flatten(0, 1), batch[:, COUNTED_FROM:].flatten())


def gradients():
    model = toy()
    start(model, 0.05)
    loss_of(model, 0).backward()
    short = lambda t: [float(f"{v:.7g}") for v in t.flatten().tolist()]
    return {name: {"A": short(m.lora_A["default"].weight.grad), "B": short(m.lora_B["default"].weight.grad)}
            for name, m in modules(model)}


def losses():
    model = toy()
    start(model, 0.0)
    parameters = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.AdamW(parameters, lr=LR, betas=BETAS, eps=EPS, weight_decay=0.0)
    result = []
    for step in range(STEPS):
        rate = (step + 1) / WARMUP if step < WARMUP else (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2
        adam.param_groups[0]["lr"] = LR * rate
        loss = loss_of(model, step)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        adam.step()
        result.append(loss.item())
    return result


def greedy(model, ids, count):
    got = model.generate(input_ids=torch.tensor([ids]), max_new_tokens=count, min_new_tokens=count, do_sample=False)
    return got[0, len(ids):].tolist()


def stories(folder):
    """A small adapter of stories260k, trained for a moment on made-up ids, saved and read back by peft."""
    torch.manual_seed(3)
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config = LoraConfig(r=3, lora_alpha=5, lora_dropout=0.0, use_rslora=True, target_modules=["q_proj", "v_proj", "down_proj"])
    model = get_peft_model(base, config)
    adam = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-3)
    data = torch.tensor(np.random.default_rng(5).integers(3, 512, (4, 48)))
    for _ in range(10):
        loss = model(data, labels=data).loss
        adam.zero_grad()
        loss.backward()
        adam.step()
    out = HERE / "peft-stories"
    model.save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)
    again = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), out).eval()
    prompt = [1, 403, 407, 261, 378]
    with torch.no_grad():
        logits = again(torch.tensor([prompt])).logits[0, -1]
    expected = {"prompt": prompt, "logits": [float(f"{v:.8g}") for v in logits.tolist()], "greedy": greedy(again, prompt, 500)}
    (out / "expected.json").write_text(json.dumps(expected) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stories", required=True)
    parser.add_argument("--only-stories", action="store_true")
    args = parser.parse_args()
    if args.only_stories:
        return stories(args.stories)
    torch.set_default_dtype(torch.float64)
    golden = {"recipe": RECIPE, "rank": RANK, "alpha": ALPHA, "targets": TARGETS, "countedFrom": COUNTED_FROM,
              "optimiser": {"lr": LR, "warmup": WARMUP, "steps": STEPS, "betas": BETAS, "eps": EPS, "clip": CLIP,
                            "batch": BATCH, "length": LENGTH},
              "gradients": gradients(), "losses": losses()}
    (HERE / "peft_lora.json").write_text(json.dumps(golden) + "\n")
    print([round(x, 4) for x in golden["losses"]])
    torch.set_default_dtype(torch.float32)
    stories(args.stories)


if __name__ == "__main__":
    main()
