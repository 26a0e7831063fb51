import { describe, expect, it } from "vitest";
import { composedAttribute, FAMILY_NAMES, isLabelOf } from "./composed.ts";
import { DOMAINS } from "./domains.ts";
import { fillerPassage } from "./filler.ts";
import { groundedExample, MAX_WORDS, occurrences, UNANSWERABLE, type GroundedExample, type Stage } from "./grounded.ts";
import { Random, splitOf } from "./random.ts";
import { INTENTS, smallTalk } from "./small-talk.ts";
import type { Split } from "./types.ts";
import { drawValue, VALUE_KINDS } from "./values.ts";
import { World } from "./world.ts";

const STAGES: readonly Stage[] = [1, 2, 3, 4];
const SPLITS: readonly Split[] = ["train", "valid", "test"];

/** Stand-ins for real passages: prose with rare words, one plain fact each. */
const TEXTS = Array.from({ length: 60 }, (_, i) => {
  const random = new Random(`text ${i}`, "train");
  const name = drawValue(random, "place");
  return `The harbour of ${name} was built in ${1700 + i}. ${fillerPassage(random)} Fishing near ${name} went on for ${i + 3} winters before the ${drawValue(random, "material")} pier was lost.`;
});

function examples(split: Split, stage: Stage, count: number, texts?: readonly string[]): GroundedExample[] {
  return Array.from({ length: count }, (_, index) =>
    groundedExample({ seed: 3, index, split, stage, ...(texts ? { texts } : {}) }),
  );
}

function contentOf(example: GroundedExample): [string, string] {
  return [example.messages[0]?.content ?? "", example.messages[1]?.content ?? ""];
}

/** The passages of a user turn by their numbers; a passage may run over several lines. */
function passagesOf(content: string): string[] {
  const [before = ""] = content.split("\n\nQuestion: ");
  return before.split(/(?:^|\n)\[\d+\] /).slice(1);
}

function share(list: readonly GroundedExample[], kind: string): number {
  return list.filter((example) => example.kind === kind).length / list.length;
}

const MIXED = SPLITS.flatMap((split) =>
  STAGES.flatMap((stage) => examples(split, stage, 150, TEXTS).map((example) => ({ example, stage, split }))),
);

