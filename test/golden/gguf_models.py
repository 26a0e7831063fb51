"""Models of a Hugging Face folder as GGUF files, written by the `gguf` package: what a Llama's converter does to its tensors,
in the open. For trying the reader by hand, and for the sizes and quantisations that the shared files do not have.

    pip install gguf; python test/golden/gguf_models.py ../shared/data/models/stories260k /tmp/stories-f16.gguf --type F16

A Llama's q and k lie in rotary pairs (the two halves of a head interleaved); a row that no block divides stays F32."""
import argparse
import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind, GGUFWriter, quantize
from safetensors.numpy import load_file

NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip


def gguf_name(name: str) -> str:
    stem, end = name.rsplit(".", 1)
    if not stem.startswith("model.layers."):
        return f"{NAMES[stem]}.{end}"
    _, _, layer, module = stem.split(".", 3)
    return f"blk.{layer}.{NAMES[module]}.{end}"


def paired(rows: np.ndarray, heads: int) -> np.ndarray:
    """Rows (s, i) of each head, s the half and i its place, in the order (i, s)."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def write_vocabulary(writer: GGUFWriter, tokenizer: dict, pre: str) -> None:
    model = tokenizer["model"]
    added = {t["id"]: t for t in tokenizer["added_tokens"]}
    by_id = {i: t for t, i in model["vocab"].items()} | {i: t["content"] for i, t in added.items()}
    tokens = [by_id[i] for i in range(len(by_id))]
    is_bytes = lambda t: len(t) == 6 and t.startswith("<0x")
    types = [
        (2 if t == model["unk_token"] else 3 if added[i]["special"] else 4) if i in added
        else 6 if model["byte_fallback"] and is_bytes(t) else 1
        for i, t in enumerate(tokens)
    ]  # fmt: skip
    writer.add_tokenizer_model("gpt2" if pre else "llama")
    if pre:
        writer.add_tokenizer_pre(pre)
        writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in model["merges"]])
    else:  # a piece is worth what its first merge is worth
        rank = {}
        for i, merge in enumerate(model["merges"]):
            rank.setdefault("".join(merge.split(" ", 1) if isinstance(merge, str) else merge), i)
        writer.add_token_scores([-float(rank.get(t, len(rank))) for t in tokens])
    writer.add_token_list(tokens)
    writer.add_token_types(types)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", default="F32")
    parser.add_argument("--pre", default="", help="name of a byte-level pre-tokenizer; none for SentencePiece")
    args = parser.parse_args()
    config = json.loads((args.folder / "config.json").read_text())
    arch = config["model_type"].replace("mistral", "llama")
    heads, kv = config["num_attention_heads"], config["num_key_value_heads"]
    writer = GGUFWriter(args.out, arch)
    writer.add_name(args.folder.name)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config.get("rope_theta", 10000.0))
    if "head_dim" in config:
        writer.add_key_length(config["head_dim"])
        writer.add_value_length(config["head_dim"])
    write_vocabulary(writer, json.loads((args.folder / "tokenizer.json").read_text()), args.pre)
    settings = args.folder / "tokenizer_config.json"
    if settings.exists() and "chat_template" in (known := json.loads(settings.read_text())):
        writer.add_chat_template(known["chat_template"])
    if config.get("bos_token_id") is not None:
        writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    if not args.pre:
        writer.add_unk_token_id(0)
    for name, values in load_file(args.folder / "model.safetensors").items():
        values = values.astype(np.float32)
        if arch == "llama" and (".q_proj." in name or ".k_proj." in name):
            values = paired(values, heads if ".q_proj." in name else kv)
        kind = Kind[args.type]
        if values.ndim == 1 or kind == Kind.F32:
            kind = Kind.F32
        elif kind != Kind.F16 and values.shape[-1] % 32:
            kind = Kind.F32
        data = values if kind == Kind.F32 else quantize(values, kind)
        writer.add_tensor(gguf_name(name), data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
