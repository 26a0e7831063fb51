// Plain text: paragraphs are what empty lines divide. Does not guess at headings or lists.
import { BlockBuilder, type Extracted } from "./builder.ts";
import type { Slices } from "./slices.ts";

export async function extractText(text: string, slices: Slices): Promise<Extracted> {
  const builder = new BlockBuilder();
  for (const { 0: paragraph, index } of text.matchAll(/\S(?:[^\n]|\n(?!\s*\n))*/g)) {
    builder.add("paragraph", paragraph);
    slices.report(0.5 + (index / text.length) * 0.5);
    await slices.breathe();
  }
  return builder.finish();
}
