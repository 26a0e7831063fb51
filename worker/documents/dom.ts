// A document object model for a worker, which has none of its own. The rest of the folder sees it through the usual DOM
// types. Does not run scripts and does not load anything.
import { DOMParser } from "linkedom/worker";

/** Parses a page; never fails, as browsers never do. */
export function parseHtml(html: string): Document {
  const isWhole = /<html[\s>]/i.test(html);
  const source = isWhole
    ? html
    : `<!doctype html><html><head></head>${/<body[\s>]/i.test(html) ? html : `<body>${html}</body>`}</html>`;
  return new DOMParser().parseFromString(source, "text/html") as unknown as Document;
}
