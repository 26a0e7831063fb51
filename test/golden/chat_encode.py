"""Turns generated conversations into shards of tokens.

A shard is one .npz, its examples end to end: `tokens`; `answers`, which of them the model says; `names`, for the start of
each value the place of the name of what it is stated of (-1 elsewhere); `starts`, where each example begins, plus the
end; `kinds`, index into KINDS.

    npx tsx worker/training/grounded/dump.ts ... | python chat_encode.py --tokenizer DIR/tokenizer.json --out FILE.npz
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np

from chat_data import KINDS


def template(messages, generation=False):
    """The chat template, as tokenizer_config.json states it. A reply starts with a space, so that a word at its start
    is the same token as in a passage; readers of replies trim it."""
    text = "".join(f"<|{m['role']}|>{' ' * (m['role'] == 'assistant')}{m['content']}<|end|>" for m in messages)
    return text + ("<|assistant|>" if generation else "")


def bindings(text, facts, offsets):
    """(place, place to look at) of tokens: from the start of each value to the end of the name of what it is stated of."""
    begins = {b: i for i, (b, e) in enumerate(offsets)}
    ends = {e: i for i, (b, e) in enumerate(offsets)}
    for fact in facts:
        name, value = fact["name"], fact["value"]
        at = text.find(value)
        if at < 0 or text.find(value, at + 1) >= 0:
            continue
        passage = max(text.rfind(f"[{n}] ", 0, at) for n in range(1, 10))
        named = text.rfind(name, max(passage, 0), at)
        token, target = begins.get(at, begins.get(at - 1)), ends.get(named + len(name))
        if named >= 0 and token is not None and target is not None:
            yield token, target


def name_places(rows, pieces, encodings, turns):
    """One array a piece: the places that `bindings` gives, counted from the start of the conversation."""
    places = [np.full(len(e.ids), -1, np.int16) for e in encodings]
    begin = np.concatenate([[0], np.cumsum([len(e.ids) for e in encodings])])
    for row, first, end in zip(rows, turns, turns[1:]):
        facts = row.get("facts", [])
        for token, target in bindings(pieces[first], facts, encodings[first].offsets):
            before = token - (encodings[first].tokens[token - 1] == "Ġ")  # a number's space is a token of its own
            places[first][before] = target
        for i in range(first, end, 2) if facts else ():  # the last token before a reply looks at the name in the question
            asked = pieces[i].rfind("Question: ")
            found = [(at, f["name"]) for f in facts if (at := pieces[i].find(f["name"], asked)) >= 0]
            ends = {e: j for j, (_, e) in enumerate(encodings[i].offsets)}
            if found and (at := ends.get(found[0][0] + len(found[0][1]))) is not None:
                places[i][-1] = at + begin[i] - begin[first]
    return places


def encode(rows, tokenizer):
    """Conversations [{messages, kind, facts?}] to the arrays of a shard. What follows <|assistant|> is answer, up to
    <|end|>."""
    pieces = [piece for r in rows for m in r["messages"] for piece in
              ([f"<|user|>{m['content']}<|end|><|assistant|>"] if m["role"] == "user" else [f" {m['content']}<|end|>"])]
    encodings = tokenizer.encode_batch(pieces)
    lengths = np.array([len(e.ids) for e in encodings])
    turns = np.cumsum([0] + [len(r["messages"]) for r in rows])
    return {
        "tokens": np.concatenate([np.array(e.ids, np.uint16) for e in encodings]),
        "answers": np.repeat(np.arange(len(pieces)) % 2 == 1, lengths),
        "names": np.concatenate(name_places(rows, pieces, encodings, turns)),
        "starts": np.concatenate([[0], np.cumsum(lengths)])[turns].astype(np.int64),
        "kinds": np.array([KINDS.index(r["kind"]) for r in rows], np.int8),
    }


def main():
    from tokenizers import Tokenizer
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    args = parser.parse_args()
    rows = [row for row in map(json.loads, sys.stdin) if row["kind"] in args.kinds]
    shard = encode(rows, Tokenizer.from_file(args.tokenizer))
    np.savez(Path(args.out), **shard)
    lengths = np.diff(shard["starts"])
    print(f"{args.out}: {len(rows)} examples, {lengths.sum()} tokens, mean {lengths.mean():.0f}, max {lengths.max()}",
          file=sys.stderr)


if __name__ == "__main__":
    main()
