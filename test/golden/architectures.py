"""What transformers says about small models of every architecture that the engine knows, as golden for it.

    python test/golden/architectures.py

Writes architectures/<name>/: config.json and model.safetensors of a random model in F32, and expected.json with the logits after a
few prompts (longer than windows and trained contexts), what greedy decoding adds to them, and gradients of two adapter tensors."""
import json
import shutil
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from peft import LoraConfig, get_peft_model
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM,
                          Qwen3Config, Qwen3ForCausalLM)

HERE = Path(__file__).parent / "architectures"
V, RANK, ALPHA = 64, 4, 8
SIZES = dict(vocab_size=V, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128, bos_token_id=None, eos_token_id=None, pad_token_id=None)
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
GRADIENTS = ["model.layers.0.self_attn.k_proj.lora_A", "model.layers.0.self_attn.q_proj.lora_B"]


def rope(kind, theta=10000.0, **rest):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=theta, **rest))


MODELS = {
    "llama-linear": (LlamaForCausalLM, LlamaConfig(**SIZES, **rope("linear", factor=4.0))),
    "llama-dynamic": (LlamaForCausalLM, LlamaConfig(**SIZES | dict(max_position_embeddings=32), **rope("dynamic", factor=4.0))),
    "llama-llama3": (LlamaForCausalLM, LlamaConfig(**SIZES, **rope(
        "llama3", 500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32))),
    "llama-yarn": (LlamaForCausalLM, LlamaConfig(**SIZES, **rope(
        "yarn", 500.0, factor=4.0, original_max_position_embeddings=32, beta_fast=4.0))),
    "llama-bias": (LlamaForCausalLM, LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True)),
    "smollm2": (LlamaForCausalLM, LlamaConfig(**SIZES | dict(hidden_size=36, num_attention_heads=3, num_key_value_heads=1),
                                              tie_word_embeddings=True, **rope("default", 100000.0))),
    "mistral": (MistralForCausalLM, MistralConfig(**SIZES, sliding_window=16, head_dim=12)),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**SIZES, tie_word_embeddings=True)),
    "qwen2-window": (Qwen2ForCausalLM, Qwen2Config(**SIZES | dict(num_hidden_layers=3), use_sliding_window=True,
                                                   sliding_window=12, max_window_layers=1)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True)),
    "qwen3-bias-window": (Qwen3ForCausalLM, Qwen3Config(**SIZES, head_dim=10, attention_bias=True, use_sliding_window=True,
                                                        sliding_window=20, max_window_layers=0)),
}


@torch.no_grad()
def model_of(kind, config, seed):
    """Weights far from transformers' own start, where attention is all but uniform and biases are zero."""
    model = kind(config)
    model.set_attn_implementation("eager")
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator)
        p.copy_(1 + 0.2 * noise if "norm" in name else (0.25 if p.dim() == 1 else 0.3) * noise)
    return model.eval()


def prompts(seed):
    random = np.random.default_rng(seed)
    return [random.integers(0, V, n).tolist() for n in (5, 40, 70)]


@torch.no_grad()
def answer(kind, config, seed, ids, count):
    """Logits after a prompt and what follows greedily, by a model that has seen nothing else: dynamic frequencies remember."""
    model = model_of(kind, config, seed)
    out = model(torch.tensor([ids]), use_cache=True)
    logits, greedy = out.logits[0, -1], []
    last = logits
    for _ in range(count):
        top = last.topk(2).values
        assert top[0] - top[1] > 2e-3 * last.abs().max(), "a tie: choose another seed"
        greedy.append(int(last.argmax()))
        out = model(torch.tensor([[greedy[-1]]]), past_key_values=out.past_key_values, use_cache=True)
        last = out.logits[0, -1]
    return dict(ids=ids, logits=[float(f"{v:.8g}") for v in logits.tolist()], greedy=greedy)


def gradients(kind, config, seed, ids):
    """Of the mean loss of the next token, in float64. Adapters by the recipe of peft_lora.py."""
    model = get_peft_model(model_of(kind, config, seed).double(), LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=TARGETS))
    named = dict(model.named_parameters())
    k = 0
    with torch.no_grad():
        for layer in range(config.num_hidden_layers):
            for target in TARGETS:
                part = "self_attn" if target in TARGETS[:4] else "mlp"
                for side, scale in (("lora_A", 0.2), ("lora_B", 0.05)):
                    p = named[f"base_model.model.model.layers.{layer}.{part}.{target}.{side}.default.weight"]
                    i = np.arange(p.numel(), dtype=np.float64)
                    p.copy_(torch.from_numpy((scale * np.sin(1 + 12.9898 * i + 78.233 * k)).astype(np.float32)).view_as(p))
                    k += 1
    batch = torch.tensor([ids])
    fn.cross_entropy(model(batch[:, :-1]).logits[0], batch[0, 1:]).backward()
    values = lambda name: named[f"base_model.model.{name}.default.weight"].grad.flatten().tolist()
    return {name: [float(f"{v:.7g}") for v in values(name)] for name in GRADIENTS}


def write(name, kind, config):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    for seed in range(1, 100):
        try:
            answers = [answer(kind, config, seed, ids, n) for ids, n in zip(prompts(seed), (40, 16, 16))]
            break
        except AssertionError:
            continue
    model = model_of(kind, config, seed)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "expected.json").write_text(json.dumps(dict(
        seed=seed, prompts=answers, rank=RANK, alpha=ALPHA, gradients=gradients(kind, config, seed, prompts(seed)[1]))))
    size = sum(p.numel() for p in model.parameters())
    print(f"{name}: {size} parameters, seed {seed}, {sum(f.stat().st_size for f in folder.iterdir())} bytes")


if __name__ == "__main__":
    for name, (kind, config) in MODELS.items():
        write(name, kind, config)
