/** Prose that states no fact of any entity: the padding between facts, and whole passages that answer nothing. */
import { phrase } from "./values.ts";
import type { Random } from "./random.ts";

const columns = (text: string): readonly string[] => text.split("|");

const SUBJECTS = columns(
  "the committee|a visitor|the author|most readers|the neighbours|the workers|our guests|the office|a small group|the organisers|the residents|many customers|the council|a friend of the house|the trainees|the reviewers",
);
const VERBS = columns(
  "did not mention|asked about|talked for a while about|had mixed views on|wrote a short note on|spent an afternoon on|forgot about|looked again at|learned a lot from|made a drawing of|could not agree on",
);
const OBJECTS = columns(
  "the text on page {n}|the {n} photographs|the old map of {n} streets|paragraph {n}|the letter about room {n}|the weather|the last meeting|the new signs|the old records|the change of season|the way to the station|the paint on the fence|the notes from last time|the view from the hill|the noise in the street|the plan for next year|the spelling of the names|the photographs on the wall|the order of the chapters",
);
const TAILS = columns(
  "in the end|for a change|as usual|once again|without much fuss|before lunch|after a long talk|with some surprise|according to the minutes|as far as anyone knows",
);
const FIXED = columns(
  "Please read this page before you begin|More details are given in the appendix|Keep this document in a safe place|This section was last reviewed by the editors|The following notes are meant for new readers|See the next page for pictures|Nothing in this section replaces the advice of an expert|Changes will be announced in good time|Some of the wording was kept from an earlier edition|A list of terms can be found at the back|Any copies should be destroyed when a new edition appears|The pictures are for illustration only|Ask at the desk if anything is unclear|Thank you for taking the time to read this",
);

const topic = phrase("topic");

export const HEADINGS = columns(
  "General notes|Overview|Maintenance|Introduction|About|Summary|Details|Background|Important|Before you start|At a glance|Data sheet|Profile|Notes|Section 2|Chapter 4|Appendix|Key facts|Frequently asked",
);

/** One sentence of filler with its full stop. */
export function fillerSentence(random: Random): string {
  if (random.chance(0.3)) return `${random.pick(FIXED)}.`;
  const subject = random.pick(SUBJECTS);
  const object = random.chance(0.2)
    ? topic(random)
    : random.pick(OBJECTS).replace("{n}", String(random.integer(2, 400)));
  const tail = random.chance(0.5) ? ` ${random.pick(TAILS)}` : "";
  const text = `${subject} ${random.pick(VERBS)} ${object}${tail}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A passage of filler of two to four sentences. */
export function fillerPassage(random: Random): string {
  const sentences = Array.from({ length: random.integer(2, 4) }, () => fillerSentence(random));
  const heading = random.chance(0.2) ? `${random.pick(HEADINGS)}. ` : "";
  return heading + [...new Set(sentences)].join(" ");
}
