// One JSON value from its source text, with what JSON.parse passes over in silence. Does not know what the value is for.
import { fail } from "../contract/index.ts";

/** The value of a JSON text. Throws invalid-argument for one that is no JSON or names a key twice. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return fail({ code: "invalid-argument", name: "", reason: `is not JSON: ${hint(text, cause)}` }, cause);
  }
  const twice = keyTwice(text);
  if (twice !== undefined) fail({ code: "invalid-argument", name: twice, reason: "stands twice in one object" });
  return value;
}

function hint(text: string, cause: unknown): string {
  const end = text.trimEnd();
  if (/,\s*[}\]]/.test(end)) return "a comma stands before a closing bracket";
  if (end.endsWith(",")) return "the line ends in a comma";
  if (/^[{[]/.test(end.trimStart()) && !/[}\]]$/.test(end)) return "it ends in the middle";
  // The engine quotes the source, which may be long.
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ").slice(0, 120);
}

/** A key that one object of a valid JSON text has twice. */
function keyTwice(text: string): string | undefined {
  const open: (Set<string> | null)[] = []; // the keys of each open object; null for an array
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (key !== undefined) {
      const name = JSON.parse(key) as string;
      if (open.at(-1)?.has(name)) return name;
      open.at(-1)?.add(name);
    } else if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
  }
  return undefined;
}
