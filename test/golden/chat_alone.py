"""Conversations over several passages to conversations over one or two of them, as the app lets the model read.

Of a fact or a quotation: the passage that says it; one that does not, of the most words in common with the question, with a
refusal; sometimes both. Of an unanswerable question: one or two of the likeliest passages, with a refusal.

    npx tsx worker/training/grounded/dump.ts ... | python chat_alone.py SEED | python chat_encode.py ... """
import json
import random
import re
import sys

REFUSAL = "The documents do not say."
COMMON = set("the a an of in on at to for is are was what which who whom when where how much many does do did it its by "
             "with and or from be as that this long far high".split())


def words(text):
    return set(re.findall(r"[A-Za-z0-9\-]+", text.lower())) - COMMON


def conversation(passages, question, answer, kind):
    shown = "\n".join(f"[{i + 1}] {p}" for i, p in enumerate(passages))
    return {"messages": [{"role": "user", "content": f"{shown}\n\nQuestion: {question}"},
                         {"role": "assistant", "content": answer}], "kind": kind}


def alone(row, rng):
    """The conversations that are made of one; none of small talk or of several turns."""
    content, _, question = row["messages"][0]["content"].partition("\n\nQuestion: ")
    if row["kind"] == "small-talk" or len(row["messages"]) != 2 or not question:
        return
    parts = re.split(r"(?:^|\n)\[(\d)\] ", content)[1:]
    passages, asked, gold = dict(zip(map(int, parts[::2]), parts[1::2])), words(question), row["citation"]
    others = [n for n in passages if n != gold and not (row["answer"] and row["answer"] in passages[n])]
    others.sort(key=lambda n: -len(words(passages[n]) & asked) - rng.random())
    if row["kind"] == "unanswerable":
        for n in others[:1 + (rng.random() < 0.4)]:
            yield conversation([passages[n]], question, REFUSAL, "unanswerable")
        if len(others) > 1 and rng.random() < 0.3:
            two = rng.sample(others[:2], 2)
            yield conversation([passages[n] for n in two], question, REFUSAL, "unanswerable")
        return
    is_fact, answer = row["kind"] == "fact", row["messages"][1]["content"]
    points_back = re.search(r"\b(it|its|they|them|there|he|she)\b", question)  # another passage may answer it, too
    cited = lambda n: re.sub(r"\[\d\]$", f"[{n}]", answer)
    if not is_fact or rng.random() < 0.75:
        yield conversation([passages[gold]], question, cited(1), row["kind"])
    if others and not (is_fact and points_back) and rng.random() < (0.6 if is_fact else 0.5):
        yield conversation([passages[others[0]]], question, REFUSAL, "unanswerable")
    if others and rng.random() < (0.3 if is_fact else 0.5):
        two = rng.sample([gold, others[0]], 2)
        yield conversation([passages[n] for n in two], question, cited(1 + two.index(gold)), row["kind"])


def main():
    rng = random.Random(int(sys.argv[1]))
    for line in sys.stdin:
        for made in alone(json.loads(line), rng):
            print(json.dumps(made))


if __name__ == "__main__":
    main()
