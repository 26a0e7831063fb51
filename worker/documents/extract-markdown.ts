// Markdown: read as the HTML it stands for, section by section. Does not keep the marks.
import { marked } from "marked";
import { BlockBuilder, type Extracted } from "./builder.ts";
import { parseHtml } from "./dom.ts";
import { addBlocks } from "./html-blocks.ts";
import type { Slices } from "./slices.ts";

const sectionLength = 32_768; // characters; a section is worked on in one go

export async function extractMarkdown(text: string, slices: Slices): Promise<Extracted> {
  const builder = new BlockBuilder();
  const { front, body } = frontMatter(text);
  for (const line of front) builder.add("paragraph", line);
  let done = 0;
  for (const section of sections(body)) {
    const html = marked.parse(section, { async: false, gfm: true });
    addBlocks(parseHtml(`<body>${html}</body>`).body, builder);
    done += section.length;
    slices.report(0.5 + (done / body.length) * 0.5);
    await slices.breathe();
  }
  return builder.finish();
}

/** The lines of a YAML head, which often hold the title, and what follows it. */
function frontMatter(text: string): { front: string[]; body: string } {
  const match = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/.exec(text);
  if (match === null || !/^[\w-]+:/m.test(match[1]!)) return { front: [], body: text };
  return { front: match[1]!.split("\n"), body: text.slice(match[0].length) };
}

/** Cuts long texts where no construct reaches across: at an empty line outside a fence, before a line that is not indented. */
function* sections(text: string): Generator<string> {
  let start = 0;
  let fence = "";
  for (const { 0: line, index } of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence === "") fence = mark;
    else if (mark.startsWith(fence)) fence = "";
    const isCut =
      fence === "" && line.trim() === "" && /^[^\s>|]/.test(text.slice(index + line.length, index + line.length + 1));
    if (isCut && index - start > sectionLength) {
      yield text.slice(start, index);
      start = index;
    }
  }
  if (start < text.length) yield text.slice(start);
}
