// The card of a shared data set: its name, description and licence. What was changed here is sent by who knows what it was there; where
// both sides changed it, both keep theirs until somebody decides by changing it again. Does not know the rows.
import type { DatasetInfo, TeamDataset } from "../contract/index.ts";
import type { Book } from "./book.ts";
import type { About, TeamServer } from "./remote.ts";

export const cardOf = ({ name, description, licence }: About): About => ({ name, description, licence });

export const isSameCard = (a: About, b: About): boolean =>
  a.name === b.name && a.description === b.description && a.licence === b.licence;

/** Whether the card here is another than what was sent or came last. */
export const isCardDraft = ({ head }: Book, info: DatasetInfo): boolean =>
  head.card !== null && !isSameCard(head.card, info) && (head.cardReady === null || !isSameCard(head.cardReady, info));

/** Sends the card that is ready, once. Throws team-refused when it is another there than it was here. */
export async function sendCard(book: Book, server: TeamServer): Promise<void> {
  const { cardReady, team } = book.head;
  if (cardReady === null || team === null) return;
  const now = await server.dataset(book.dataset);
  if (isSameCard(now, cardReady)) return book.write({ card: cardReady, cardReady: null, team: now });
  try {
    const described = await server.describe(book.dataset, cardReady, team.aboutNumber);
    await book.write({ card: cardReady, cardReady: null, team: described });
  } catch (error) {
    // Refused, it is a draft again, and what is there now is known; away, it stays ready.
    if (!isAway(error)) await book.write({ cardReady: null, team: now });
    throw error;
  }
}

const isAway = (error: unknown): boolean =>
  (error as { detail?: { code?: string } } | null)?.detail?.code === "team-away";

/** Takes the team's card where the one here is as it last was. */
export async function takeCard(
  book: Book,
  info: DatasetInfo,
  team: TeamDataset,
  rename: (id: string, about: About) => Promise<unknown>,
): Promise<void> {
  const { card } = book.head;
  if (card !== null && isSameCard(card, team)) return;
  const isUntouched = card !== null && isSameCard(card, info);
  if (isUntouched) await rename(info.id, cardOf(team));
  if (isUntouched || isSameCard(info, team)) await book.write({ card: cardOf(team) });
}
