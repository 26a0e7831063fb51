// Writes the training files of loam-embed: pairs from MedQuAD and dolly as JSON Lines, one eighth of the medical documents
// held out, and all texts as lines for its vocabulary.
//   npx tsx test/golden/embed-pairs.ts ../shared/data OUT
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pairsOf, type Answered } from "../../worker/embedding/pairs.ts";

const [data, out] = process.argv.slice(2) as [string, string];
const rows = <T>(file: string) =>
  readFileSync(join(data, "instruct", file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as T);

const medical = rows<{ doc: string; focus: string; question: string; answer: string }>("medquad.jsonl").filter(
  ({ question, answer }) => question && answer,
);
const isHeld = ({ doc }: { doc: string }) => /^\d+$/.test(doc) && Number(doc) % 8 === 0;
const answered = ({ focus, question, answer }: (typeof medical)[number]): Answered => ({
  question,
  answer,
  subject: focus,
});
const open = rows<{ text: string }>("dolly-open-qa.jsonl").flatMap(({ text }): Answered[] => {
  const [, question, answer] = /^### Human:(.*?)### Assistant:(.*)$/s.exec(text) ?? [];
  return question === undefined || answer === undefined ? [] : [{ question: question.trim(), answer: answer.trim() }];
});

const train = [...medical.filter((row) => !isHeld(row)).map(answered), ...open].flatMap(pairsOf);
const valid = medical
  .filter(isHeld)
  .map(answered)
  .flatMap((one) => pairsOf(one).slice(0, 1));
const lines = (values: readonly unknown[]) => `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "pairs-train.jsonl"), lines(train));
writeFileSync(join(out, "pairs-valid.jsonl"), lines(valid));
writeFileSync(join(out, "texts.txt"), train.map(({ anchor, positive }) => `${anchor}\n${positive}`).join("\n"));
console.log(`${train.length} pairs to train, ${valid.length} to validate`);
