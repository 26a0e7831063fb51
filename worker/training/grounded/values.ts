/**
 * Generators of values by kind: measures, money, dates and times, names, codes, short phrases. Every kind is wide
 * enough that each split owns some of it. A value is a string that stands in a passage letter by letter.
 */
import { caseNumber, codeName, brandName, personName, placeName } from "./names.ts";
import { PHRASES } from "./phrases.ts";
import type { Random } from "./random.ts";

type Draw = (random: Random) => string;

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const NUMBER_WORDS =
  "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty".split(
    " ",
  );

/** A whole number with or without a thousands comma. */
function grouped(random: Random, value: number): string {
  return value >= 1000 && random.chance(0.7) ? String(value).replace(/\B(?=(\d{3})+$)/g, ",") : String(value);
}

/** A number of one to three significant digits between two bounds. */
function amount(random: Random, low: number, high: number): string {
  const value = low * Math.pow(high / low, random.next());
  if (value < 20 && random.chance(0.4)) return (Math.round(value * 10) / 10).toFixed(1);
  const step =
    value >= 10000 ? 100 : value >= 1000 && random.chance(0.6) ? 10 : value >= 100 && random.chance(0.6) ? 5 : 1;
  return grouped(random, Math.max(step, Math.round(value / step) * step));
}

function measure(low: number, high: number, ...units: string[]): Draw {
  return (random) => {
    const text = amount(random, low, high);
    const unit = random.pick(units);
    return unit.startsWith("°") || unit !== "%" ? `${text} ${unit}` : `${text}%`;
  };
}

function money(low: number, high: number): Draw {
  return (random) => {
    const text = amount(random, low, high).replace(/\.(\d)$/, ".$10");
    const form = random.integer(0, 7);
    if (form < 2) return `$${text}`;
    if (form < 4) return `${random.pick(["€", "£"])}${text}`;
    if (form === 4) return `${random.pick(["EUR", "USD", "GBP", "CHF"])} ${text}`;
    return `${text} ${random.pick(["euros", "dollars", "pounds", "francs", "crowns"])}`;
  };
}

function year(random: Random): string {
  return String(random.integer(1780, 2029));
}

