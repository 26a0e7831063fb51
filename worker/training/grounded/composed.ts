/**
 * Attributes composed of two words ("late fee", "inspection date", "night nurse"). They make thousands of labels
 * without special wordings, so that a model must read the label instead of knowing it. A label belongs to one split
 * (test keeps its own labels, the other two share the rest).
 */
import { attribute, withFurther, withWordings } from "./attribute.ts";
import { splitOf, type Random } from "./random.ts";
import { FURTHER_COMPOSED } from "./wordings/further-composed.ts";
import { WORDINGS_COMPOSED } from "./wordings/wordings-composed.ts";
import type { Attribute } from "./types.ts";

interface Family {
  firsts: readonly string[];
  lasts: readonly string[];
  values: readonly string[];
  statements: string;
  questions: string;
}

function family(firsts: string, lasts: string, values: string, statements: string, questions: string): Family {
  return { firsts: firsts.split("|"), lasts: lasts.split("|"), values: values.split("|"), statements, questions };
}

const FAMILIES: Readonly<Record<string, Family>> = {
  money: family(
    "late|delivery|repair|cancellation|booking|parking|storage|cleaning|return|handling|towing|renewal|transfer|copying|translation|heating|installation|inspection|registration|insurance|training|laundry|customs|waste|security|rental|guide|printing|design|testing",
    "fee|charge|cost|surcharge|deposit|discount|budget|allowance|tax|rate",
    "smallPrice|price",
    "the {l} of {o} is {v}|{s} has a {l} of {v}|for {o} the {l} comes to {v}|a {l} of {v} applies to {o}|{v} is set as the {l} of {o}|as for {o}, expect a {l} of {v}",
    "how much is the {l} of {o}|how high is the {l} of {o}|what is the {l} of {o}|what {l} applies to {o}|how big is {p} {l}|what sum is due as the {l} of {o}",
  ),
  date: family(
    "inspection|delivery|renewal|opening|payment|cleaning|repair|launch|election|moving|review|audit|order|test|harvest|meeting|interview|exam|shipping|calibration|application|closing|rehearsal|training|upgrade",
    "date|day|deadline",
    "date",
    "the {l} of {o} is {v}|{p} {l} falls on {v}|the {l} for {o} was set to {v}|{s} has its {l} on {v}|note {v} as the {l} of {o}",
    "when is the {l} of {o}|what is the {l} of {o}|on what day is the {l} of {o}|when is {p} {l}|which date is the {l} of {o}|for when is the {l} of {o} planned",
  ),
  time: family(
    "lunch|tea|check-in|check-out|loading|feeding|quiet|visiting|boarding|arrival|meeting|prayer|training|bath|cleaning|breakfast|dinner|roll-call|handover|shift|rehearsal|locking",
    "time|hour",
    "time",
    "the {l} at {o} is {v}|{l} at {o} begins at {v}|for {o} the {l} is fixed at {v}|{v} is {p} {l}|at {o}, {l} means {v}",
    "when is the {l} at {o}|what is the {l} at {o}|what {l} does {s} have|when does the {l} at {o} begin|what time is set as the {l} of {o}",
  ),
  role: family(
    "head|chief|lead|deputy|night|assistant|senior|site|safety|fire|training|finance|press|music|quality|project|purchasing|research|night-shift|weekend|honorary|technical|legal|export|youth",
    "engineer|nurse|cook|editor|officer|planner|inspector|technician|teacher|gardener|accountant|secretary|guard|coach|driver|clerk|adviser|supervisor|buyer|warden|treasurer|archivist|surveyor",
    "person",
    "the {l} of {o} is {v}|{v} is {p} {l}|{v} works as {l} of {o}|{o} has a new {l}, {v}|the post of {l} at {o} is held by {v}|{v} serves {o} as {l}",
    "who is the {l} of {o}|who works as {l} of {o}|what is the name of the {l} of {o}|who is {p} {l}|who holds the post of {l} at {o}|which person serves {o} as {l}",
  ),
  measure: family(
    "inner|outer|total|average|lowest|highest|usual|rated|minimum|permitted|required|measured|planned|reserve|peak|daily|shipping|upper|lower|front|rear",
    "width:size|height:length|length:length|diameter:size|thickness:size|temperature:temperature|pressure:pressure|load:weight|volume:volume|area:area|clearance:size|range:distance|speed:speed|consumption:power|output:flow|humidity:percent|tension:voltage",
    "",
    "the {l} of {o} is {v}|{s} has a {l} of {v}|{p} {l} is {v}|for {o} the {l} was found to be {v}|the {l} comes to {v} for {o}|a {l} of {v} is stated for {o}",
    "what is the {l} of {o}|what {l} does {s} have|what is {p} {l}|which {l} is stated for {o}|what value does the {l} of {o} have",
  ),
  code: family(
    "order|booking|room|invoice|door|access|customer|case|file|lot|shelf|tracking|tax|batch|drawing|locker|catalogue|wiring|permit|licence|key|project|asset|paint|route",
    "number|code|reference|label",
    "code|reference",
    "the {l} of {o} is {v}|{s} has the {l} {v}|{p} {l} reads {v}|use the {l} {v} for {o}|{o} was given the {l} {v}|look up {o} by its {l}, {v}",
    "what is the {l} of {o}|which {l} does {s} have|what {l} was given to {o}|what is {p} {l}|what {l} should I use for {o}|by which {l} can I look up {o}",
  ),
  count: family(
    "spare|trained|registered|missing|new|empty|rented|planned|broken|public|heated|covered|reserved|locked|tested|sold|unused|donated|returned",
    "chairs|lamps|rooms|lockers|desks|windows|doors|beds|bicycles|vehicles|cameras|books|boxes|tickets|keys|volunteers|pupils|visitors|trees|beehives|machines|screens",
    "number",
    "the number of {l} at {o} is {v}|{s} has {v} {l}|there are {v} {l} at {o}|{v} {l} belong to {o}|we counted {v} {l} at {o}|{o} reports {v} {l}",
    "how many {l} does {s} have|how many {l} are there at {o}|what is the number of {l} at {o}|how many {l} belong to {o}|what count of {l} does {s} report",
  ),
  span: family(
    "waiting|drying|training|trial|cooling|warm-up|repair|loading|review|rest|payment|setting|storage|response|charging|transition|quarantine|soaking|ripening|grace|curing|probation",
    "time|period|phase",
    "days|minutes|months|hoursLong",
    "the {l} of {o} is {v}|{s} has a {l} of {v}|{p} {l} lasts {v}|for {o} a {l} of {v} applies|allow {v} as the {l} of {o}",
    "how long is the {l} of {o}|what is the {l} of {o}|how long does the {l} of {o} last|what {l} applies to {o}|for what length of time does the {l} of {o} go on",
  ),
};

