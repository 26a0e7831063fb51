/** The words shared by the generator of grounded question-and-answer examples. Knows no text of its own. */

export type Split = "train" | "valid" | "test";

export interface Attribute {
  /** Lower-case noun phrase, as in "the <label> of the pump". */
  label: string;
  /** What a natural question asks for; two attributes of one topic are never stated of one entity. */
  topic: string;
  /** Name of a generator in values.ts. */
  value: string;
  /** Wordings with {s} subject, {o} noun phrase, {p} possessive, {v} value; the last is for the test split only. */
  statements: readonly string[];
  /** Wordings with {s}, {o}, {p}; the last is for the test split only. */
  questions: readonly string[];
  /** Wordings that came later, for the train split only, so that what valid and test measure stays the same. */
  further: { readonly statements: readonly string[]; readonly questions: readonly string[] };
  isPlural: boolean;
}

export type NameKind =
  "code" | "proper" | "person" | "organisation" | "plain" | "dish" | "numbered" | "event" | "ship" | "work";

export interface Domain {
  id: string;
  nouns: readonly string[];
  nameKind: NameKind;
  attributes: readonly Attribute[];
  /** Families of composed labels ("late fee", "inspection date") that suit the domain. */
  families: readonly string[];
}

export interface Entity {
  domain: Domain;
  /** The bare name that identifies the entity: "KX-204", "Mara Tolen". */
  name: string;
  /** Noun phrases for a first mention; the first two also serve in questions. */
  mentions: readonly string[];
  /** Noun phrases for later mentions, beside the pronoun. */
  laterMentions: readonly string[];
  pronoun: "it" | "she" | "he";
}

export interface Fact {
  entity: Entity;
  attribute: Attribute;
  value: string;
}
