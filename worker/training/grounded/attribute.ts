/** The compact notation of an attribute: wordings separated by "|", the last of each list for the test split only. */
import type { Attribute } from "./types.ts";

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
  const split = (text: string): string[] => text.split("|").map((part) => part.trim());
  return {
    label: name,
    topic: topic ?? name,
    value,
    statements: split(statements),
    questions: split(questions),
    isPlural,
  };
}
