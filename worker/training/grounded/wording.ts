/** Fills wordings with an entity and a value, and polishes sentences. */
import { withArticle } from "./composed.ts";
import type { Random } from "./random.ts";
import type { Entity, Fact } from "./types.ts";

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function possessive(phrase: string): string {
  return phrase.endsWith("s") ? `${phrase}'` : `${phrase}'s`;
}

export interface Reference {
  subject: string;
  object: string;
  possessive: string;
}

export function namedReference(mention: string): Reference {
  return { subject: mention, object: mention, possessive: possessive(mention) };
}

/** A reference to an entity that the reader already has in mind. */
export function laterReference(random: Random, entity: Entity): Reference {
  const phrase = random.pick(entity.laterMentions);
  if (random.chance(0.4)) return namedReference(phrase);
  const own = entity.pronoun === "it" ? "its" : entity.pronoun === "she" ? "her" : "his";
  return { subject: entity.pronoun, object: phrase, possessive: own };
}

/** Puts a reference and a value into a wording. */
export function fill(wording: string, reference: Reference, value: string): string {
  return wording
    .replaceAll("{s}", reference.subject)
    .replaceAll("{o}", reference.object)
    .replaceAll("{p}", reference.possessive)
    .replaceAll("{v}", () => value);
}

/** Wordings that suit any attribute; the last is for the test split only. */
const GENERIC = [
  "the {l} of {o} {is} {v}",
  "{p} {l} {is} {v}",
  "the {l} of {o}: {v}",
  "listed {l} of {o}: {v}",
  "we note {v} for {p} {l}",
  "what matters about {o} is {p} {l}, {v}",
  "{p} {l}: {v}",
  "according to the files, the {l} of {o} {is} {v}",
  "the {l} that belongs to {o} {is} {v}",
  "under {l} the entry for {o} reads {v}",
  "{v} {is} what we have as the {l} of {o}",
  "people often ask about {o}, whose {l} {is} {v}",
  "{v} {is} noted as {p} {l}",
  "when it comes to the {l}, {o} has {v}",
  "in the case of {o}, {v} {is} the {l}",
  "{s} has {v} as {p} {l}",
  "as far as {o} is concerned, the {l} {is} {v}",
  "anyone who asks for the {l} of {o} is told: {v}",
  "the register gives {v} as the {l} of {o}",
  "with regard to {l}, {s} is down for {v}",
  "{o}: {l} {v}",
  "the {l} given for {o} {is} {v}",
  "for {o}, the {l} {is} {v}",
];

/** One statement of a fact without a full stop, first letter as the wording has it. */
export function statement(random: Random, fact: Fact, reference: Reference): string {
  const { attribute, value } = fact;
  const mayLead = !/^[a-z]/.test(value);
  for (;;) {
    let wording = random.chance(0.12)
      ? random.wording(GENERIC)
      : random.wording(attribute.statements, attribute.further.statements);
    if (wording.startsWith("{v}") && !mayLead) continue;
    wording = wording.replace("{l}", attribute.label).replace("{is}", attribute.isPlural ? "are" : "is");
    const text = fill(wording, reference, value);
    return /\ba \w+$/.test(wording.split("{v}")[0]?.trimEnd() ?? "") ? text : fixArticle(text, value);
  }
}

/** "works as a assistant editor": the article in front of a value agrees with it. */
function fixArticle(text: string, value: string): string {
  return text.includes(` a ${value}`) ? text.replace(` a ${value}`, ` ${withArticle(`a ${value}`)}`) : text;
}
