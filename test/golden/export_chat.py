"""Writes a checkpoint of train_chat.py as a Hugging Face folder with F16 weights, and golden figures for our engine.

    python export_chat.py --checkpoint /tmp/chat/run/final.pt --tokenizer /tmp/chat/tokenizer.json \
        --out web/public/models/loam-chat --prompts test.jsonl --golden test/golden/loam-chat.json

The golden file holds, for some prompts, what transformers computes in float32 from the folder just written; before it
is written, the logits are compared with those of chat_model.py.
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from chat_encode import template
from chat_model import Config, Llama

# Messages of other roles are left out: the model has only ever seen questions and answers.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ '<|user|>' + message['content'] + '<|end|>' }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|assistant|> ' + message['content'] | trim + '<|end|>' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_folder(checkpoint, tokenizer_path, out, refusal_odds=0.0):
    state = torch.load(checkpoint, map_location="cpu")
    model = Llama(Config(**state["config"]))
    model.load_state_dict(state["model"])
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer_path, out / "tokenizer.json")
    end = Tokenizer.from_file(str(tokenizer_path)).token_to_id("<|end|>")
    write_json(out / "config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", **model.config.to_dict(), "hidden_act": "silu",
        "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0, "rope_scaling": None,
        "initializer_range": 0.02, "tie_word_embeddings": True, "use_cache": True, "torch_dtype": "float16",
        "bos_token_id": None, "eos_token_id": end, "pad_token_id": end,
        "loam_grounding": {"refusal_odds": refusal_odds}})
    write_json(out / "generation_config.json", {
        "eos_token_id": end, "pad_token_id": end, "do_sample": False, "max_new_tokens": 128})
    write_json(out / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": model.config.max_position_embeddings,
        "bos_token": None, "eos_token": "<|end|>", "pad_token": "<|end|>", "add_bos_token": False,
        "add_eos_token": False, "clean_up_tokenization_spaces": False, "chat_template": CHAT_TEMPLATE})
    tensors = {name: p.half().contiguous() for name, p in model.tensors().items()}
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    model.load_state_dict({name.removeprefix("model."): p.float() for name, p in tensors.items()})
    return model


def golden(folder, ours, rows):
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    cases, worst = [], 0.0
    for row in rows:
        messages = row["messages"][:1]
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        assert tokenizer.apply_chat_template(row["messages"], tokenize=False) == template(row["messages"])
        prompt = torch.tensor([ids])
        with torch.no_grad():
            logits = model(prompt).logits[0, -1]
            worst = max(worst, (ours.logits(ours(prompt))[0, -1] - logits).abs().max().item())
            greedy = model.generate(prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=24, do_sample=False)
        cases.append({"content": messages[0]["content"], "ids": ids, "greedy": greedy[0, len(ids):].tolist(),
                      "text": tokenizer.decode(greedy[0, len(ids):], skip_special_tokens=True),
                      "expected": row["messages"][1]["content"],
                      "logits": [round(x, 5) for x in logits[:8].tolist()], "maxLogit": round(logits.max().item(), 5)})
    print(f"transformers and chat_model.py differ by at most {worst:.1e} in a logit")
    assert worst < 1e-3
    return cases


def main():
    parser = argparse.ArgumentParser()
    for name in ("checkpoint", "tokenizer", "out", "prompts", "golden"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--refusal-odds", type=float, default=0.0, help="log odds from which on a passage does not say it")
    args = parser.parse_args()
    ours = write_folder(args.checkpoint, Path(args.tokenizer), Path(args.out), args.refusal_odds)
    rows = [json.loads(line) for line in Path(args.prompts).read_text().splitlines()][:20]
    note = "Logits (first 8 and maximum, at the prompt's last token) in float32 by transformers from the F16 folder."
    cases = golden(args.out, ours, rows)
    Path(args.golden).write_text(json.dumps({"note": note, "cases": cases}, ensure_ascii=False) + "\n")
    right = sum(c["text"].strip() == c["expected"] for c in cases)
    print(f"{right} of {len(cases)} golden prompts answered right; {Path(args.golden).stat().st_size} bytes")


if __name__ == "__main__":
    main()
