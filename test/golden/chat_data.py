"""Shards of conversations, as chat_encode.py writes them, to batches; and where a model that answers should look."""
from pathlib import Path

import numpy as np

KINDS = ["fact", "unanswerable", "quote", "small-talk"]
REFUSAL = "The documents do not say."


def lookups(tokens, answers):
    """For every position whose next token is part of an answer: where the model finds that token, or -1.

    The words of an answer stand in the passages; its citation is the number in front of one; a refusal, which stands
    nowhere, looks at position 0."""
    found = np.full(len(tokens), -1, np.int64)
    first = np.flatnonzero(answers & ~np.concatenate([[False], answers[:-1]]))
    last = np.flatnonzero(answers & ~np.concatenate([answers[1:], [False]]))
    if not len(first):
        return found
    prompt = tokens[:first[0]].astype(np.uint16)
    one = int(prompt[1])  # "[1]", if there are passages
    raw = prompt.tobytes()
    for begin, end in zip(first, last):  # tokens[end] is <|end|>, before it "[n]", before that a space
        number = np.flatnonzero(prompt == tokens[end - 1])
        if not len(number) or not one <= tokens[end - 1] < one + 9:  # a refusal or small talk
            found[begin - 1] = 0
            continue
        found[end - 2] = number[0]
        for stop in (end - 2, end - 3):  # a quote ends with its own full stop, a value without
            at = raw.find(tokens[begin:stop].astype(np.uint16).tobytes()) if stop > begin else -1
            if at >= 0 and at % 2 == 0:
                found[begin - 1:stop - 1] = np.arange(at // 2, at // 2 + stop - begin)
                break
    return found


def passage_starts(tokens, one, question):
    """For every token (B, T) of the passages the position of its passage's number, "[n]"; -1 elsewhere."""
    at = np.where((tokens >= one) & (tokens < one + 9), np.arange(tokens.shape[1]), -1)
    in_passages = np.cumsum(tokens == question, axis=1) == 0
    return np.where(in_passages, np.maximum.accumulate(at, axis=1), -1)


class Shard:
    """One shard in memory; example i is (tokens, which of them are answers, kind, places of names)."""

    def __init__(self, path):
        data = np.load(path)
        self.tokens, self.answers = data["tokens"], data["answers"]
        self.starts, self.kinds = data["starts"], data["kinds"]
        self.names = data["names"]

    def __len__(self):
        return len(self.kinds)

    def __getitem__(self, i):
        part = slice(self.starts[i], self.starts[i + 1])
        return self.tokens[part], self.answers[part], int(self.kinds[i]), self.names[part]


class Source:
    """Endless examples of one stage: its shards in order, each shuffled; `epochs` counts how often all were read.
    Of several processes each reads its own shards. Shards that appear in the folder during the run are found."""

    def __init__(self, folder, pattern, rng, process=0, processes=1):
        self.folder, self.pattern, self.rng, self.slice = Path(folder), pattern, rng, slice(process, None, processes)
        self.next, self.epochs, self.queue = 0, 0, []

    def take(self):
        if not self.queue:
            paths = sorted(self.folder.glob(self.pattern))[self.slice]
            if self.next >= len(paths):
                self.next, self.epochs = 0, self.epochs + 1
            self.shard = Shard(paths[self.next])
            self.next += 1
            self.queue = list(self.rng.permutation(len(self.shard)))
        return self.shard[self.queue.pop()]


class Chain:
    """Several short examples of a source as one conversation."""

    def __init__(self, source, count):
        self.source, self.count = source, count

    def take(self):
        parts = [self.source.take() for _ in range(self.count)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), parts[0][2], np.concatenate([p[3] for p in parts])


def pad(examples, width, fill):
    """Examples to tokens (B, width), which of them are answers (B, width), lengths (B), lookups (B, width),
    and the places of names (B, width)."""
    tokens = np.full((len(examples), width), fill, np.int64)
    answers = np.zeros((len(examples), width), bool)
    for row, mask, (ids, is_answer, *_) in zip(tokens, answers, examples):
        row[:len(ids)], mask[:len(ids)] = ids, is_answer
    found = np.full_like(tokens, -1)
    names = np.full_like(tokens, -1)
    for row, named, (ids, is_answer, kind, name) in zip(found, names, examples):
        named[:len(ids)] = name
        if kind >= 0:
            row[:len(ids)] = lookups(ids, is_answer)
    return tokens, answers, np.array([len(e[0]) for e in examples]), found, names


def batches(draw, batch_tokens, fill, rng, longest=576, step=64, pool=1024):
    """Endless batches: a pool of drawn examples, sorted by length, cut into batches of about `batch_tokens`, shuffled."""
    while True:
        buckets = {}
        for example in (draw() for _ in range(pool)):
            if len(example[0]) <= longest:
                buckets.setdefault(-(-len(example[0]) // step) * step, []).append(example)
        ready = []
        for width, examples in buckets.items():
            size = max(1, batch_tokens // width)
            while len(examples) % size:  # a bucket's last batch is filled up with examples seen once more in this pool
                examples.append(examples[rng.integers(len(examples))])
            ready += [(width, examples[i:i + size]) for i in range(0, len(examples), size)]
        for i in rng.permutation(len(ready)):
            width, examples = ready[i]
            yield pad(examples, width, fill)
