import { expect, test } from "vitest";
import { marked } from "./marking.ts";

test.each([
  ["No deeper than 45 m (K4).", "DEEPER (k4)", "No [deeper] than 45 m [(K4)]."],
  ["a.b acb", "a.b", "[a.b] acb"],
  ["nothing here", "", "nothing here"],
  ["aaa", "aa a", "[aa][a]"],
])("%j marked by %j", (line, query, expected) => {
  const pieces = marked(line, query);
  expect(pieces.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join("")).toBe(expected);
  expect(pieces.map(({ text }) => text).join("")).toBe(line);
});
