// The visible text of a DOM tree as blocks: headings, paragraphs, list items, table rows, code. Walks without recursion, so
// that a page nested ten thousand deep is read like any other. Does not decide what of a page is its main text.
import type { Block } from "../contract/index.ts";
import type { BlockBuilder } from "./builder.ts";
import { isDataTable, tableRows } from "./html-tables.ts";

const skipped = new Set(
  "script style noscript template svg math head iframe object embed canvas audio video select datalist input textarea button".split(
    " ",
  ),
);
const blockLevel = new Set(
  "p div section article header footer main aside nav blockquote figure figcaption address dl dt dd ul ol li table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 h6 pre hr form fieldset legend details summary body html center".split(
    " ",
  ),
);

/** Adds the blocks under `root`, in reading order. */
export function addBlocks(root: Element, builder: BlockBuilder): void {
  const walk = new Walk(builder);
  let node: Node | null = root;
  while (node !== null) {
    const isOpened: boolean = walk.enter(node);
    if (isOpened && node.firstChild !== null) {
      node = node.firstChild;
      continue;
    }
    if (isOpened) walk.leave(node);
    while (node !== null && node !== root && node.nextSibling === null) {
      node = node.parentNode;
      if (node !== null) walk.leave(node);
    }
    node = node === null || node === root ? null : node.nextSibling;
  }
  walk.flush();
}

class Walk {
  readonly #builder: BlockBuilder;
  #line = "";
  #kind: Block["kind"] = "paragraph";
  #level: number | undefined;
  #preDepth = 0;
  #lists: { isOrdered: boolean; number: number }[] = [];

  constructor(builder: BlockBuilder) {
    this.#builder = builder;
  }

  /** Takes a node in; true when its children are to be visited, and `leave` called after them. */
  enter(node: Node): boolean {
    if (node.nodeType === 3) this.#line += this.#preDepth > 0 ? node.nodeValue : collapsed(node.nodeValue ?? "");
    if (node.nodeType !== 1) return false;
    const element = node as Element;
    const tag = element.localName;
    if (skipped.has(tag) || isHidden(element)) return false;
    if (tag === "br") this.#line += "\n";
    if (tag === "table" && isDataTable(element)) {
      this.flush();
      for (const row of tableRows(element)) this.#builder.add(row.kind, row.text);
      return false;
    }
    if (blockLevel.has(tag)) this.#open(element, tag);
    return true;
  }

  leave(node: Node): void {
    const tag = (node as Element).localName;
    if (!blockLevel.has(tag)) return;
    this.flush();
    if (tag === "ul" || tag === "ol") this.#lists.pop();
    if (tag === "pre") this.#preDepth--;
    if (/^(ul|ol|li|pre|h[1-6])$/.test(tag)) this.#kind = this.#lists.length > 0 ? "list-item" : "paragraph";
  }

  flush(): void {
    const text = this.#kind === "code" ? this.#line : this.#line.replace(/ *\n */g, "\n").replace(/ {2,}/g, " ");
    this.#builder.add(
      this.#kind,
      text,
      this.#kind === "heading" && this.#level !== undefined ? { level: this.#level } : {},
    );
    this.#line = "";
  }

  #open(element: Element, tag: string): void {
    this.flush();
    if (tag === "ul" || tag === "ol")
      this.#lists.push({ isOrdered: tag === "ol", number: Number(element.getAttribute("start") ?? 1) });
    if (tag === "pre") {
      this.#preDepth++;
      this.#kind = "code";
    }
    const heading = /^h([1-6])$/.exec(tag);
    if (heading !== null) {
      this.#kind = "heading";
      this.#level = Number(heading[1]);
    }
    if (tag !== "li") return;
    this.#kind = "list-item";
    const list = this.#lists.at(-1);
    if (list?.isOrdered) this.#line = `${list.number++}. `;
  }
}

const collapsed = (text: string): string => text.replace(/[\s\u200b]+/g, " ");

function isHidden(element: Element): boolean {
  if (element.hasAttribute("hidden")) return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(element.getAttribute("style") ?? "");
}
