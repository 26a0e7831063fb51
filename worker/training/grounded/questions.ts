/** Words the question about a fact, by name or, in a document about one thing, without it. */
import type { Random } from "./random.ts";
import type { Attribute, Entity } from "./types.ts";
import { fill, laterReference, namedReference, sentenceCase, type Reference } from "./wording.ts";

/** Wordings that suit any attribute; the last is for the test split only. */
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
  "do you know the {l} of {o}",
  "what's the {l} for {o}",
  "find the {l} of {o}",
  "show me {p} {l}",
  "{l} for {o}",
  "I am looking for the {l} of {o}",
  "could you give the {l} of {o}",
  "about {o}: what {is} the {l}",
  "with {o}, which {l} applies",
  "how about the {l} of {o}",
  "remind me of the {l} of {o}",
  "let me know the {l} of {o}",
  "state the {l} of {o}",
  "name the {l} of {o}",
  "what can you say on the {l} of {o}",
  "what did they note as the {l} of {o}",
  "any idea what {p} {l} {is}",
  "{o}: {l}",
  "what {l} do you see for {o}",
  "I wonder about the {l} of {o}",
  "somebody asked for {p} {l}",
  "{p} {l}, please",
  "check the {l} of {o} for me",
  "search for the {l} of {o}",
  "where do I find the {l} of {o}",
  "help me find {p} {l}",
  "I want to know the {l} of {o}",
  "does it say what {p} {l} {is}",
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

const REQUEST =
  /^(tell|can|could|would|will|give|find|show|name|state|let|remind|check|search|help|look|please|confirm|specify|I|I'd|I'm) /;
const POLITE = /^(can|could|would|will) /;
const INTERROGATIVE =
  /^(what|which|who|whom|whose|when|where|why|how|at|in|on|by|with|as|for|from|to|after|until|down|under|since|against|out|up|of|within|during|along|about|above|below|behind|into|through|over|around|is|are|was|were|do|does|did|has|have|any|what's|who's|when's|where's) /;
const PREFIXES = [
  "according to the documents, ",
  "quick question: ",
  "please tell me, ",
  "hi, ",
  "I would like to know: ",
];

function spell(random: Random, text: string): string {
  const isRequest = REQUEST.test(text);
  const isQuestion = INTERROGATIVE.test(text);
  const mark = isRequest && !POLITE.test(text) ? "." : !isRequest && !isQuestion && random.chance(0.6) ? "" : "?";
  const ended = random.chance(0.82) ? text + mark : text;
  if (random.chance(0.04)) return ended.toLowerCase();
  if (isQuestion && random.chance(0.03)) return sentenceCase(random.pick(PREFIXES)) + ended;
  return random.chance(0.78) ? sentenceCase(ended) : ended;
}

/** The question for an attribute of an entity, by one of its names or, without names, as of a thing in mind. */
export function askQuestion(random: Random, entity: Entity, attribute: Attribute, names?: readonly string[]): string {
  let wording = random.chance(0.2)
    ? random.wording(GENERIC)
    : random.wording(attribute.questions, attribute.further.questions);
  let reference: Reference;
  if (names) reference = namedReference(random.pick(names));
  else {
    reference = unnamedReference(random, entity);
    if (reference.object === "it" && wording.startsWith("{o}"))
      reference = namedReference(entity.laterMentions[0] ?? "it");
    if (reference.object === "it") wording = dropPronoun(wording);
    wording = wording.replace(/^\{o\} \{l\}$/, "{l}");
  }
  wording = wording.replace("{l}", attribute.label).replace("{is}", attribute.isPlural ? "are" : "is");
  return spell(random, fill(wording, reference, ""));
}
