/** Decides what the passages of an example state and what is asked: the target, its distractors, the padding. */
import { renderPassage, type Group, type PassageStyle } from "./passages.ts";
import { askQuestion } from "./questions.ts";
import type { Random } from "./random.ts";
import type { Attribute, Entity, Fact } from "./types.ts";
import { World } from "./world.ts";

export interface Plan {
  passages: readonly string[];
  question: string;
  /** The value alone; empty when the passages do not hold it. */
  answer: string;
  citation: number | null;
  isQuote: boolean;
}

interface Shape {
  passages: readonly [number, number];
  facts: number;
  /** Chance that everything is about one entity, as in a manual. */
  single: number;
  filler: number;
  padding: number;
  mixed: number;
}

const SHAPES: Readonly<Record<1 | 2 | 3 | 4, Shape>> = {
  1: { passages: [1, 1], facts: 2, single: 0.5, filler: 0, padding: 0, mixed: 0 },
  2: { passages: [2, 3], facts: 3, single: 0.25, filler: 0.05, padding: 0, mixed: 0.1 },
  3: { passages: [3, 4], facts: 4, single: 0.2, filler: 0.15, padding: 0.2, mixed: 0.2 },
  4: { passages: [3, 6], facts: 5, single: 0.2, filler: 0.2, padding: 0.25, mixed: 0.25 },
};

interface Draft {
  world: World;
  shape: Shape;
  target: Entity;
  asked: Attribute;
  isSingle: boolean;
  isAnswerable: boolean;
  style: PassageStyle;
}

/** Facts of another entity; it often shares the attribute that is asked about. */
function rivalGroup(draft: Draft, rival: Entity): Group {
  const { world, shape, asked } = draft;
  const facts: Fact[] = [];
  if (rival.domain === draft.target.domain && world.random.chance(0.7) && world.reserve(rival, asked)) {
    facts.push(world.fact(rival, asked));
  }
  facts.push(...world.facts(rival, world.random.integer(facts.length > 0 ? 0 : 1, shape.facts - 1)));
  return { entity: rival, facts: world.random.shuffle(facts) };
}

function otherEntity(draft: Draft): Entity {
  const { world, target } = draft;
  return world.random.chance(0.75) ? world.entity(target.domain, target) : world.entity(world.domain());
}

/** A passage beside the one with the answer. */
function otherPassage(draft: Draft, padding: () => string): string {
  const { world, shape, target } = draft;
  const { random } = world;
  if (random.chance(shape.padding)) return padding();
  if (draft.isSingle || random.chance(0.2)) {
    const facts = world.facts(target, random.integer(1, Math.min(3, shape.facts)));
    return renderPassage(random, [{ entity: target, facts }], draft.style);
  }
  const groups = [rivalGroup(draft, otherEntity(draft))];
  if (random.chance(shape.mixed)) groups.push(rivalGroup(draft, otherEntity(draft)));
  return renderPassage(random, groups, draft.style);
}

/** The passage about the target, with the answer if there is one. */
function targetPassage(draft: Draft, fact: Fact | undefined): string {
  const { world, shape, target } = draft;
  const { random } = world;
  const more = world.facts(target, random.integer(fact ? 0 : 1, shape.facts - 1));
  const groups: Group[] = [{ entity: target, facts: random.shuffle(fact ? [fact, ...more] : more) }];
  if (!draft.isSingle && random.chance(shape.mixed)) groups.push(rivalGroup(draft, otherEntity(draft)));
  return renderPassage(random, random.shuffle(groups), draft.style);
}

/** What a question may call an entity: a person also by the family name alone, when nobody else bears it. */
function callNames(world: World, entity: Entity): readonly string[] {
  const [family, , formal] = entity.laterMentions;
  if (family === undefined || formal === undefined) return [...entity.mentions, entity.name];
  const isShared = world.entities.some((other) => other !== entity && other.name.includes(family));
  return isShared ? entity.mentions : [entity.name, entity.name, entity.name, family, formal];
}

/** Passages around one entity and a question about it, or about an attribute or entity that is missing. */
export function planFacts(random: Random, stage: 1 | 2 | 3 | 4, isAnswerable: boolean, padding: () => string): Plan {
  const world = new World(random);
  const shape = SHAPES[stage];
  const target = world.entity(world.domain());
  const asked = world.attribute(target);
  const isSingle = random.chance(shape.single);
  const isNamed = !isSingle || random.chance(0.4);
  const style: PassageStyle = { isNameKnown: isSingle && !isNamed, filler: shape.filler };
  const draft: Draft = { world, shape, target, asked, isSingle, isAnswerable, style };
  const isAbsent = !isAnswerable && isNamed && !isSingle && random.chance(0.4);
  const fact = isAnswerable ? world.fact(target, asked) : undefined;
  const first = isAbsent
    ? renderPassage(random, [rivalGroup(draft, world.entity(target.domain, target))], style)
    : targetPassage(draft, fact);
  const count = random.integer(...shape.passages);
  const others = Array.from({ length: count - 1 }, () =>
    isAbsent ? absentPassage(draft, padding) : otherPassage(draft, padding),
  );
  const passages = random.shuffle([first, ...others]);
  const question = askQuestion(random, target, asked, isNamed ? callNames(world, target) : undefined);
  const answer = fact?.value ?? "";
  return { passages, question, answer, citation: fact ? passages.indexOf(first) + 1 : null, isQuote: false };
}

/** A passage that never mentions the target. */
function absentPassage(draft: Draft, padding: () => string): string {
  const { world, shape } = draft;
  if (world.random.chance(shape.padding)) return padding();
  return renderPassage(world.random, [rivalGroup(draft, otherEntity(draft))], draft.style);
}