export const FAMILY_NAMES: readonly string[] = Object.keys(FAMILIES);

/** Whether a composed label may be used in a split. */
export function isLabelOf(label: string, split: Random["split"]): boolean {
  return (splitOf(`label ${label}`) === "test") === (split === "test");
}

const made = new Map<string, Attribute>();

/** Draws a composed attribute of a family whose label the split may use. */
export function composedAttribute(random: Random, familyName: string): Attribute {
  const family = FAMILIES[familyName];
  if (!family) throw new RangeError(`No family of labels ${familyName}.`);
  for (;;) {
    const [last = "", kind] = random.pick(family.lasts).split(":");
    const label = `${random.pick(family.firsts)} ${last}`;
    if (!isLabelOf(label, random.split)) continue;
    const value = kind ?? random.pick(family.values);
    const key = `${label}/${value}`;
    let result = made.get(key);
    if (!result) {
      const fill = (text: string): string => withArticle(text.replaceAll("{l}", label));
      const name = familyName === "count" ? `number of ${label}` : label;
      const own = attribute(name, value, fill(family.statements), fill(family.questions), `composed ${label}`);
      const [more, further] = [WORDINGS_COMPOSED, FURTHER_COMPOSED].map((table) => {
        const [statements, questions] = table[familyName] ?? ["", ""];
        return [fill(statements), fill(questions)] as const;
      }) as [readonly [string, string], readonly [string, string]];
      result = withFurther(withWordings(own, more), further);
      made.set(key, result);
    }
    return result;
  }
}

/** Turns "a" into "an" before a written vowel. */
export function withArticle(text: string): string {
  return text.replace(/\b(a) (?=[aeio]|u(?!s|ni))/gi, (_, article: string) => `${article}n `);
}
