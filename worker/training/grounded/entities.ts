/** Makes entities: a name of the domain's kind and the noun phrases by which a text refers to it. */
import { brandName, caseNumber, codeName, isFemale, personName, placeName, siblingName } from "./names.ts";
import { splitOf, type Random } from "./random.ts";
import type { Domain, Entity } from "./types.ts";

const list = (text: string): readonly string[] => text.split("|");

const PLAIN = list(
  "blue|red|old|new|small|large|north|south|east|west|green|white|grey|upper|lower|long|round|quiet|yellow|brown|black|golden|silver|crested|spotted|striped|marsh|river|stone|garden|guest|family|winter|summer|corner|copper|pale|broad|narrow|hidden",
);
const DISH = list(
  "lentil|fennel|pumpkin|barley|leek|mushroom|plum|almond|carrot|potato|bean|apple|walnut|tomato|spinach|onion|rice|pear|cherry|chickpea|celery|lemon|ginger|beetroot|cabbage|pepper|fish|cheese|herb|corn|quince|hazelnut",
);
const THEMES = list(
  "Jazz|Book|Harvest|Film|Light|Sailing|Garden|Glass|Science|Folk|Pottery|Chess|Cheese|Poetry|Robotics|Winter|Kite|Bread|Energy|Flower|Bicycle|Design|Health|Music|Ocean|Toy|Photo|Wool",
);
const SHIP = list("MV|MS|Blue|Northern|Silver|Queen|Star of|Lady|Grey|Morning");

const WORK = list(
  "the|a|our|that|my|every|one|no|another|beyond the|under the|return to the|letters from the|songs of the",
);
const WORK_ENDS = list(
  "Lantern|Harbour|Orchard|Bridge|Letter|Compass|Window|Island|Garden|Clock|Mirror|Winter|Road|Feather|Key|Tide|Lighthouse|Piano|Summer|Map|Staircase|Train|Well|Mountain|River|House|Coast|Kitchen|Field|Forest",
);

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function drawName(random: Random, domain: Domain, noun: string): string {
  switch (domain.nameKind) {
    case "code":
      return codeName(random);
    case "proper":
      return brandName(random);
    case "person":
      return personName(random);
    case "organisation":
      return `${random.chance(0.8) ? placeName(random) : brandName(random)} ${title(noun)}`;
    case "event":
      return `${placeName(random)} ${random.chance(0.8) ? `${random.pick(THEMES)} ` : ""}${title(noun)}`;
    case "ship":
      return random.chance(0.6) ? `${random.pick(SHIP)} ${brandName(random)}` : brandName(random);
    case "numbered":
      return caseNumber(random);
    case "dish":
      return `${random.pick(DISH)} and ${random.pick(DISH)} ${noun}`;
    case "work":
      return title(random.pick(WORK)) + ` ${title(random.pick(PLAIN))} ${random.pick(WORK_ENDS)}`;
    case "plain":
      return `${random.pick(PLAIN)} ${random.chance(0.5) ? `${random.pick(PLAIN)} ` : ""}${noun}`;
  }
}

function mentionsOf(random: Random, domain: Domain, name: string, noun: string): string[] {
  switch (domain.nameKind) {
    case "code":
      return [`the ${name}`, `the ${name} ${noun}`, `the ${noun} ${name}`];
    case "proper":
      return [name, name, `the ${noun} ${name}`];
    case "ship":
      return [`the ${name}`, `the ${noun} ${name}`, name];
    case "work":
      return [`"${name}"`, `the ${noun} "${name}"`];
    case "numbered":
      return [`${noun} ${name}`, `the ${noun} ${name}`];
    case "person":
      return [name];
    default:
      return random.chance(0.8) || !/^[A-Z]/.test(name) ? [`the ${name}`] : [`the ${name}`, name];
  }
}

/** A repeated word ("red red fox", "plum and plum pie") spoils a name. */
function isRepeated(name: string): boolean {
  const parts = name.split(" ");
  return new Set(parts).size < parts.length;
}

function build(random: Random, domain: Domain, name: string, noun: string): Entity {
  const mentions = mentionsOf(random, domain, name, noun);
  if (domain.nameKind !== "person") return { domain, name, mentions, laterMentions: [`the ${noun}`], pronoun: "it" };
  const family = name.split(" ")[1] ?? name;
  const female = isFemale(name);
  return {
    domain,
    name,
    mentions,
    laterMentions: [family, name, `${female ? "Ms" : "Mr"} ${family}`],
    pronoun: female ? "she" : "he",
  };
}

/** Whether one name could be taken for another because it contains it. */
function areConfused(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x.includes(y) || y.includes(x);
}

/** Makes an entity whose name differs from those taken; `like` asks for a similar name and the same noun. */
export function makeEntity(random: Random, domain: Domain, taken: readonly Entity[], like?: Entity): Entity {
  const noun = like ? (like.laterMentions[0] ?? "").replace(/^the /, "") : random.pick(domain.nouns);
  const isClose = like !== undefined && /code|person|numbered|proper/.test(domain.nameKind);
  const ownNoun = domain.nameKind === "person" ? (domain.nouns[0] ?? "") : noun;
  for (let attempt = 0; ; attempt++) {
    // The likes of a name are few and may all belong to other splits.
    const isSibling = isClose && attempt < 20 && random.chance(0.9);
    const name = isSibling ? siblingName(random, like.name) : random.owned((r) => drawName(r, domain, ownNoun));
    if (splitOf(name) !== random.split || isRepeated(name)) continue;
    if (!taken.some((other) => areConfused(other.name, name))) return build(random, domain, name, ownNoun);
  }
}
