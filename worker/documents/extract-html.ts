// Web pages: the main text by Readability where a page is surrounded by menus and the like, else everything visible.
// Does not load what a page links to.
import { isProbablyReaderable, Readability } from "@mozilla/readability";
import { BlockBuilder, type Extracted } from "./builder.ts";
import { parseHtml } from "./dom.ts";
import { addBlocks } from "./html-blocks.ts";

const maxElements = 50_000; // Readability's time grows faster than the page
const surroundings =
  "nav, header, footer, aside, [role=navigation], [class*=sidebar], [id*=sidebar], [class*=menu], [id*=menu]";

export function extractHtml(html: string): Extracted {
  const whole = parseHtml(html);
  const builder = new BlockBuilder();
  if (whole.querySelector(surroundings) !== null && isProbablyReaderable(whole)) addMainText(html, builder);
  if (builder.isEmpty) addBlocks(whole.body, builder);
  return builder.finish();
}

function addMainText(html: string, builder: BlockBuilder): void {
  const document = parseHtml(html); // Readability takes the document apart
  if (document.getElementsByTagName("*").length > maxElements) return;
  const article = new Readability(document, { serializer: (node) => node as unknown as string }).parse();
  if (article?.content === undefined || article.content === null) return;
  const root = article.content as unknown as Element;
  if (article.title && root.querySelector("h1") === null) builder.add("heading", article.title, { level: 1 });
  addBlocks(root, builder);
}
