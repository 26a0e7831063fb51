"""Trains loam-chat: one pass over generated conversations, with a curriculum, Muon and AdamW.

Recall drills (chat_drills.py), conversations of several turns at stages 2, 3 and 4 (chat-turns.ts), single questions at
stage 4, quotes, small talk and at last passages alone (chat_alone.py) follow each other by tokens seen; CURRICULUM has
the shares. The loss counts every token of the answer, and a random tenth of the prompt's tokens with a small weight, so
that the embeddings of words that are never answers learn too; the head is computed at those positions only. Three attention heads are also told
where to look (supervised attention), in training only. LOOKUP, while answering: at the place of the next token in the
passages, and at the number of the passage for the citation. PASSAGE, while reading: at the number of its passage. NAME,
at the start of a value: at the name of what it is stated of; at the end of a question: at the name in it.

Learning rate: warm-up, constant, then linear decay to zero over the last part (`--decay`), so that the run may be
stopped at any time: the file STOP in --out starts the decay.

    python train_chat.py --shards /tmp/chat/shards --tokenizer /tmp/chat/tokenizer.json --out /tmp/chat/run"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as fn
from tokenizers import Tokenizer

from chat_data import REFUSAL, Chain, Source, Shard, batches, passage_starts
from chat_drills import Drills
from chat_losses import LOOKUP, NAME, PASSAGE, attention_loss, evaluate, fewer_inside, loss_positions
from chat_model import Config, Llama
from chat_start import add_induction

# (tokens seen in millions up to which it holds, shares of examples from SOURCES)
SOURCES = ("drills", "turns-2", "turns-3", "turns-4", "single-4", "quote", "alone", "talk")
CURRICULUM = [(0.5, (0.3, 0.7, 0, 0, 0, 0, 0, 0)), (4.5, (0.05, 0.7, 0.25, 0, 0, 0, 0, 0)),
              (12, (0.05, 0.45, 0.3, 0.12, 0.05, 0, 0, 0.03)), (17.5, (0.04, 0.15, 0.2, 0.34, 0.15, 0.06, 0, 0.06)),
              (117, (0.01, 0.05, 0.09, 0.43, 0.27, 0.06, 0, 0.09)), (1e9, (0, 0.02, 0, 0.1, 0.06, 0.02, 0.73, 0.07))]


def shares(tokens, curriculum=CURRICULUM):
    return next(share for upto, share in curriculum if tokens < upto * 1e6)


def rate(step, args, decay_from, decay_steps):
    if decay_from is not None:
        return args.lr * max(0.0, 1 - (step - decay_from) / decay_steps)
    return args.lr * min(1.0, (step + 1) / args.warmup)


class Optimisers:
    """Muon for the matrices of the layers, AdamW for the embeddings (with decay) and the norms (without)."""

    def __init__(self, model, args):
        layers = [p for name, p in model.named_parameters() if p.dim() > 1 and "embed" not in name]
        norms = [p for p in model.parameters() if p.dim() < 2]
        self.parts = [
            torch.optim.Muon(layers, lr=args.lr, weight_decay=args.wd, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW([{"params": [model.embed_tokens.weight], "weight_decay": args.wd},
                               {"params": norms, "weight_decay": 0.0}], betas=(0.9, 0.95), eps=1e-8, fused=True)]

    def step(self, lr):
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = lr
            part.step()
            part.zero_grad()

    def state_dict(self):
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states):
        for part, state in zip(self.parts, states):
            part.load_state_dict(state)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shards", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    for name, kind, value in [
            ("lr", float, 3e-3), ("wd", float, 0.1), ("warmup", int, 100), ("batch_tokens", int, 4096),
            ("minutes", float, 80), ("decay", float, 0.2), ("prompt_share", float, 0.1), ("prompt_weight", float, 0.05), ("refusal_weight", float, 1.0), ("lookup_weight", float, 0.3),
            ("hidden", int, 128), ("layers", int, 6), ("heads", int, 4), ("kv_heads", int, 4), ("ffn", int, 352),
            ("seed", int, 1), ("processes", int, 2), ("threads", int, 1), ("eval_minutes", float, 3), ("save_minutes", float, 5)]:
        parser.add_argument("--" + name, type=kind, default=value)
    parser.add_argument("--curriculum", default="", help="JSON instead of CURRICULUM")
    parser.add_argument("--bf16", action="store_true", help="the layers' matrix products in bfloat16: 1.4 times as fast with AMX")
    parser.add_argument("--resume", default="")
    return parser.parse_args()


def save(path, model, state):
    torch.save({"config": model.config.to_dict(), "model": model.state_dict()} | state, path)


def average_gradients(model, message, processes):
    """Averages the gradients over the processes, in one sum; returns process 0's message, a number, to all of them."""
    if processes == 1:
        return message
    grads = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in grads] + [torch.tensor([message * processes])])
    dist.all_reduce(flat)
    flat /= processes
    for g, part in zip(grads, flat[:-1].split([g.numel() for g in grads])):
        g.copy_(part.view_as(g))
    return flat[-1].item()


