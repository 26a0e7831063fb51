"""Gives a fresh model the circuit that finds and copies, which training alone is slow to discover.

An induction circuit (Olsson et al. 2022, arXiv 2209.11895) has two parts. A head of the first layer looks one token back
and writes a code of that token. A head of the second layer looks for the positions whose code is that of the present
token, and so attends to what followed it last time, whose identity it passes on to the logits. Both are written into the
initial weights; everything is trained from there. A random start needs millions of tokens before it finds the same.
"""
import torch

CODE = 20  # size of the code: the rotary pairs that hardly turn within a prompt, both halves of each


def basis(size, generator):
    return torch.linalg.qr(torch.randn(size, size, generator=generator))[0]


@torch.no_grad()
def add_induction(model, seed, constant=2.2, sharpness=2.5, strength=2.0):
    """Writes a previous-token head into layer 0 (its head 0), and matching heads into layer 1 (all of them)."""
    c = model.config
    generator = torch.Generator().manual_seed(seed)
    d, half, group = c.head_dim, c.head_dim // 2, c.num_attention_heads // c.num_key_value_heads
    # One direction is shared by all embeddings: as a constant input it lets a head look at a fixed distance, and as a
    # constant added to every logit it changes no probability. `write` is the place of the code, left free by embeddings.
    axes = basis(c.hidden_size, generator)
    shared, write, rest = axes[0], axes[1:1 + d], axes[1 + d:]
    embeddings = model.embed_tokens.weight
    embeddings.copy_(embeddings @ rest.T @ rest + constant * shared)
    first, second = model.layers[0].self_attn, model.layers[1].self_attn
    turn = c.rope_theta ** (-torch.arange(0, half).float() / half)
    query, key = torch.zeros(d, c.hidden_size), torch.zeros(d, c.hidden_size)
    for i in range(4):  # the fastest pairs: sharpest in position
        query[i] = 0.8 * shared
        key[i], key[i + half] = 0.8 * turn[i].cos() * shared, 0.8 * turn[i].sin() * shared
    read = basis(len(rest), generator)[:d] @ rest
    first.q_proj.weight[:d], first.k_proj.weight[:d], first.v_proj.weight[:d] = query, key, read
    first.o_proj.weight[:, :d] = 1.5 * write.T
    slow = torch.cat([torch.arange(half - CODE // 2, half), torch.arange(d - CODE // 2, d)])
    for head in range(c.num_attention_heads):
        query, key = torch.zeros(d, c.hidden_size), torch.zeros(d, c.hidden_size)
        query[slow], key[slow] = sharpness * read[:CODE], sharpness * write[:CODE]
        rows, kv_rows = slice(head * d, (head + 1) * d), slice(head // group * d, (head // group + 1) * d)
        copy = basis(len(rest), generator)[:d] @ rest
        second.q_proj.weight[rows], second.k_proj.weight[kv_rows], second.v_proj.weight[kv_rows] = query, key, copy
        second.o_proj.weight[:, rows] = strength * copy.T
    return model
