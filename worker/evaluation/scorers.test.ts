// Scorers against cases worked out by hand, and patterns against the engine's own regular expressions.
import { describe, expect, it } from "vitest";
import type { ScorerId } from "../contract/evaluation.ts";
import { Random } from "../training/random.ts";
import { compilePattern, limits } from "./pattern.ts";
import { scorerOf, scorers } from "./scorers.ts";

const scoreOf = (id: ScorerId, answer: string, expected: string) => scorers[id].score(answer, expected).score;
const whyOf = (id: ScorerId, answer: string, expected: string) => scorers[id].score(answer, expected).why;

describe("exact match", () => {
  it.each([
    [" yes\n", "yes", 1],
    ["Yes", "yes", 0],
    ["", "", 1],
    ["", "yes", 0],
  ])("%j for %j: %d", (answer, expected, score) => expect(scoreOf("exact-match", answer, expected)).toBe(score));
  it("says when little is missing", () => {
    expect(whyOf("exact-match", "The Pump.", "pump")).toBe("Only capitals, punctuation or articles differ.");
    expect(whyOf("exact-match", "valve", "pump")).toBe("The answer differs.");
  });
});

describe("token F1", () => {
  // 2·shared / (said + expected), counted by hand after normalisation.
  it.each([
    ["The Pump, station!", "pump station", 1],
    ["a pump", "pump station", 2 / 3],
    ["pump pump", "pump", 2 / 3], // a word counts as often as it is expected
    ["valve", "pump", 0],
    ["the", "", 1], // neither has a word
    ["", "pump", 0],
    ["KX-204", "kx204", 1], // punctuation goes without a gap, as in SQuAD
    ["Ändern", "ändern", 1],
    ["an_apple", "anapple", 1],
    ["Theatre", "atre", 0], // an article is a whole word
    ["“so”", "so", 1],
    ["水泵站", "水泵", 4 / 5],
  ])("%j for %j: %d", (answer, expected, score) =>
    expect(scoreOf("token-f1", answer, expected)).toBeCloseTo(score, 12),
  );
});

describe("contains", () => {
  it.each([
    ["It is  the\nPump.", "the pump", 1],
    ["pump", "the pump", 0],
    ["anything", " ", 0],
  ])("%j holds %j: %d", (answer, expected, score) => expect(scoreOf("contains", answer, expected)).toBe(score));
});

describe("JSON equals", () => {
  it.each([
    ['{"b":[1,{"c":null}],"a":"x"}', ' {"a":"x","b":[1.0,{"c":null}]}', ""],
    ['{"a":1e0,"b":-0}', '{"a":1,"b":0}', ""],
    ["2", "2.0", ""],
    ['{"a":1}', '{"a":"1"}', 'a is 1, expected "1".'],
    ['{"a":{"b":2}}', '{"a":{"b":3}}', "a.b is 2, expected 3."],
    ["[1,2]", "[2,1]", "[0] is 1, expected 2; [1] is 2, expected 1."],
    ["[1]", "[1,2]", "[1] is missing."],
    ['{"a":1,"c":2}', '{"a":1}', "c is not expected."],
    ['{"toString":1}', "{}", "toString is not expected."],
    ["{}", '{"__proto__":1}', "__proto__ is missing."],
    ["[]", "{}", "the value is a list, expected an object."],
    ["null", "{}", "the value is null, expected an object."],
    ["[1,2,3,4,5]", "[0,0,0,0,0]", "[0] is 1, expected 0; [1] is 2, expected 0; [2] is 3, expected 0 (and 2 more)."],
    ['{"a":1', '{"a":1}', "The answer is not JSON."],
    ['Here: {"a":1}', '{"a":1}', "The answer is not JSON."],
    ["", "{}", "The answer is empty, not JSON."],
    ["{}", "{a:1}", "The expected text of this row is not JSON."],
  ])("%s for %s: %j", (answer, expected, why) => {
    expect(scorers["json-equals"].score(answer, expected)).toEqual({ score: why === "" ? 1 : 0, why });
  });
  it("is not brought down by depth", () => {
    const deep = (n: number, core: string) => `${"[".repeat(n)}${core}${"]".repeat(n)}`;
    expect(scoreOf("json-equals", deep(5_000, "1"), deep(5_000, "1"))).toBe(1);
    expect(scoreOf("json-equals", deep(5_000, "1"), deep(5_000, "2"))).toBe(0);
  });
});

