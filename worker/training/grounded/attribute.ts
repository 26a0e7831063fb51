/** The compact notation of an attribute: wordings separated by "|", the last of each list for the test split only. */
import type { Attribute } from "./types.ts";

function wordings(text: string): string[] {
  return text.split("|").map((part) => part.trim().replace(/\s*\n\s*/g, " "));
}

/**
 * An attribute with more wordings, each list separated by "|"; the last wording of each of its own
 * lists, kept for the test split, stays the last, and is not among the others.
 */
export function withWordings(attribute: Attribute, more: readonly [statements: string, questions: string]): Attribute {
  const added = (text: string, own: readonly string[]): string[] => [
    ...wordings(text).filter((wording) => !own.includes(wording)),
    ...own,
  ];
  return {
    ...attribute,
    statements: added(more[0], attribute.statements),
    questions: added(more[1], attribute.questions),
  };
}

/** An attribute with further wordings that the other splits do not draw from. */
export function withFurther(attribute: Attribute, more: readonly [statements: string, questions: string]): Attribute {
  const further = (text: string, own: readonly string[]): string[] => wordings(text).filter((w) => !own.includes(w));
  return {
    ...attribute,
    further: { statements: further(more[0], attribute.statements), questions: further(more[1], attribute.questions) },
  };
}

/** Builds an attribute; a label that ends in "*" is plural ("opening hours*"). The topic defaults to the label. */
export function attribute(
  label: string,
  value: string,
  statements: string,
  questions: string,
  topic?: string,
): Attribute {
  const isPlural = label.endsWith("*");
  const name = isPlural ? label.slice(0, -1) : label;
  return {
    label: name,
    topic: topic ?? name,
    value,
    statements: wordings(statements),
    questions: wordings(questions),
    further: { statements: [], questions: [] },
    isPlural,
  };
}
