/** Renders facts as passages that look like pieces of documents: prose, lists, "Key: value" lines. */
import { fillerSentence, HEADINGS } from "./filler.ts";
import type { Random } from "./random.ts";
import type { Entity, Fact } from "./types.ts";
import { laterReference, namedReference, sentenceCase, statement, type Reference } from "./wording.ts";

/** The facts of one entity inside one passage. */
export interface Group {
  entity: Entity;
  facts: readonly Fact[];
}

export interface PassageStyle {
  /** Whether the reader knows which entity is meant, so that its name may be missing. */
  isNameKnown: boolean;
  /** The chance of a filler sentence after each statement. */
  filler: number;
}

/** "The K4 weighs 3 kg" and "it costs 9 euros" become one sentence, sometimes without the second subject. */
function joined(random: Random, first: string, second: string, reference: Reference): string {
  const subject = `${reference.subject} `;
  if (second.startsWith(subject) && !second.includes(",") && random.chance(0.6) && first.startsWith("\u0001")) {
    return `${first} and ${second.slice(subject.length)}`;
  }
  return random.chance(0.7) ? `${first}, and ${second}` : `${first}; ${second}`;
}

function firstReference(random: Random, entity: Entity, style: PassageStyle): Reference {
  const isHidden = style.isNameKnown && entity.pronoun === "it" && random.chance(0.5);
  return namedReference(random.pick(isHidden ? entity.laterMentions : entity.mentions));
}

/** Statements of a group as sentences; \u0001 marks, while it is built, a sentence that begins with its subject. */
function sentences(random: Random, group: Group, style: PassageStyle): string[] {
  const result: string[] = [];
  group.facts.forEach((fact, i) => {
    const isFirst = i === 0 || (i > 2 && random.chance(0.2));
    const reference = isFirst ? firstReference(random, group.entity, style) : laterReference(random, group.entity);
    const text = statement(random, fact, reference);
    const previous = result[result.length - 1];
    if (!isFirst && previous !== undefined && !/[,;]/.test(previous) && random.chance(0.22)) {
      result[result.length - 1] = joined(random, previous, text, reference);
      return;
    }
    result.push(text.startsWith(`${reference.subject} `) ? `\u0001${text}` : text);
  });
  return result.map((text) => `${sentenceCase(text.replace("\u0001", ""))}.`);
}

/** The title of a list of properties: "KX-204 pump", "About the Velmora Museum". */
function title(random: Random, entity: Entity): string {
  const name = random.pick(entity.mentions);
  const text = random.chance(0.25)
    ? `${random.pick(["About", "Data of", "Profile:", "Facts on"])} ${name}`
    : name.replace(/^the /, "");
  return random.chance(0.12) ? text.toUpperCase() : sentenceCase(text);
}

function keyValue(random: Random, group: Group): string {
  const bullet = random.pick(["", "- ", "- ", "• ", "* "]);
  const separator = random.chance(0.75) ? "\n" : random.pick(["; ", ". ", " | "]);
  const mark = separator === "\n" ? bullet : "";
  const isUpper = random.chance(0.1);
  const lines = group.facts.map(({ attribute, value }) => {
    const label = isUpper ? attribute.label.toUpperCase() : sentenceCase(attribute.label);
    return `${mark}${label}: ${value}`;
  });
  return `${title(random, group.entity)}${separator === "\n" ? "\n" : ": "}${lines.join(separator)}`;
}

function prose(random: Random, group: Group, style: PassageStyle): string {
  const parts: string[] = [];
  if (random.chance(style.filler)) parts.push(fillerSentence(random));
  for (const sentence of sentences(random, group, style)) {
    parts.push(sentence);
    if (random.chance(style.filler)) parts.push(fillerSentence(random));
  }
  const unique = [...new Set(parts)];
  if (random.chance(0.08)) return unique.map((sentence) => `- ${sentence}`).join("\n");
  return unique.join(" ");
}

/** One passage about one or two entities. */
export function renderPassage(random: Random, groups: readonly Group[], style: PassageStyle): string {
  const texts = groups.map((group) =>
    group.facts.length > 1 && random.chance(0.18) ? keyValue(random, group) : prose(random, group, style),
  );
  const isList = texts.some((text) => text.includes("\n"));
  const body = texts.join(isList ? "\n" : " ");
  if (isList || random.chance(0.85)) return body;
  const heading = random.pick(HEADINGS);
  return `${random.chance(0.3) ? heading.toUpperCase() : heading}${random.pick([". ", ": ", "\n"])}${body}`;
}