describe("regular expression", () => {
  it("takes the row's expected text, or a pattern given", () => {
    expect(scoreOf("regular-expression", "seal 12 changed", "\\d{2} changed$")).toBe(1);
    expect(scorerOf({ id: "regular-expression", pattern: "^ok" }).score("ok then", "ignored").score).toBe(1);
    expect(scorerOf({ id: "regular-expression", pattern: "^ok" }).score("not ok", "ignored").why).toMatch(
      /does not occur/,
    );
  });

  const patterns = [
    ...[
      "a|b|",
      "^(a|ab)(c|bcd)$",
      "(a+)+$",
      "(?:a*)*b",
      "a?a?a?aaa",
      "(a|a)*b",
      "x{2}",
      "(ab){2,3}$",
      "(a{0,2}){2}b",
      "a{2,}b",
      "()",
      "",
    ],
    ...[
      "(?<year>\\d+)b",
      "[^a]b",
      "[\\]a]",
      "\\bab\\b",
      "\\Bb",
      "a.b",
      "a\\.b",
      "\\p{L}+\\d",
      "(^a|b$)",
      "((a|b)*c){1,2}",
      "a*?b",
      "\\u0061b",
    ],
    ...["😀+", "\\ud83d\\ude00b", "^.$", "(?:a|(?:b|c(?:a|b)))c", "(a|b{2}|)*c", "[a-c&&b]", "^$", "(?:|a)+b", "a{0}b"],
  ];
  it.each(patterns)("agrees with the engine on %j", (pattern) => {
    const occurs = compilePattern(pattern);
    const random = new Random(1);
    for (let i = 0; i < 400; i++) {
      const text = Array.from(
        { length: random.below(9) },
        () => ["a", "b", "c", "x", "1", " ", ".", "😀", "]"][random.below(i % 2 ? 3 : 9)],
      );
      expect(occurs(text.join("")), text.join("")).toBe(RegExp(pattern, "u").test(text.join("")));
    }
  });

  it.each(["(a+)+$", "(a|aa)+$", "(.*)*x$", "(?:a?){30}a{30}b", ".*.*.*.*.*x$"])(
    "is done with %s in no time",
    (pattern) => {
      const start = performance.now();
      expect(compilePattern(pattern)("a".repeat(5_000) + "!")).toBe(false);
      expect(performance.now() - start).toBeLessThan(5_000); // by backtracking, longer than the universe is old
    },
  );

  it.each([
    ["(", /Invalid regular expression/],
    ["(a)\\1", /back references/],
    ["(?<n>a)\\k<n>", /back references/],
    ["(?=a)", /lookaround/],
    ["(?<!a)b", /lookaround/],
    ["a{501}", /more than 500 times/],
    ["((a{99}){99}){99}", /too large/],
    ["((){500}){501}", /more than 500/],
    ["a".repeat(limits.patternLength + 1), /longer than/],
  ])("refuses %.20s", (pattern, reason) => {
    expect(() => scorerOf({ id: "regular-expression", pattern })).toThrow(reason);
    expect(whyOf("regular-expression", "a", pattern)).toMatch(reason); // a bad row is a wrong row with a reason
  });
  it("does not try an endless answer", () => {
    expect(whyOf("regular-expression", "a".repeat(limits.textLength + 1), "a")).toMatch(
      /longer than the 10000 characters/,
    );
  });
});

it("every scorer says what it is", () => {
  for (const { label, sentence } of Object.values(scorers)) {
    expect(label).toMatch(/^[A-Z]/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});
