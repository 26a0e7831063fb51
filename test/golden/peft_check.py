"""Loads an adapter that Loam trained with peft, and compares logits and greedy tokens with Loam's own, live.

    python test/golden/peft_check.py --base ../shared/data/models/stories260k --adapter /tmp/adapter

Needs torch, transformers and peft, and `npm ci` done. Prints the largest difference of the logits, relative to their size, and how
many of 500 greedy tokens are the same."""
import argparse
import json
import subprocess

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def loam(*args):
    run = subprocess.run(["npm", "run", "-s", "loam", "--", *args, "--json"], capture_output=True, text=True, check=True)
    return json.loads(run.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("--prompt", default="Once upon a time")
    args = parser.parse_args()
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(args.base, dtype=torch.float32), args.adapter).eval()
    shared = ["--model", args.base, "--adapter", args.adapter]
    ours = loam("generate", *shared, "--prompt", args.prompt, "--raw", "--max-tokens", "490")
    ids = loam("tokenize", "--model", args.base, "--text", args.prompt)["ids"]
    logits = torch.tensor(loam("logits", *shared, "--ids", ",".join(map(str, ids)))["logits"])
    with torch.no_grad():
        expected = model(torch.tensor([ids])).logits[0, -1]
        got = model.generate(input_ids=torch.tensor([ids]), max_new_tokens=len(ours["ids"]), do_sample=False)[0, len(ids):]
    same = sum(a == b for a, b in zip(ours["ids"], got.tolist()))
    print(f"logits differ by {((logits - expected).abs().max() / expected.abs().max()).item():.1e} of the largest; "
          f"{same} of {len(ours['ids'])} greedy tokens are the same")


if __name__ == "__main__":
    main()
