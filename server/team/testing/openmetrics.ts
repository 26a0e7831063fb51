// A strict reader of OpenMetrics text, for tests: what the specification (1.0.0) says must be, or it throws.
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([+-]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|Inf)|NaN)$/i;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/;

/** What may follow a family's name in its samples. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count", "_created"],
};

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly samples: Sample[];
}

/** The families of a text by name. Throws for anything that a strict reader would refuse. */
export function readOpenMetrics(text: string): Map<string, Family> {
  const lines = text.split("\n");
  demand(lines.at(-1) === "" && lines.at(-2) === "# EOF", "the text must end with # EOF and a line break");
  const families = new Map<string, Family>();
  const helps = new Set<string>();
  let family: Family | undefined;
  for (const line of lines.slice(0, -2)) {
    const [, keyword, name = "", rest = ""] = /^# (\w+) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      demand(NAME.test(name) && !helps.has(name) && !families.has(name), line);
      helps.add(name);
    } else if (keyword === "TYPE") {
      demand(NAME.test(name) && !families.has(name) && rest in suffixes, line);
      demand(!/_(total|created|bucket|count|sum|info)$/.test(name), `${name} ends as a sample's name does`);
      families.set(name, (family = { name, type: rest, samples: [] }));
    } else {
      demand(keyword === undefined && family !== undefined, line);
      family!.samples.push(sampleOf(line, family!));
    }
  }
  for (const one of families.values()) check(one);
  return families;
}

function sampleOf(line: string, { name: family, type }: Family): Sample {
  const [, name = "", inner = "", value = ""] = SAMPLE.exec(line) ?? [];
  demand(suffixes[type].some((suffix) => name === family + suffix), `${line} is not of the ${type} ${family}`); // prettier-ignore
  const labels: Record<string, string> = {};
  for (let rest = inner; rest !== "";) {
    const [all, label, text] = LABEL.exec(rest) ?? demand(false, `the labels of ${line}`);
    demand(!(label in labels), `${label} is twice in ${line}`);
    labels[label] = text;
    rest = rest.slice(all.length);
  }
  return { name, labels, value: Number(value.replace(/Inf$/i, "Infinity")) };
}

function check({ name, type, samples }: Family): void {
  const seen = samples.map((sample) => `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`);
  demand(new Set(seen).size === seen.length, `${name} has a sample twice`);
  if (type === "counter") demand(samples.every(({ value }) => value >= 0), `${name} is below 0`); // prettier-ignore
  if (type !== "histogram") return;
  const labelsOf = ({ labels: { le: _, ...labels } }: Sample) => JSON.stringify(Object.entries(labels).sort());
  for (const labels of new Set(samples.map(labelsOf))) {
    const row = samples.filter((sample) => labelsOf(sample) === labels);
    const buckets = row.filter((sample) => sample.name.endsWith("_bucket"));
    const bounds = buckets.map(({ labels: { le } }) => Number(le.replace("+Inf", "Infinity")));
    const counts = buckets.map(({ value }) => value);
    demand(isRising(bounds) && isRising(counts) && bounds.at(-1) === Infinity, `the buckets of ${name}${labels}`);
    const count = row.find((sample) => sample.name.endsWith("_count"))?.value;
    demand(count === counts.at(-1), `the count of ${name}${labels}`);
  }
}

const isRising = (numbers: readonly number[]): boolean =>
  numbers.length > 0 && numbers.every((number, i) => i === 0 || number >= numbers[i - 1]);

function demand(isTrue: boolean, what: string): asserts isTrue;
function demand(isTrue: false, what: string): never;
function demand(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`no OpenMetrics: ${what}`);
}
