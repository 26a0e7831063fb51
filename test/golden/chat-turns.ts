// Writes conversations of several turns over the same passages, as lines of JSON: an example of the generator, then more
// questions about the facts it made up on the way. One reading of the passages then teaches several answers, which is
// several times more per token than one question each.
//   npx tsx test/golden/chat-turns.ts --seed 1 --stage 4 --start 0 --count 1000 --texts passages.txt --out FILE
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { groundedExample, occurrences, UNANSWERABLE, type Stage } from "../../worker/training/grounded/grounded.ts";
import { askQuestion } from "../../worker/training/grounded/questions.ts";
import { Random } from "../../worker/training/grounded/random.ts";
import type { Fact } from "../../worker/training/grounded/types.ts";
import { World } from "../../worker/training/grounded/world.ts";

const MAX_TURNS = 8;
const MAX_WORDS = 300;

/** The worlds of the attempts at an example, and their facts: seen by listening to World.fact. The last is the example's. */
const heard: { world: World; facts: Fact[] }[] = [];
const makeFact = World.prototype.fact;
World.prototype.fact = function (...rest) {
  const fact = makeFact.apply(this, rest);
  if (heard.at(-1)?.world !== this) heard.push({ world: this, facts: [] });
  heard.at(-1)?.facts.push(fact);
  return fact;
};

interface Turn {
  question: string;
  reply: string;
}

/** The same attribute of an entity that no passage knows. */
const likeness = (world: World, { entity, attribute }: Fact) => ({
  entity: world.entity(entity.domain, entity),
  attribute,
});

/** More questions about the facts that the passages state once, and some about what they do not state. */
function moreTurns(random: Random, passages: readonly string[], world: World, facts: readonly Fact[]): Turn[] {
  const all = passages.join("\n");
  const ask = ({ entity, attribute }: Pick<Fact, "entity" | "attribute">) =>
    askQuestion(random, entity, attribute, [...entity.mentions, entity.name]);
  return facts
    .filter(({ entity }) => all.includes(entity.name))
    .flatMap((fact) => {
      const { entity } = fact;
      const lot = random.next();
      if (lot < 0.2) return [{ question: ask({ entity, attribute: world.attribute(entity) }), reply: UNANSWERABLE }];
      if (lot < 0.4) return [{ question: ask(likeness(world, fact)), reply: UNANSWERABLE }];
      const cited = passages.flatMap((text, i) => (occurrences(text, fact.value) > 0 ? [i + 1] : []));
      const isStatedOnce = cited.length === 1 && occurrences(all, fact.value) === 1;
      return isStatedOnce ? [{ question: ask(fact), reply: `${fact.value}. [${cited[0]}]` }] : [];
    });
}

function conversation(seed: number, index: number, stage: Stage, texts: readonly string[]) {
  heard.length = 0;
  const { messages, kind, answer } = groundedExample({ seed, index, split: "train", stage, texts });
  const latest = heard.at(-1);
  const [user, assistant] = messages.map((message) => message.content) as [string, string];
  const [shown, question] = user.split("\n\nQuestion: ");
  const turns: Turn[] = question === undefined ? [] : [{ question, reply: assistant }];
  const passages = (shown ?? "").split(/^\[\d\] |\n\[\d\] /).slice(1);
  const isOfThisWorld = kind === "unanswerable" || latest?.facts.some((fact) => fact.value === answer);
  if (question !== undefined && latest && isOfThisWorld && kind !== "quote") {
    const random = new Random(`turns/${seed}/${index}/${stage}`, "train");
    turns.push(...random.shuffle(moreTurns(random, passages, latest.world, latest.facts)));
    turns.splice(0, MAX_TURNS, ...random.shuffle(turns.slice(0, MAX_TURNS)));
  }
  if (turns.length === 0) return { messages, kind };
  let words = shown!.split(/\s+/).length;
  const kept = turns.slice(0, MAX_TURNS).filter(({ question, reply }) => {
    words += question.split(" ").length + reply.split(" ").length + 1;
    return words <= MAX_WORDS;
  });
  const said = kept.flatMap(({ question, reply }, i) => [
    { role: "user", content: `${i === 0 ? shown : ""}\n\nQuestion: ${question}` },
    { role: "assistant", content: reply },
  ]);
  const facts = latest?.facts.map(({ entity, value }) => ({ name: entity.name, value })) ?? [];
  return { messages: said.length > 0 ? said : messages, kind, facts: said.length > 0 ? facts : [] };
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    stage: { type: "string", default: "4" },
    start: { type: "string", default: "0" },
    count: { type: "string", default: "1000" },
    texts: { type: "string", default: "" },
    out: { type: "string", default: "turns.jsonl" },
  },
});
const texts = readFileSync(values.texts, "utf8")
  .split(/\n\s*\n/)
  .filter(Boolean);
const start = Number(values.start);
const lines = Array.from({ length: Number(values.count) }, (_, i) =>
  JSON.stringify(conversation(Number(values.seed), start + i, Number(values.stage) as Stage, texts)),
);
writeFileSync(values.out, `${lines.join("\n")}\n`);
