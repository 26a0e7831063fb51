"""What train_chat.py minimises and measures: which tokens count, where two heads should look, shares of right answers."""
import numpy as np
import torch
import torch.nn.functional as fn

from chat_data import KINDS, pad

LOOKUP, PASSAGE, NAME = (-2, 0), (2, 0), (3, 0)  # layer, head


def loss_positions(answers, lengths, rng, share):
    """Flat positions before the tokens that count, and which of those tokens are answers: all answers, and a random
    share of the rest."""
    width = answers.shape[1]
    answer = answers[:, 1:]
    prompt = ~answer & (np.arange(1, width)[None] < lengths[:, None]) & (rng.random(answer.shape) < share)
    rows, columns = np.nonzero(answer | prompt)
    return torch.from_numpy(rows * width + columns), torch.from_numpy(answer[rows, columns])


def attention_loss(model, entering, head, targets, most, rng):
    """Mean of -log(attention of a head to its target), over at most `most` of the positions whose target is not -1."""
    rows, columns = np.nonzero(targets >= 0)
    if not len(rows):
        return torch.zeros(())
    if len(rows) > most:
        keep = rng.choice(len(rows), most, replace=False)
        rows, columns = rows[keep], columns[keep]
    target = torch.from_numpy(targets[rows, columns])
    scores = model.attention_scores(entering[head[0]], *head, torch.from_numpy(rows), torch.from_numpy(columns))
    return fn.cross_entropy(scores, target)


def fewer_inside(found, rng, share=0.5):
    """Lookups without most of those that only go on where the last one stopped, which are easy."""
    goes_on = np.zeros(found.shape, bool)
    goes_on[:, 1:] = (found[:, 1:] > 0) & (found[:, 1:] == found[:, :-1] + 1)
    return np.where(goes_on & (rng.random(found.shape) > share), -1, found)


def evaluate(model, shard, count, fill, refusal):
    """Shares of right greedy answers by kind, from one forward pass: greedy decoding equals the answer exactly when
    every token of it is the most probable one given the tokens before it."""
    examples = sorted((shard[i] for i in range(min(count, len(shard)))), key=lambda e: len(e[0]))
    right = {kind: [] for kind in KINDS}
    value, cited, refused = [], [], []
    with torch.no_grad(), torch.compiler.set_stance("force_eager"):
        for i in range(0, len(examples), 16):
            group = examples[i:i + 16]
            tokens, *_ = pad(group, max(len(e[0]) for e in group), fill)
            hidden = model(torch.from_numpy(tokens))
            for row, (ids, is_answer, kind, _) in enumerate(group):
                p, n = int(np.argmax(is_answer)), len(ids)
                guess = model.logits(hidden[row, p - 1:n - 1]).argmax(-1).numpy()
                got = guess == ids[p:]
                right[KINDS[kind]].append(got.all())
                if KINDS[kind] == "fact":
                    value.append(got[:-3].all())  # before " ", "[n]" and <|end|>
                    cited.append(got[-2])
                    refused.append(guess[0] == refusal)
    report = {kind: np.mean(r) for kind, r in right.items() if r}
    report |= {"value": np.mean(value), "citation": np.mean(cited), "refused facts": np.mean(refused)}
    return {name: round(float(share), 3) for name, share in report.items()}
