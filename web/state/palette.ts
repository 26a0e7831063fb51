// What the palette offers for a query: actions, chats, documents whose name has every word. Pure.

export interface PaletteItem {
  readonly id: string;
  readonly kind: "action" | "chat" | "document";
  readonly label: string;
  run(): void;
}

const shownItems = 12;

/** The items that have every word of the query, those that start with it first. */
export function matching(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  const found = items.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const startsWith = ({ label }: PaletteItem) => (label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.toSorted((a, b) => startsWith(a) - startsWith(b)).slice(0, shownItems);
}