def train(rank, args):
    """One process of the run: it computes its share of every batch; process 0 alone measures, prints and saves."""
    out, main_process = Path(args.out), rank == 0
    torch.set_num_threads(args.threads)
    if args.processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{out}/rendezvous", rank=rank, world_size=args.processes)
    rng = np.random.default_rng([args.seed, rank])
    tokenizer = Tokenizer.from_file(args.tokenizer)
    size, end, refusal = tokenizer.get_vocab_size(), tokenizer.token_to_id("<|end|>"), tokenizer.encode(" " + REFUSAL).ids[0]
    one, question = tokenizer.token_to_id("[1]"), tokenizer.encode("\n\nQuestion:").ids[-2]
    model = Llama(Config(size, args.hidden, args.layers, args.heads, args.kv_heads, args.hidden // args.heads, args.ffn))
    add_induction(model.initialise(args.seed), args.seed)
    optimisers = Optimisers(model, args)
    seen, answered, step = 0, 0, 0
    if args.resume:
        state = torch.load(args.resume)
        model.load_state_dict(state["model"])
        if "optimisers" in state:
            optimisers.load_state_dict(state["optimisers"])
        seen, answered, step = state["seen"], state["answered"], state["step"]
    first_step = step
    torch._dynamo.config.recompile_limit = 64
    for layer in model.layers:  # one compilation per width serves all layers
        layer.compile(dynamic=False)
    sources = [Drills(tokenizer, rng)]
    sources += [Source(args.shards, f"{name}-*.npz", rng, rank, args.processes) for name in SOURCES[1:]]
    sources[-1] = Chain(sources[-1], 4)
    curriculum = json.loads(args.curriculum) if args.curriculum else CURRICULUM
    feed = batches(lambda: sources[rng.choice(len(sources), p=shares(seen, curriculum))].take(),
                   args.batch_tokens // args.processes, end, rng)
    valid = [(path.stem, Shard(path)) for path in sorted(Path(args.shards).glob("valid-*.npz"))]
    say = print if main_process else lambda *_, **__: None
    say(f"{sum(p.numel() for p in model.parameters())} parameters, {size} tokens in the vocabulary", flush=True)
    began = evaluated = saved = time.time()
    decay_from, decay_steps, recent = None, 0, []
    while decay_from is None or step < decay_from + decay_steps:
        lr = rate(step - first_step, args, decay_from and decay_from - first_step, decay_steps)
        tokens, answers, lengths, found, names = next(feed)
        at, is_answer = loss_positions(answers, lengths, rng, args.prompt_share)
        flat = torch.from_numpy(tokens)
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
            hidden, entering = model(flat, taps=True)
        hidden = hidden.flatten(0, 1)[at]
        loss = fn.cross_entropy(model.logits(hidden), flat.flatten()[at + 1], reduction="none")
        refuses = torch.from_numpy(found.flatten())[at] == 0  # a reply that stands nowhere: a refusal, small talk
        weight = torch.where(refuses, args.refusal_weight, 1.0)[is_answer]
        answer_loss, prompt_loss = (loss[is_answer] * weight).sum() / weight.sum(), loss[~is_answer].mean()
        looking = attention_loss(model, entering, LOOKUP, fewer_inside(found, rng), 256, rng)
        reading = attention_loss(model, entering, PASSAGE, passage_starts(tokens, one, question), 256, rng)
        naming = attention_loss(model, entering, NAME, names, 256, rng)
        (answer_loss + args.prompt_weight * prompt_loss + args.lookup_weight * (looking + 0.5 * reading + 0.5 * naming)).backward()
        elapsed, wanted = time.time() - began, 0
        if main_process and decay_from is None and (
                elapsed > args.minutes * 60 * (1 - args.decay) or (out / "STOP").exists()):
            wanted = max(1, int(args.decay * args.minutes * 60 * (step + 1 - first_step) / elapsed))
        wanted = int(average_gradients(model, float(wanted), args.processes))
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimisers.step(lr)
        step += 1
        seen += int(lengths.sum()) * args.processes
        answered += int(answers.sum()) * args.processes
        recent.append((answer_loss.item(), prompt_loss.item(), looking.item(), reading.item(), naming.item(), norm.item()))
        progress = {"seen": seen, "answered": answered, "step": step}
        if wanted and decay_from is None:
            decay_from, decay_steps = step, wanted
            say(f"decay starts at step {step}, {decay_steps} steps", flush=True)
            if main_process:
                save(out / "before-decay.pt", model, {"optimisers": optimisers.state_dict()} | progress)
        if main_process and step % 50 == 0:
            a, p, l, r, n, g = np.mean(recent, 0)
            recent = []
            say(f"{elapsed / 60:.1f} min  step {step}  {seen / 1e6:.2f} M tokens  answer {a:.3f}  prompt {p:.3f}  lookup {l:.2f} {r:.2f} {n:.2f}  "
                f"norm {g:.2f}  lr {lr:.1e}", flush=True)
        if main_process and time.time() - evaluated > args.eval_minutes * 60:
            for name, shard in valid:
                say(f"  {name} {evaluate(model, shard, 200, end, refusal)}", flush=True)
            evaluated = time.time()
        if main_process and time.time() - saved > args.save_minutes * 60:
            save(out / "last.pt", model, {"optimisers": optimisers.state_dict()} | progress)
            saved = time.time()
    if main_process:
        save(out / "final.pt", model, progress | {"arguments": vars(args), "epochs": [s.epochs for s in sources[1:-1]]})
        for name, shard in valid:
            say(f"  {name} {evaluate(model, shard, 1000, end, refusal)}", flush=True)


def main():
    args = arguments()
    Path(args.out).mkdir(parents=True, exist_ok=True)
    (Path(args.out) / "rendezvous").unlink(missing_ok=True)
    if args.processes == 1:
        train(0, args)
    else:
        torch.multiprocessing.spawn(train, (args,), nprocs=args.processes)


if __name__ == "__main__":
    main()
