// What is read out of small files made here: types, encodings, structure, and each way to be unreadable.
import { expect, it } from "vitest";
import type { DocumentContent } from "../contract/index.ts";
import { maxTextBytes } from "./decode.ts";
import { extract, typeOf } from "./extract.ts";

const read = (name: string, ...parts: BlobPart[]) => extract(name, new Blob(parts));
const outline = ({ text, blocks }: Pick<DocumentContent, "text" | "blocks">) =>
  blocks.map(({ kind, start, end, level }) => `${kind}${level ?? ""}: ${text.slice(start, end)}`);
const refusal = (reason: string) => ({ detail: { code: "document-unreadable", reason } });

it("Markdown keeps headings, lists, tables and code, and loses its marks", async () => {
  const source = [
    "---\ntitle: Field notes\n---",
    "# Well &amp; pump",
    "A **bold** claim with a [link](https://example.org).\nSame paragraph.",
    "- first\n- second\n  1. inner",
    "| Part | Weight |\n|---|---|\n| Handle | 2 kg |\n| Head | 14 kg |",
    "```\nlet x = 1;\n```",
  ].join("\n\n");
  expect(outline(await read("notes.md", source))).toEqual([
    "paragraph: title: Field notes",
    "heading1: Well & pump",
    "paragraph: A bold claim with a link. Same paragraph.",
    "list-item: first",
    "list-item: second",
    "list-item: 1. inner",
    "table-row: Part: Handle; Weight: 2 kg",
    "table-row: Part: Head; Weight: 14 kg",
    "code: let x = 1;",
  ]);
});

it("a long Markdown text reads the same in sections as in one piece", async () => {
  const part = "## Part\n\nSome text here.\n\n- a\n- b\n\n```\n# no heading\n\nx\n```\n\n";
  const { blocks } = await read("long.md", part.repeat(2000));
  expect(blocks.length).toBe(2000 * 5);
  expect(blocks.filter(({ kind }) => kind === "heading").length).toBe(2000);
});

it("HTML gives what is visible: no scripts, no hidden parts, spanning cells under their headers", async () => {
  const page = `<html><body><script>bad()</script><h1>Title</h1><p>One<br>two <b>three</b></p><p hidden>secret</p>
    <table><tr><th rowspan=2>Name</th><th colspan=2>Size</th></tr><tr><th>w</th><th>h</th></tr>
    <tr><td>K4</td><td>3<br>cm</td><td>5 cm</td></tr></table>after</body></html>`;
  expect(outline(await read("page.html", page))).toEqual([
    "heading1: Title",
    "paragraph: One\ntwo three",
    "table-row: Name: K4; Size w: 3 cm; Size h: 5 cm",
    "paragraph: after",
  ]);
});

it("a page nested ten thousand deep is read", async () => {
  const depth = 10_000;
  expect((await read("deep.html", "<div>".repeat(depth), "core", "</div>".repeat(depth))).text).toBe("core");
});

it("CSV rows carry their headers; quotes, line breaks in cells and other delimiters are understood", async () => {
  expect(outline(await read("a.csv", 'name;size\n"K4;\nold";38\n;7\n'))).toEqual([
    "table-row: name: K4; old; size: 38",
    "table-row: size: 7",
  ]);
  expect((await read("b.tsv", "1\t2\n3\t4")).text).toBe("1; 2\n3; 4");
});

it("a large CSV is read piece by piece to the last row", async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `row ${i},"a, ""b""\nc",${i}`);
  const { blocks, text } = await read("big.csv", ["name,note,number", ...rows].join("\n"));
  expect(blocks.length).toBe(20_000);
  expect(text.slice(blocks.at(-1)!.start)).toBe('name: row 19999; note: a, "b" c; number: 19999');
});

it("JSON Lines give path and value, and a line that is no JSON stays as it is", async () => {
  const lines = '{"q":"How deep?","a":{"value":45,"units":["m","ft"]}}\n\nnot json\n';
  expect((await read("a.jsonl", lines)).text).toBe("q: How deep?; a.value: 45; a.units: m, ft\nnot json");
  await expect(read("b.jsonl", "nothing\nof it")).rejects.toMatchObject(refusal("damaged"));
});

