"""Recall drills of random tokens, in the format of the real prompts: the quickest way for a model to learn to copy.

Half of the drills are one run of random tokens, said two to four times; every token from the second time on is an answer.
The others hold passages of random tokens and several turns. A question is a run of tokens from one passage, the answer is
what follows it there, with the citation of that passage; or the question stands nowhere and is refused. Every turn
counts, so a drill teaches many times more per token than a question about one value; and as the tokens are uniform over
the vocabulary, no token is left that the model cannot copy.
"""
import numpy as np


class Drills:
    def __init__(self, tokenizer, rng, longest=254):
        ids = lambda text: tokenizer.encode(text).ids
        self.rng, self.longest = rng, longest
        special = ("<|user|>", "<|assistant|>", "<|end|>", "<|text|>")
        self.user, self.assistant, self.end, self.text = (ids(token)[0] for token in special)
        self.number = [ids(f"[{n}]")[0] for n in range(1, 10)]
        self.line, self.question, self.stop = ids("\n"), ids("\n\nQuestion:"), ids(".")
        self.space, self.refusal = ids(" "), ids(" The documents do not say.")
        self.words = np.arange(4, min(self.number))
        self.words = self.words[~np.isin(self.words, self.line + self.stop)]

    def take(self):
        """One example as a shard gives it: tokens, which of them are answers, kind (-1: mere repetition)."""
        return self.repetition() if self.rng.random() < 0.5 else self.questions()

    def repetition(self):
        run = self.rng.choice(self.words, int(self.rng.integers(8, 61)))
        tokens = np.concatenate([[self.text], np.tile(run, int(self.rng.integers(2, 5)))]).astype(np.uint16)
        return tokens, np.arange(len(tokens)) > len(run), -1, np.full(len(tokens), -1)

    def questions(self):
        rng = self.rng
        count = int(rng.integers(1, 7))
        passages = [rng.choice(self.words, int(rng.integers(8, 33)), replace=False) for _ in range(count)]
        tokens, answers = [self.user], [False]

        def add(part, is_answer=False):
            tokens.extend(int(t) for t in part)
            answers.extend([is_answer] * len(part))

        for i, passage in enumerate(passages):
            add([self.number[i], *passage, *(self.line if i + 1 < count else [])])
        for turn in range(int(rng.integers(2, 9))):
            n = int(rng.integers(count))
            asked, length = int(rng.integers(1, 4)), int(rng.integers(1, 6 if rng.random() < 0.7 else 16))
            length = min(length, len(passages[n]) - asked)
            start = int(rng.integers(0, len(passages[n]) - asked - length + 1))
            key = passages[n][start:start + asked]
            reply = [*passages[n][start + asked:start + asked + length], *self.stop, *self.space, self.number[n]]
            if rng.random() < 0.15:
                key, reply = rng.choice(self.words, asked), self.refusal
            if turn:
                add([self.user])
            add([*self.question, *key, self.end, self.assistant])
            add([*reply, self.end], True)
        if len(tokens) > self.longest:
            return self.questions()
        return np.array(tokens, np.uint16), np.array(answers), 0, np.full(len(tokens), -1)