function date(random: Random): string {
  const day = random.integer(1, 28);
  const month = random.pick(MONTHS);
  switch (random.integer(0, 5)) {
    case 0:
      return `${day} ${month}`;
    case 1:
      return `${month} ${day}, ${random.integer(1995, 2031)}`;
    case 2:
      return `${random.integer(1995, 2031)}-${String(random.integer(1, 12)).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
    case 3:
      return `${month} ${random.integer(1995, 2031)}`;
    default:
      return `${day} ${month} ${random.integer(1995, 2031)}`;
  }
}

function time(random: Random): string {
  const minute = random.pick(["00", "15", "30", "45", String(random.integer(1, 11) * 5).padStart(2, "0")]);
  const hour = random.integer(1, 12);
  switch (random.integer(0, 4)) {
    case 0:
      return `${hour}:${minute} ${random.pick(["am", "pm"])}`;
    case 1:
      return `${hour} ${random.pick(["am", "pm", "o'clock in the morning", "o'clock in the evening"])}`;
    default:
      return `${String(random.integer(5, 23)).padStart(random.chance(0.5) ? 2 : 1, "0")}:${minute}`;
  }
}

function hours(random: Random): string {
  const [from, to] = [random.integer(6, 11), random.integer(3, 9)];
  const half = (): string => random.pick(["", "", ":30", ":15", ":45"]);
  if (random.chance(0.4)) {
    return `${from}${half() || ":00"} to ${to + 12}${half() || ":00"}`;
  }
  const days = random.pick(["", "", " on weekdays", " every day", " from Monday to Friday", " except on Mondays"]);
  return `${from}${half()} am to ${to}${half()} pm${days}`;
}

function duration(low: number, high: number, ...units: string[]): Draw {
  return (random) => {
    const count = random.integer(low, high);
    const word = NUMBER_WORDS[count - 2];
    return `${word !== undefined && random.chance(0.4) ? word : String(count)} ${random.pick(units)}`;
  };
}

function frequency(random: Random): string {
  const unit = random.pick(["days", "weeks", "months", "hours", "years"]);
  const count = random.integer(2, unit === "hours" ? 400 : unit === "years" ? 9 : 40);
  switch (random.integer(0, 4)) {
    case 0:
      return `${random.pick(["twice", "once", "three times", "four times"])} a ${random.pick(["day", "week", "month", "year", "season"])}`;
    case 1:
      return `every ${random.pick(["other ", "second ", "first ", "last ", "third ", ""])}${random.pick([...WEEKDAYS, ...MONTHS])}`;
    default:
      return `every ${random.chance(0.3) ? (NUMBER_WORDS[count - 2] ?? count) : count} ${unit}`;
  }
}

function weekdays(random: Random): string {
  const [first, second, third] = random.shuffle(WEEKDAYS) as [string, string, string];
  const part = random.pick([" mornings", " afternoons", " evenings", "s", ""]);
  if (random.chance(0.4)) return `${first}${part || "s"}`;
  if (random.chance(0.3)) return `${first}s, ${second}s and ${third}s`;
  return part === "s" ? `${first}s and ${second}s` : `${first} and ${second}${part}`;
}

function listed(items: string[]): string {
  return items.length === 1 ? (items[0] as string) : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** Two or three different things of a phrase family. */
function list(kind: string): Draw {
  const draw = phrase(kind);
  return (random) => {
    const items = new Set<string>();
    const count = random.integer(2, 3);
    for (let i = 0; i < 12 && items.size < count; i++) items.add(draw(random));
    return listed([...items]);
  };
}

/** A phrase whose parts, between spaces, are drawn from columns; an empty column entry leaves nothing. */
export function phrase(kind: string): Draw {
  const variants = PHRASES[kind];
  if (!variants) throw new RangeError(`No phrases of the kind ${kind}.`);
  const columns = variants.map((variant) => variant.split(" + ").map((column) => column.split("|")));
  return (random) =>
    random
      .pick(columns)
      .map((column) => random.pick(column))
      .filter((part) => part !== "")
      .join(" ");
}

function count(low: number, high: number, ...nouns: string[]): Draw {
  return (random) => {
    const value = random.integer(low, random.chance(0.5) ? Math.min(high, low + 40) : high);
    const word = NUMBER_WORDS[value - 2];
    const number = word !== undefined && random.chance(0.4) ? word : grouped(random, value);
    return nouns.length > 0 ? `${number} ${random.pick(nouns)}` : number;
  };
}

const KINDS: Readonly<Record<string, Draw>> = {
  weight: measure(2, 9000, "kg", "kg", "kilograms", "tonnes", "pounds"),
  grams: measure(5, 900, "g", "grams"),
  length: measure(2, 400, "metres", "m", "feet", "metres"),
  size: measure(3, 900, "cm", "mm", "centimetres", "inches"),
  depth: measure(3, 6000, "metres", "m", "feet"),
  distance: measure(2, 900, "km", "kilometres", "miles"),
  area: measure(20, 9000, "square metres", "hectares", "acres", "m²"),
  volume: measure(2, 9000, "litres", "l", "cubic metres", "gallons"),
  millilitres: measure(5, 900, "ml", "millilitres"),
  temperature: measure(2, 280, "°C", "degrees", "degrees Celsius", "°F"),
  pressure: measure(1, 400, "bar", "psi", "kPa"),
  power: measure(2, 5000, "watts", "kW", "W", "horsepower"),
  voltage: measure(3, 480, "volts", "V"),
  noise: measure(20, 120, "decibels", "dB"),
  speed: measure(3, 400, "km/h", "knots", "mph", "kilometres per hour"),
  flow: measure(3, 900, "litres per minute", "litres an hour", "cubic metres an hour"),
  data: measure(2, 900, "GB", "MB", "megabytes", "gigabytes"),
  percent: measure(1, 98, "%", "percent", "per cent"),
  dose: measure(2, 900, "mg", "milligrams", "micrograms"),
  price: money(3, 40000),
  smallPrice: money(2, 300),
  bigPrice: money(2000, 9000000),
  year,
  date,
  time,
  hours,
  weekdays,
  frequency,
  years: duration(2, 40, "years", "years", "months"),
  months: duration(2, 60, "months", "weeks", "years"),
  days: duration(2, 90, "days", "working days", "weeks", "business days"),
  hoursLong: duration(2, 72, "hours", "hours", "days"),
  minutes: duration(3, 95, "minutes", "minutes", "min"),
  person: personName,
  place: placeName,
  code: (random) => (random.chance(0.5) ? caseNumber(random) : codeName(random)),
  reference: caseNumber,
  brand: brandName,
  phone: (random) => {
    const part = (low: number, high: number): string => String(random.integer(low, high));
    return `${random.pick(["0", "+4", "+3", "01"])}${part(1, 99)} ${part(100, 999)} ${part(1000, 9999)}`;
  },
  email: (random) =>
    `${random.pick(["info", "desk", "office", "help", "hello", "mail"])}@${brandName(random).toLowerCase()}.example`,
  people: count(3, 2500, "people", "people", "persons"),
  number: count(3, 4000),
  staff: count(3, 400, "people", "employees", "members of staff"),
  copies: count(3, 9000, "copies", "items", "pieces"),
  seats: count(4, 3000, "seats", "places"),
  young: count(2, 30, "cubs", "chicks", "young", "pups", "eggs", "kittens"),
  pages: count(12, 1400, "pages"),
  population: count(40, 9000, "inhabitants", "people", "residents"),
  players: (random) =>
    `${random.integer(2, 9)} to ${random.integer(10, 40)} ${random.pick(["players", "people", "children"])}`,
  platform: (random) =>
    `${random.pick(["platform", "track", "gate", "stand", "pier"])} ${random.integer(1, 60)}${random.pick(["", "", "A", "B", "C"])}`,
  monthSpan: (random) =>
    `from ${random.pick(["early ", "late ", "mid ", "", ""])}${random.pick(MONTHS)} to ${random.pick(["early ", "late ", "mid ", ""])}${random.pick(MONTHS)}`,
  rooms: count(3, 300, "rooms"),
  members: count(5, 4000, "members"),
  version: (random) =>
    `${random.chance(0.5) ? "version " : ""}${random.integer(1, 24)}.${random.integer(0, 20)}${random.chance(0.4) ? `.${random.integer(0, 30)}` : ""}`,
  foods: list("food"),
  tools: list("tool"),
  materials: list("material"),
  subjects: list("subject"),
  study: phrase("subject"),
  persons: (random) => `${personName(random)} and ${personName(random)}`,
  places: (random) => `${placeName(random)} and ${placeName(random)}`,
};

const drawers = new Map<string, Draw>();

/** Draws a value of a kind that the split owns. Throws RangeError for an unknown kind. */
export function drawValue(random: Random, kind: string): string {
  let draw = drawers.get(kind);
  if (!draw) {
    draw = KINDS[kind] ?? phrase(kind);
    drawers.set(kind, draw);
  }
  return random.owned(draw);
}

export const VALUE_KINDS: readonly string[] = [...Object.keys(KINDS), ...Object.keys(PHRASES)];
