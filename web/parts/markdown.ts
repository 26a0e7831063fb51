// Markdown of answers and model cards as HTML. Raw HTML becomes text, images become their description, links become
// buttons that ask first, and [n] becomes a button to the n-th source. The result still goes through parts/sanitize.ts.
import { Marked, type RendererObject, type TokenizerAndRendererExtension, type Tokens } from "marked";

/** What is known about one [n] of an answer. */
export interface CitationMark {
  readonly number: number; // what is shown
  readonly label: string; // for people who cannot see the number's place
  readonly isMissing: boolean; // the quotation is not in the source
}
/** Tells about the `order`-th (from 0) [n] of the text, which says [marker]; undefined when there is no such source. */
export type MarkOf = (marker: number, order: number) => CitationMark | undefined;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);

/** "45. [1]" is an answer, no list of one empty item: a line that is a number and its citations. */
const bareNumber = /^(\d{1,9})([.)])(?=\s*(?:\[\d{1,2}\]\s*)*$)/gm;

/** HTML of `source`, one string a block, so that finished blocks of a growing answer stay as they are. */
export function toBlocks(source: string, markOf: MarkOf = () => undefined): string[] {
  let next = 0;
  const citation = citationExtension((marker) => {
    const order = next++;
    return { mark: markOf(marker, order), order };
  });
  const marked = new Marked({ gfm: true, renderer, extensions: [citation] });
  const tokens = marked.lexer(source.replace(bareNumber, "$1\\$2"));
  return tokens.filter(({ type }) => type !== "space").map((token) => marked.parser([token]));
}

interface Counted {
  readonly mark: CitationMark | undefined;
  readonly order: number;
}

function citationExtension(count: (marker: number) => Counted): TokenizerAndRendererExtension {
  return {
    name: "citation",
    level: "inline",
    start: (source) => source.search(/\[\d/),
    tokenizer(source) {
      const match = /^\[(\d{1,2})\](?!\()/.exec(source);
      return match === null ? undefined : { type: "citation", raw: match[0], marker: Number(match[1]) };
    },
    renderer({ marker, raw }) {
      const { mark, order } = count(marker as number);
      if (mark === undefined) return escapeHtml(raw);
      const missing = mark.isMissing ? " missing" : "";
      const place = `data-marker="${marker}" data-order="${order}"`;
      return `<button type="button" class="citation${missing}" ${place} aria-label="${escapeHtml(mark.label)}">${mark.number}</button>`;
    },
  };
}

const renderer: RendererObject = {
  html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
  image: ({ text }: Tokens.Image) => `<span class="image">${escapeHtml(text)}</span>`,
  heading({ tokens, depth }: Tokens.Heading) {
    // An answer sits below the page's own headings.
    const level = Math.min(depth + 2, 6);
    return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
  },
  link({ href, tokens }: Tokens.Link) {
    const text = this.parser.parseInline(tokens);
    if (!/^(https?:\/\/|mailto:)/i.test(href)) return text;
    return `<button type="button" class="link-button" data-href="${escapeHtml(href)}">${text}</button>`;
  },
};