it("text is decoded from UTF-8, UTF-16 and Windows-1252, without NUL, with \\n at line ends", async () => {
  const utf16 = (text: string) => new Uint16Array(Array.from(text, (letter) => letter.charCodeAt(0)));
  expect((await read("a.txt", "\ufeffZo\u00eb\r\nend")).text).toBe("Zoë\nend");
  expect((await read("b.txt", utf16("\ufeffZo\u00eb 水"))).text).toBe("Zoë 水");
  expect((await read("c.txt", utf16("plain ascii in utf-16, without a mark"))).text).toBe(
    "plain ascii in utf-16, without a mark",
  );
  expect((await read("d.txt", new Uint8Array([0x5a, 0x6f, 0xeb, 0x20, 0x80]))).text).toBe("Zoë €");
  expect((await read("e.txt", "a\u0000b\u0007c and a good deal of text around it")).text).toBe(
    "abc and a good deal of text around it",
  );
});

it("a character is whole although it lies across two slices of a large file", async () => {
  const { text } = await read("a.txt", "x".repeat((1 << 20) - 1), "ë水🙂");
  expect(text.slice(-5)).toBe("xë水🙂".slice(-5));
});

it("the type is told by the first bytes before the name", async () => {
  expect(await typeOf("really.txt", new Blob(["%PDF-1.7 ..."]))).toBe("pdf");
  expect(await typeOf("README", new Blob(["# hello"]))).toBe("text");
  expect(await typeOf("page", new Blob(["<!DOCTYPE html><p>x"]))).toBe("html");
});

it.each([
  ["empty", "a.txt", ""],
  ["no-text", "a.md", " \n\u200b\n"],
  ["no-text", "a.html", "<html><body><script>x</script></body></html>"],
  ["damaged", "a.pdf", "%PDF-1.4 and then nothing of the kind"],
  ["damaged", "a.docx", "PK\u0003\u0004 no archive"],
  ["damaged", "a.txt", "\u0001\u0002\u0003\u0004\u0005\u0006"],
  ["unsupported-type", "a.xlsx", "PK\u0003\u0004 sheet"],
  ["unsupported-type", "picture", "\u0089PNG\u0000\u0000"],
])("%s: %s", async (reason, name, bytes) => {
  await expect(read(name, bytes)).rejects.toMatchObject(refusal(reason));
});

it("more text than can be indexed is refused without being read", async () => {
  const huge = new Blob(["small"]);
  Object.defineProperty(huge, "size", { value: maxTextBytes + 1 });
  Object.defineProperty(huge, "stream", { value: () => expect.unreachable("it was read") });
  await expect(extract("huge.txt", huge)).rejects.toMatchObject({
    detail: { reason: "too-large", detail: "50 MB of text; at most 50 MB can be read" },
  });
});

it("an archive that would unpack to more than a book ever takes is refused before it is unpacked", async () => {
  const archive = new DataView(new ArrayBuffer(4 + 46 + 22));
  archive.setUint32(0, 0x04034b50, true);
  archive.setUint32(4, 0x02014b50, true); // one entry ...
  archive.setUint32(4 + 24, 900 * 2 ** 20, true); // ... of 900 MB
  archive.setUint32(50, 0x06054b50, true);
  archive.setUint32(50 + 16, 4, true); // where the entries begin
  await expect(extract("a.docx", new Blob([archive]))).rejects.toMatchObject({
    detail: { reason: "too-large", detail: "it unpacks to 900 MB" },
  });
});

it("others get their turn while a long text is read, progress is told, and a cancellation ends it", async () => {
  const long = new Blob(["Some words here.\n\n".repeat(600_000)]);
  const controller = new AbortController();
  const fractions: number[] = [];
  let turns = 0;
  const timer = setInterval(() => (++turns > 3 ? controller.abort() : 0), 1);
  const reading = extract("a.txt", long, { signal: controller.signal, onProgress: (done) => fractions.push(done) });
  await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  clearInterval(timer);
  expect(fractions.length).toBeGreaterThan(1);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
});
