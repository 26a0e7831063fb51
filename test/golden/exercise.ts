// Writes the default exercise: 300 field inspection notes and the JSON that each one asks for, split 200/50/50.
//   npx -y tsx test/golden/exercise.ts        → web/public/exercise/{train,valid,test}.jsonl and README.md
// It is made for loam-chat, which copies words well and knows no JSON: what is copied (site, asset) stands at the start of the
// note, as the same tokens that the answer needs; what is mapped (status, severity, action) has two wordings a value. No site
// with its number and no asset code stands in two notes, so nothing of a test row can be remembered from the training rows.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { Random } from "../../worker/training/random.ts";
import { card } from "./exercise-card.ts";

export const folder = "web/public/exercise";
export const splits = { train: 200, valid: 50, test: 50 } as const; // rows
export type SplitName = keyof typeof splits;

const statuses = ["ok", "leak", "crack", "rust", "blocked", "loose"] as const;
const actions = ["none", "replace", "repair", "clean", "tighten", "watch"] as const;

/** What an answer is: exactly these fields, in this order. A note of status ok has severity 0 and action none, no other has. */
export const ReportSchema = v.pipe(
  v.strictObject({
    site: v.pipe(v.string(), v.regex(/^[A-Z][a-z]+ [a-z]+ \d{1,2}$/)),
    asset: v.pipe(v.string(), v.regex(/^[A-Z]{2}-\d{3}$/)),
    status: v.picklist(statuses),
    severity: v.picklist([0, 1, 2, 3]),
    action: v.picklist(actions),
  }),
  v.check((r) => (r.status === "ok") === (r.severity === 0) && (r.status === "ok") === (r.action === "none")),
);
export type Report = v.InferOutput<typeof ReportSchema>;
export interface Row {
  readonly messages: readonly [
    { readonly role: "user"; readonly content: string },
    { readonly role: "assistant"; readonly content: string },
  ];
}

const sites =
  "North quay|South quay|Mill lane|Pump station|Water tower|Green park|Station road|Market hall|School yard|Old bridge|Power house|River bank";
const prefixes = "KX|PV|MT|BR|GL|TS|VN|HD|WP|CF";

/** How a note says each value, ready to stand inside a sentence. */
const wordings = {
  status: {
    ok: ["no faults found", "works as it should"],
    leak: ["drips at the seal", "oil runs out below"],
    crack: ["the glass is broken", "the frame is split"],
    rust: ["brown and rusty", "the base is corroded"],
    blocked: ["full of leaves", "sand in the filter"],
    loose: ["moves on its base", "two screws are missing"],
  },
  severity: {
    0: [],
    1: ["only slight", "can wait"],
    2: ["getting worse", "needed this month"],
    3: ["a danger to people", "very urgent"],
  },
  action: {
    none: ["nothing to do", "left as it is"],
    replace: ["fit a new one", "order a spare part"],
    repair: ["send a welder", "mend it on site"],
    clean: ["wash it out", "brush it down"],
    tighten: ["use the torque wrench", "turn the nuts home"],
    watch: ["look again next week", "keep an eye on it"],
  },
} as const;

/** What is done about each fault. */
const remedies = {
  leak: ["replace", "tighten", "watch"],
  crack: ["replace", "repair", "watch"],
  rust: ["repair", "clean", "watch"],
  blocked: ["replace", "clean"],
  loose: ["repair", "tighten", "watch"],
} as const;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)];
const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** Draws until the text is new, and remembers it. */
function fresh(used: Set<string>, draw: () => string): string {
  for (;;) {
    const text = draw();
    if (used.has(text)) continue;
    used.add(text);
    return text;
  }
}

/** What a note says about the asset, in one of two orders. */
function remarks(random: Random, { status, severity, action }: Report): string {
  const found = pick(random, wordings.status[status]);
  const done = sentence(pick(random, wordings.action[action]));
  if (severity === 0) return `${found}. ${done}`;
  const weight = pick(random, wordings.severity[severity]);
  return random.below(2) === 0 ? `${found}, ${weight}. ${done}` : `${found}. ${done} ${sentence(weight)}`;
}

/** One row. `used` holds every site, asset and note before it. */
function row(random: Random, used: Set<string>): Row {
  const site = fresh(used, () => `${pick(random, sites.split("|"))} ${1 + random.below(99)}`);
  const asset = fresh(used, () => `${pick(random, prefixes.split("|"))}-${100 + random.below(900)}`);
  const status = pick(random, statuses);
  const report: Report =
    status === "ok"
      ? { site, asset, status, severity: 0, action: "none" }
      : { site, asset, status, severity: pick(random, [1, 2, 3] as const), action: pick(random, remedies[status]) };
  return {
    messages: [
      { role: "user", content: `${site} (${asset}): ${remarks(random, report)}\nJSON:` },
      { role: "assistant", content: JSON.stringify(report) },
    ],
  };
}

/** Name → text of every file of the exercise, the same on every machine. */
export function exercise(): Record<string, string> {
  const random = new Random(20_26);
  const used = new Set<string>();
  const lines = (count: number) =>
    Array.from({ length: count }, () => `${JSON.stringify(row(random, used))}\n`).join("");
  const rows = Object.entries(splits).map(([name, count]) => [`${name}.jsonl`, lines(count)]);
  return { ...(Object.fromEntries(rows) as Record<string, string>), "README.md": card() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(exercise())) writeFileSync(join(folder, name), text);
}
