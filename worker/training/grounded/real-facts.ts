/** Questions over real sentences of a plain build: "X was built in 1901", "X is a kind of Y", "X is located in Z". */
export interface RealFact {
  /** The question in lower case without its mark. */
  question: string;
  answer: string;
}

const NOT_A_NAME =
  /^(?:it|he|she|they|this|these|that|those|there|we|i|you|what|one|some|many|most|both|all|here|his|her|its|their|another|such|other|each|so|then|if|when|while|as|in|on|at|by|for|from|after|before|since|because|although|north|south|east|west|also|however|not|only|three|two|four|several|who|where|but|and|or|with|to|among|under|over|during)\b/i;
const CLAUSE =
  /\b(?:that|this|these|those|which|who|is|was|are|were|has|had|have|be|been|can|will|would|may|whether|because|since|if|but|said|says|suggested|found)\b/i;

/** A short noun phrase as it stands inside a question; undefined for clauses and pronouns. */
function nounPhrase(text: string): string | undefined {
  if (
    NOT_A_NAME.test(text) ||
    CLAUSE.test(text) ||
    text.split(" ").length > 6 ||
    /[;:"()]|^\w+ing\b|^\w+ly\b/.test(text)
  )
    return undefined;
  return text.replace(/^(The|A|An) /, (word) => word.toLowerCase());
}

const BUILDS: readonly { pattern: RegExp; leads: readonly string[] }[] = [
  // "X was founded in 1902"
  {
    pattern:
      /^([^,]{3,50}?) (is|was|are|were) ([a-z][^,.;]{3,60}?) (?:in|on|since) ((?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)? ?\d{4})(?=[,.;]| [a-z])/,
    leads: ["when"],
  },
  // "X is the largest river of Y"
  {
    pattern: /^([^,]{3,40}?) (is|was|are|were)() ((?:a|an|the|one of the) [^,.;:()"]{10,90}?)(?:[.,;]|, which)/,
    leads: ["what", "what"],
  },
  // "X is located in Y"
  {
    pattern:
      /^([^,]{3,50}?) (is|was|are|were) (located|situated|found|born|based|held|built|used) ((?:in|at|on|near) [A-Za-z][^,.;:()"\d]{3,50}?)[.,;]/,
    leads: ["where"],
  },
];

/** The questions that a sentence of a known build answers with a part of itself. */
export function realFacts(sentence: string): RealFact[] {
  return BUILDS.flatMap(({ pattern, leads }) => {
    const [, first, verb, rest, found] = pattern.exec(sentence) ?? [];
    const subject = first === undefined ? undefined : nounPhrase(first);
    const answer = (found ?? "").trim();
    if (subject === undefined || answer === "" || answer.split(" ").length > 14) return [];
    return leads.map((lead) => ({ question: [lead, verb, subject, rest].filter(Boolean).join(" "), answer }));
  });
}
