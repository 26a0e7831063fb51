import { describe, expect, test } from "vitest";
import { toBlocks } from "./markdown.ts";

const known = (marker: number) =>
  marker <= 2 ? { number: marker, label: `Source ${marker}`, isMissing: marker === 2 } : undefined;
const html = (source: string) => toBlocks(source, known).join("");

describe("Markdown of answers", () => {
  test("[n] of a known source is a button, an unknown one stays text", () => {
    expect(html("Down to 45 m. [1]")).toContain('data-marker="1" data-order="0" aria-label="Source 1">1</button>');
    expect(html("As in [7].")).toBe("<p>As in [7].</p>\n");
  });
  test("a quotation that is not in the source is marked", () => {
    expect(html("So it is [2].")).toContain('class="citation missing"');
  });
  test("markers are counted across blocks", () => {
    expect(html("One [1].\n\nTwo [1].")).toContain('data-marker="1" data-order="1"');
  });
  test("raw HTML is shown, not run", () => {
    expect(html('<img src="https://evil.example/x"><b>hi</b>')).not.toMatch(/<img|<b>/);
    expect(html("a <script>alert(1)</script> b")).not.toContain("<script");
  });
  test("no image is ever loaded: its description stands for it", () => {
    expect(html("![a pump](https://evil.example/x.png)")).toBe('<p><span class="image">a pump</span></p>\n');
  });
  test("a link is a button that asks first; other schemes are text", () => {
    expect(html("[site](https://example.org/?a=1&b=2)")).toContain('data-href="https://example.org/?a=1&amp;b=2"');
    expect(html("[x](javascript:alert(1))")).toBe("<p>x</p>\n");
    expect(html('[x](https://a.example/"onclick="y)')).not.toContain('"onclick=');
  });
  test("blocks come one by one, so that finished ones stay as they are", () => {
    const before = toBlocks("First.\n\nSec", known);
    const after = toBlocks("First.\n\nSecond.", known);
    expect(before).toHaveLength(2);
    expect(after[0]).toBe(before[0]);
  });
  test("headings of an answer start below the page's own", () => {
    expect(html("# Big")).toBe("<h3>Big</h3>");
  });
});

test.each(["45. [1]", "2019.", "7) [1] [2]"])("%s is an answer, not a list", (answer) => {
  const [html] = toBlocks(answer, (number) => ({ number, label: "Source", isMissing: false }));
  expect(html).toMatch(/^<p>\d/);
});
test("a list of steps stays a list", () => {
  expect(toBlocks("1. Open the valve.\n2. Wait.")[0]).toMatch(/^<ol>/);
});
