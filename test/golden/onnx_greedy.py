"""Greedy answers of tiny-random-llama-onnx by onnxruntime on the CPU, for the browser's test of ONNX models.

    python3 -m venv .venv && .venv/bin/pip install onnxruntime numpy tokenizers
    .venv/bin/python test/golden/onnx_greedy.py ../shared/data/models/tiny-random-llama-onnx > test/golden/onnx_greedy.json

`margin`: the least lead of a chosen token over the next one, in logits; a text counts only where it is clear of rounding.
"""

import json
import sys

import numpy
import onnxruntime
import tokenizers

folder = sys.argv[1]
session = onnxruntime.InferenceSession(f"{folder}/model.onnx")
tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
caches = [i for i in session.get_inputs() if i.name.startswith("past_key_values")]


def step(ids, past, position):
    count = len(ids)
    feeds = {
        "input_ids": numpy.array([ids], numpy.int64),
        "attention_mask": numpy.ones((1, position + count), numpy.int64),
        "position_ids": numpy.arange(position, position + count, dtype=numpy.int64)[None],
    }
    out = session.run(None, feeds | past)
    names = [o.name.replace("present", "past_key_values") for o in session.get_outputs()]
    return out[0][0, -1].astype(numpy.float32), dict(zip(names[1:], out[1:]))


def answer(prompt, count):
    ids = tokenizer.encode(prompt).ids
    past = {i.name: numpy.zeros((1, i.shape[1], 0, i.shape[3]), numpy.float16) for i in caches}
    position, generated, margin = 0, [], float("inf")
    for _ in range(count):
        logits, past = step(ids, past, position)
        position += len(ids)
        second, first = numpy.sort(logits)[-2:]
        margin = min(margin, float(first - second))
        ids = [int(logits.argmax())]
        generated += ids
    return {"prompt": prompt, "ids": generated, "text": tokenizer.decode(generated), "margin": round(margin, 4)}


questions = ["Hello there", "What is a pump?", "Name three colours", "Where is the valve?", "Tell me more"]
print(json.dumps([answer(f"{question}\n", 12) for question in questions], indent=1, ensure_ascii=False))
