/** Words the question about a fact, by name or, in a document about one thing, without it. */
import type { Random } from "./random.ts";
import type { Attribute, Entity } from "./types.ts";
import { fill, laterReference, namedReference, sentenceCase, type Reference } from "./wording.ts";

const GENERIC = [
  "what {is} the {l} of {o}",
  "what {is} {p} {l}",
  "tell me the {l} of {o}",
  "{l} of {o}",
  "{o} {l}",
  "can you tell me the {l} of {o}",
  "give me the {l} of {o}",
  "I need the {l} of {o}",
  "what do the documents say about the {l} of {o}",
  "which {l} {is} given for {o}",
  "please look up the {l} of {o}",
];

function unnamedReference(random: Random, entity: Entity): Reference {
  const reference = laterReference(random, entity);
  if (entity.pronoun !== "it") return { ...reference, subject: entity.pronoun };
  return random.chance(0.6) ? { subject: "it", object: "it", possessive: "its" } : reference;
}

/** "the price of it" is better left as "the price". */
function dropPronoun(wording: string): string {
  return wording.replace(/ (of|for|at|on) \{o\}$/, "");
}

function spell(random: Random, text: string): string {
  const isRequest = /^(tell|can|give|I need|please)/.test(text);
  const isFragment =
    !isRequest &&
    !/^(what|which|who|whom|when|where|why|how|at|in|on|by|with|as|for|from|to|after|until|down|under|since|against|out|up|of|within|during|along) /.test(
      text,
    );
  const mark = isRequest && !text.startsWith("can") ? "." : isFragment && random.chance(0.6) ? "" : "?";
  const ended = random.chance(0.82) ? text + mark : text;
  if (random.chance(0.04)) return ended.toLowerCase();
  return random.chance(0.78) ? sentenceCase(ended) : ended;
}

/** The question for an attribute of an entity. */
export function askQuestion(random: Random, entity: Entity, attribute: Attribute, isNamed: boolean): string {
  let wording = random.wording(random.chance(0.2) ? GENERIC : attribute.questions);
  let reference: Reference;
  if (isNamed) reference = namedReference(random.pick(entity.mentions));
  else {
    reference = unnamedReference(random, entity);
    if (/it|her|him/.test(reference.object)) wording = dropPronoun(wording);
  }
  wording = wording.replace("{l}", attribute.label).replace("{is}", attribute.isPlural ? "are" : "is");
  return spell(random, fill(wording, reference, ""));
}
