// The scorer for structured answers: equal as JSON, whatever the order of keys, the spaces or the way a number is written.
import type { Score } from "../contract/evaluation.ts";

const shownDifferences = 3;

/** 1 when both texts are JSON and equal in depth. Numbers go by value (1, 1.0, 1e0), as doubles; the order of a list counts. */
export function jsonEquals(answer: string, expected: string): Score {
  const wanted = parse(expected);
  if (wanted === undefined) return { score: 0, why: "The expected text of this row is not JSON." };
  const said = parse(answer);
  if (said === undefined)
    return { score: 0, why: answer.trim() === "" ? "The answer is empty, not JSON." : "The answer is not JSON." };
  const found = differences(said.value, wanted.value);
  if (found.length === 0) return { score: 1, why: "" };
  const more = found.length > shownDifferences ? ` (and ${found.length - shownDifferences} more)` : "";
  return { score: 0, why: `${found.slice(0, shownDifferences).join("; ")}${more}.` };
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** What differs, by path, in the order of the expected value. A loop and no recursion: depth is the answer's to choose. */
function differences(said: unknown, wanted: unknown): string[] {
  const found: string[] = [];
  const open: [path: string, said: unknown, wanted: unknown][] = [["", said, wanted]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, a, e] = next;
    if (a === e) continue;
    if (!isTree(a) || !isTree(e) || Array.isArray(a) !== Array.isArray(e)) {
      found.push(`${path || "the value"} is ${brief(a)}, expected ${brief(e)}`);
      continue;
    }
    const at = (key: string) => (Array.isArray(e) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
    for (const key of Object.keys(e)) if (!Object.hasOwn(a, key)) found.push(`${at(key)} is missing`);
    for (const key of Object.keys(a)) if (!Object.hasOwn(e, key)) found.push(`${at(key)} is not expected`);
    const shared = Object.keys(e).filter((key) => Object.hasOwn(a, key));
    for (const key of shared.reverse()) open.push([at(key), a[key], e[key]]);
  }
  return found;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function brief(value: unknown): string {
  if (isTree(value)) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