describe("grounded examples", () => {
  it("are a function of seed, index, split and stage", () => {
    for (const stage of STAGES)
      expect(examples("train", stage, 20, TEXTS)).toEqual(examples("train", stage, 20, TEXTS));
    const [a, b] = [examples("train", 4, 20), examples("valid", 4, 20)];
    expect(a.some((example, i) => example.messages[0]?.content === b[i]?.messages[0]?.content)).toBe(false);
  });

  it("have one user turn with numbered passages and one assistant turn in the agreed form", () => {
    for (const { example } of MIXED) {
      const [user, assistant] = contentOf(example);
      expect(example.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
      expect(user + assistant).not.toMatch(/undefined|[{}]|\bNaN\b|\bnull\b/);
      if (example.kind === "small-talk") expect(user).not.toMatch(/\[1\] |Question:/);
      else expect(user).toMatch(/^\[1\] [\s\S]+\n\nQuestion: .+$/);
      if (example.kind === "fact") expect(assistant).toBe(`${example.answer}. [${example.citation}]`);
      if (example.kind === "quote") expect(assistant).toBe(`${example.answer} [${example.citation}]`);
      if (example.kind === "unanswerable") expect([assistant, example.answer]).toEqual([UNANSWERABLE, ""]);
    }
  });

  it("hold the answer letter by letter in the cited passage and nowhere else", () => {
    for (const { example } of MIXED) {
      if (example.citation === null) continue;
      const counts = passagesOf(contentOf(example)[0]).map((text) => occurrences(text, example.answer));
      expect(counts[example.citation - 1]).toBe(1);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    }
  });

  it("stay within the length of their stage", () => {
    for (const { example, stage } of MIXED) {
      const words = contentOf(example).join(" ").split(/\s+/).length;
      expect(words).toBeLessThanOrEqual(MAX_WORDS[stage]);
    }
  });

  it("have a third of unanswerable questions, a tenth of quotes and some small talk in stage 4", () => {
    const withTexts = examples("train", 4, 1500, TEXTS);
    expect(share(withTexts, "unanswerable")).toBeCloseTo(0.3, 1);
    expect(share(withTexts, "quote")).toBeCloseTo(0.11, 1);
    expect(share(withTexts, "small-talk")).toBeGreaterThan(0.02);
    expect(share(withTexts, "small-talk")).toBeLessThan(0.06);
    expect(share(examples("train", 4, 300), "quote")).toBe(0);
  });
});

describe("the splits", () => {
  it("share no name", () => {
    for (const split of SPLITS) {
      for (const domain of DOMAINS) {
        const world = new World(new Random(`${split} ${domain.id}`, split));
        const first = world.entity(domain);
        for (let i = 0; i < 5; i++) world.entity(domain, first);
        expect(world.entities.map(({ name }) => splitOf(name))).toEqual(Array(6).fill(split));
      }
    }
  });

  it("share no wording that is kept for the test", () => {
    const lists = DOMAINS.flatMap(({ attributes }) =>
      attributes.flatMap((a) => [
        [...a.further.statements, ...a.statements],
        [...a.further.questions, ...a.questions],
      ]),
    );
    expect(lists.filter((list) => list.indexOf(list.at(-1) as string) < list.length - 1)).toEqual([]);
  });

  it("share no value, and every kind of value suffices for each", () => {
    for (const split of SPLITS) {
      const random = new Random(`values ${split}`, split);
      for (const kind of VALUE_KINDS) {
        const values = Array.from({ length: 20 }, () => drawValue(random, kind));
        expect(values.filter((value) => splitOf(value) !== split)).toEqual([]);
      }
    }
    const answers = SPLITS.map((split) => new Set(examples(split, 4, 200).map(({ answer }) => answer)));
    for (const value of answers[0] ?? [])
      if (value !== "") expect(answers[1]?.has(value) || answers[2]?.has(value)).toBe(false);
  });

  it("keep a statement and a question of each attribute for the test split", () => {
    const lists = DOMAINS.flatMap(({ attributes }) => attributes).flatMap((one) => [one.statements, one.questions]);
    expect(lists.filter((list) => list.length < 4 || new Set(list).size < list.length)).toEqual([]);
    const random = new Random("wordings", "train");
    for (let i = 0; i < 300; i++) expect(random.wording(["a", "b", "c"])).not.toBe("c");
  });

  it("give composed labels of the test split to no other", () => {
    for (const split of SPLITS) {
      const random = new Random(`labels ${split}`, split);
      for (const family of FAMILY_NAMES) {
        for (let i = 0; i < 40; i++) {
          const label = composedAttribute(random, family).topic.slice("composed ".length);
          expect(isLabelOf(label, split)).toBe(true);
          expect(isLabelOf(label, split === "test" ? "train" : "test")).toBe(false);
        }
      }
    }
  });

  it("keep two wordings of each intent of small talk for the test split", () => {
    const heldOut = INTENTS.flatMap(({ asks }) => asks.split("|").slice(-2)).map((text) => text.toLowerCase());
    const random = new Random("talk", "train");
    const asked = new Set(Array.from({ length: 3000 }, () => smallTalk(random).question.toLowerCase()));
    expect(INTENTS.length).toBeGreaterThanOrEqual(25);
    expect(asked.size).toBeGreaterThan(200);
    expect(heldOut.filter((text) => asked.has(text))).toEqual([]);
  });
});

function isStatement(text: string): boolean {
  return text.split("{v}").length === 2 && /\{[sop]\}/.test(text) && !/[{}]/.test(text.replace(/\{[sopv]\}/g, ""));
}

function isQuestion(text: string): boolean {
  return /\{[sop]\}/.test(text) && !/[{}?.]/.test(text.replace(/\{[sop]\}/g, ""));
}

describe("wordings", () => {
  it("use only known slots, and statements name the entity and the value once", () => {
    const attributes = DOMAINS.flatMap((domain) => domain.attributes);
    expect(attributes.flatMap(({ statements }) => statements).filter((text) => !isStatement(text))).toEqual([]);
    expect(attributes.flatMap(({ questions }) => questions).filter((text) => !isQuestion(text))).toEqual([]);
  });
});

describe("a world", () => {
  it("states an attribute of an entity once, and no value that holds another", () => {
    for (let seed = 0; seed < 60; seed++) {
      const world = new World(new Random(`world ${seed}`, "train"));
      const entity = world.entity(world.domain());
      const facts = world.facts(entity, 5);
      for (const { attribute } of facts) expect(world.reserve(entity, attribute)).toBe(false);
      expect(new Set(facts.map(({ attribute }) => attribute.topic)).size).toBe(5);
      const values = facts.map(({ value }) => value.toLowerCase());
      for (const a of values) expect(values.filter((b) => b.includes(a))).toEqual([a]);
    }
  });
});
