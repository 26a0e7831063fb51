// Trains the vocabulary of loam-chat with worker/tokenizer/train-bpe.ts, on generated conversations and real passages.
//   npx tsx test/golden/chat-tokenizer.ts --size 3072 --out tokenizer.json --texts passages.txt conversations.jsonl...
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { trainBpe } from "../../worker/tokenizer/train-bpe.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "3072" },
    out: { type: "string", default: "tokenizer.json" },
    texts: { type: "string", multiple: true, default: [] },
  },
});

const lines = (path: string) => readFileSync(path, "utf8").split("\n").filter(Boolean);
const conversations = positionals
  .flatMap(lines)
  .flatMap((line) => (JSON.parse(line) as { messages: { content: string }[] }).messages)
  .map((message) => message.content);

const tokenizer = trainBpe([...conversations, ...values.texts.flatMap(lines)], {
  vocabularySize: Number(values.size),
  specialTokens: ["<|user|>", "<|assistant|>", "<|end|>", "<|text|>"],
  addedTokens: Array.from({ length: 9 }, (_, i) => `[${i + 1}]`),
});
writeFileSync(values.out, `${JSON.stringify(tokenizer, null, 1)}\n`);
console.log(`${tokenizer.model.merges.length} merges in ${values.out}`);
