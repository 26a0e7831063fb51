/** The compact notation of an attribute: wordings separated by "|", the last of each list for the test split only. */
import type { Attribute } from "./types.ts";

function wordings(text: string): string[] {
  return text.split("|").map((part) => part.trim());
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
    isPlural,
  };
}
