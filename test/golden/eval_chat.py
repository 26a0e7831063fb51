"""Measures a loam-chat folder: on the generator's test split, and on XQuAD (English) with the paragraph given.

Every passage is read alone, as the app reads: the answer comes from the passage that the model refuses least, unless it
refuses even there (config.json, loam_grounding).

    npx tsx worker/training/grounded/dump.ts --split test --stage 4 --count 1000 --texts DIR --out test.jsonl
    python eval_chat.py --model web/public/models/loam-chat --test test.jsonl --xquad ../shared/data/qa/xquad.en.json
"""
import argparse
import collections
import json
import re
import string
from pathlib import Path

import torch

REFUSAL = "The documents do not say."


def batches(tokenizer, contents, size=32):
    """(places, token ids and mask) of batches of prompts of like length, padded on the left."""
    prompts = [tokenizer.apply_chat_template([{"role": "user", "content": c}], add_generation_prompt=True,
                                             tokenize=False) for c in contents]
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    for at in range(0, len(order), size):
        chosen = order[at:at + size]
        batch = tokenizer([prompts[i] for i in chosen], return_tensors="pt", padding=True, padding_side="left",
                          add_special_tokens=False)
        yield chosen, {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}


def greedy(model, tokenizer, contents, longest):
    """Greedy replies to the prompts, in their order."""
    out = [""] * len(contents)
    for chosen, batch in batches(tokenizer, contents):
        with torch.no_grad():
            got = model.generate(**batch, max_new_tokens=longest, do_sample=False)
        for i, text in zip(chosen, tokenizer.batch_decode(got[:, batch["input_ids"].shape[1]:], skip_special_tokens=True)):
            out[i] = text.strip()
    return out


def refusal_odds(model, tokenizer, contents):
    """Log odds that a reply begins as a refusal, against the most probable other first token."""
    first, out = tokenizer.encode(" " + REFUSAL, add_special_tokens=False)[0], [0.0] * len(contents)
    for chosen, batch in batches(tokenizer, contents):
        with torch.no_grad():
            logits = model(**batch, logits_to_keep=1).logits[:, -1]
        others = logits.index_fill(1, torch.tensor([first]), -torch.inf).max(1).values
        for i, odds in zip(chosen, (logits[:, first] - others).tolist()):
            out[i] = odds
    return out


def answers(model, tokenizer, contents, longest):
    """Replies to prompts of passages and a question, each passage read alone; small talk is answered as it is."""
    alone = [[f"[1] {p}\n\nQuestion: {c.split(chr(10) * 2 + 'Question: ')[1]}"
              for p in re.split(r"(?:^|\n)\[\d\] ", c.split("\n\nQuestion: ")[0])[1:]] or [c] for c in contents]
    odds = iter(refusal_odds(model, tokenizer, [a for group in alone for a in group]))
    groups = [[next(odds) for _ in group] for group in alone]
    best = [min(range(len(g)), key=g.__getitem__) for g in groups]
    replies = greedy(model, tokenizer, [group[b] for group, b in zip(alone, best)], longest)
    most = model.config.loam_grounding["refusal_odds"]
    return [r if a == [c] else REFUSAL if g[b] >= most else r.replace("[1]", f"[{b + 1}]")
            for r, a, c, g, b in zip(replies, alone, contents, groups, best)]


def share(values):
    return round(sum(values) / max(1, len(values)), 4)


def citation(text):
    found = re.search(r"\[(\d)\]$", text)
    return int(found[1]) if found else None


def on_test_split(rows, replies):
    of = lambda kind: [(r, a) for r, a in zip(rows, replies) if r["kind"] == kind]
    facts, missing, quotes, talk = of("fact"), of("unanswerable"), of("quote"), of("small-talk")
    gold = lambda r: r["messages"][1]["content"]
    answerable = facts + quotes
    return {
        "facts": len(facts),
        "fact exact": share([a == gold(r) for r, a in facts]),
        "fact value": share([re.sub(r"\.? \[\d\]$", "", a) == r["answer"] for r, a in facts]),
        "fact citation": share([citation(a) == r["citation"] for r, a in facts]),
        "answerable refused": share([a == REFUSAL for _, a in answerable]),
        "unanswerable": len(missing),
        "unanswerable refused": share([a == REFUSAL for _, a in missing]),
        "quotes": len(quotes),
        "quote exact": share([a == gold(r) for r, a in quotes]),
        "quote citation": share([citation(a) == r["citation"] for r, a in quotes]),
        "small talk": len(talk),
        "small talk exact": share([a == gold(r) for r, a in talk]),
    }


def normalise(text):
    """As the SQuAD script: lower case, no punctuation, no articles, single spaces."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def f1(reply, gold):
    ours, theirs = normalise(reply).split(), normalise(gold).split()
    common = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def passages(paragraph, most=6, words=60):
    """The paragraph cut at sentence ends into passages of at most `words` words (a longer sentence stays whole)."""
    out = [[]]
    for sentence in re.split(r"(?<=[.!?])\s+(?=[\"“(]?[A-Z0-9])", paragraph):
        if out[-1] and len(out[-1]) + len(sentence.split()) > words:
            out.append([])
        out[-1] += sentence.split()
    return [" ".join(p) for p in out][:most]


def xquad_rows(path):
    for article in json.loads(Path(path).read_text())["data"]:
        for paragraph in article["paragraphs"]:
            shown = "\n".join(f"[{i + 1}] {p}" for i, p in enumerate(passages(paragraph["context"])))
            for qa in paragraph["qas"]:
                yield f"{shown}\n\nQuestion: {qa['question']}", [a["text"] for a in qa["answers"]]


def on_xquad(rows, replies):
    plain = [re.sub(r"\s*\[\d\]$", "", a) for a in replies]
    gold = [g for _, g in rows]
    return {
        "questions": len(rows),
        "exact": share([any(normalise(a) == normalise(g) for g in gs) for a, gs in zip(plain, gold)]),
        "f1": share([max(f1(a, g) for g in gs) for a, gs in zip(plain, gold)]),
        "refused": share([a == REFUSAL for a in plain]),
    }


def main():
    from transformers import AutoModelForCausalLM, AutoTokenizer
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--test")
    parser.add_argument("--xquad")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).eval()
    if args.test:
        rows = [json.loads(line) for line in Path(args.test).read_text().splitlines()]
        replies = [""] * len(rows)
        for is_quote, longest in ((False, 40), (True, 128)):  # nothing but a quotation is right and longer than 40 tokens
            at = [i for i, r in enumerate(rows) if (r["kind"] == "quote") == is_quote]
            got = answers(model, tokenizer, [rows[i]["messages"][0]["content"] for i in at], longest)
            for i, text in zip(at, got):
                replies[i] = text
        for r, a in list(zip(rows, replies))[:args.show]:
            print(f"{r['messages'][0]['content']}\n  expected {r['messages'][1]['content']}\n  replied  {a}\n")
        print(json.dumps({"test split": on_test_split(rows, replies)}, indent=1))
    if args.xquad:
        rows = list(xquad_rows(args.xquad))
        replies = answers(model, tokenizer, [c for c, _ in rows], 48)
        for (c, g), a in list(zip(rows, replies))[:args.show]:
            print(f"{c.splitlines()[-1]}\n  expected {g}\n  replied  {a}\n")
        print(json.dumps({"xquad": on_xquad(rows, replies)}, indent=1))


if __name__ == "__main__":
    main()
