"""The decoder that loam-chat is: the Llama architecture with the tensor names of Hugging Face.

RMSNorm, rotary positions (rotate-half convention), grouped-query attention, SwiGLU, tied embeddings, no biases.
It knows nothing of tokens, prompts or files; `tensors` gives what `export_chat.py` writes.
Dimensions: B batch, T tokens, C hidden, H heads, K kv heads, D head size, F ffn, V vocabulary, L layers.
"""
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as fn
from torch import nn


@dataclass
class Config:
    vocab_size: int = 4096
    hidden_size: int = 128
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 4
    head_dim: int = 32
    intermediate_size: int = 352
    max_position_embeddings: int = 1024
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0

    def to_dict(self):
        return asdict(self)


def rotary(config: Config, length: int):
    """cos and sin (T, D): the angles of D/2 frequencies, repeated for both halves."""
    frequency = config.rope_theta ** (-torch.arange(0, config.head_dim, 2).double() / config.head_dim)
    angle = torch.outer(torch.arange(length).double(), frequency)
    angle = torch.cat([angle, angle], -1)
    return angle.cos().to(torch.get_default_dtype()), angle.sin().to(torch.get_default_dtype())


def rotate(x, cos, sin):
    """Rotates x (B, H, T, D) by its position: x cos + (-x2, x1) sin."""
    x1, x2 = x.chunk(2, -1)
    return x * cos + torch.cat([-x2, x1], -1) * sin


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        wide, narrow = c.num_attention_heads * c.head_dim, c.num_key_value_heads * c.head_dim
        self.q_proj = nn.Linear(c.hidden_size, wide, bias=False)
        self.k_proj = nn.Linear(c.hidden_size, narrow, bias=False)
        self.v_proj = nn.Linear(c.hidden_size, narrow, bias=False)
        self.o_proj = nn.Linear(wide, c.hidden_size, bias=False)

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        c = self.c
        weight = torch.cat([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])
        heads, kv = c.num_attention_heads, c.num_key_value_heads
        qkv = fn.linear(x, weight).view(b, t, heads + 2 * kv, c.head_dim).transpose(1, 2)
        qk = rotate(qkv[:, :heads + kv], cos, sin)
        q, k, v = qk[:, :heads], qk[:, heads:], qkv[:, heads + kv:]
        if kv != heads:
            k, v = k.repeat_interleave(heads // kv, 1), v.repeat_interleave(heads // kv, 1)
        with torch.autocast("cpu", enabled=False):  # the backward pass of attention is slower in bfloat16 on a CPU
            y = fn.scaled_dot_product_attention(q.float(), k.float(), v.float(), is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, heads * c.head_dim))


class Mlp(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.gate_proj = nn.Linear(c.hidden_size, c.intermediate_size, bias=False)
        self.up_proj = nn.Linear(c.hidden_size, c.intermediate_size, bias=False)
        self.down_proj = nn.Linear(c.intermediate_size, c.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(fn.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.input_layernorm = Norm(c.hidden_size, c.rms_norm_eps)
        self.self_attn = Attention(c)
        self.post_attention_layernorm = Norm(c.hidden_size, c.rms_norm_eps)
        self.mlp = Mlp(c)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = Norm(config.hidden_size, config.rms_norm_eps)
        cos, sin = rotary(config, config.max_position_embeddings)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    @torch.no_grad()
    def initialise(self, seed: int):
        """Normal weights of standard deviation 1/sqrt(inputs), then an induction circuit (see chat_start.py)."""
        generator = torch.Generator().manual_seed(seed)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                std = 0.2 if "embed" in name else 1 / math.sqrt(p.shape[1])
                if name.endswith(("down_proj.weight", "o_proj.weight")):
                    std *= 0.1
                nn.init.normal_(p, 0, std, generator=generator)
        self.norm.weight.fill_(0.3)
        return self

    def forward(self, tokens, taps=False):
        """tokens (B, T) to final hidden states (B, T, C); with `taps`, also what enters each layer."""
        t = tokens.shape[1]
        cos, sin = self.cos[:t], self.sin[:t]
        x, entering = self.embed_tokens(tokens), []
        for layer in self.layers:
            entering.append(x)
            x = layer(x, cos, sin)
        return (self.norm(x), entering) if taps else self.norm(x)

    def attention_scores(self, x, index, head, rows, columns):
        """Scores (N, T) of one head of layer `index` for the queries at (rows, columns), given what enters the layer."""
        layer, d, t = self.layers[index], self.config.head_dim, x.shape[1]
        group = self.config.num_attention_heads // self.config.num_key_value_heads
        x = layer.input_layernorm(x)
        keys = fn.linear(x, layer.self_attn.k_proj.weight[head // group * d:(head // group + 1) * d])
        queries = fn.linear(x[rows, columns], layer.self_attn.q_proj.weight[head * d:(head + 1) * d])
        keys, queries = rotate(keys, self.cos[:t], self.sin[:t]), rotate(queries, self.cos[columns], self.sin[columns])
        scores = (keys[rows] @ queries[:, :, None])[:, :, 0] / math.sqrt(d)
        return scores.masked_fill(torch.arange(t) > columns[:, None], -torch.inf)

    def logits(self, hidden):
        return fn.linear(hidden, self.embed_tokens.weight)

    def tensors(self):
        """Name → tensor, as a Hugging Face LlamaForCausalLM with tied embeddings stores them."""
        return {f"model.{name}": p.detach() for name, p in self.named_parameters()}
