// Saying how an answer should have been: kept with the chat, and as an example that can be learned from.
import type { Rating, Turn } from "../../../worker/contract/index.ts";
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";
import type { ChatState } from "../../state/chat.svelte.ts";
import { correctionOf, remarksOf, shownText } from "../../state/correction.ts";
import { formatRoute } from "../../state/route.ts";

/** Saves `after` as the example that this answer makes, and shows it in the chat. Throws what the worker throws. */
export async function saveExample(app: AppState, turn: Turn, after: string): Promise<void> {
  const chat = app.chats.current;
  const { dataset, row } = await app.datasets.saveCorrection(requestFor(app, chat, turn, after));
  const corrected = after === turn.content ? undefined : after;
  await chat.annotate(turn.id, { corrected, example: { dataset: dataset.id, row: row.id } });
  app.notices.show(
    t.teach.correct.saved(dataset.name),
    { label: t.undo, run: () => void undo(app, chat, turn, { dataset: dataset.id, row: row.id }) },
    { label: t.teach.correct.show, href: formatRoute({ screen: "teach", datasetId: dataset.id, rowId: row.id }) },
  );
  void app.system.refreshStorage();
}

/** Keeps a rating with the answer and with the example it made; null takes it back. */
export async function rate(app: AppState, turn: Turn, rating: Rating | null, reason: string | null): Promise<void> {
  await app.chats.current.annotate(turn.id, { rating: rating ?? undefined, reason: reason ?? undefined });
  if (turn.example) await app.datasets.editRow(turn.example.dataset, turn.example.row, { rating, reason });
}

function requestFor(app: AppState, chat: ChatState, turn: Turn, after: string) {
  const question = chat.chat.turns.find(({ id }) => id === turn.parentId)?.content ?? "";
  const dataset = turn.example?.dataset ?? app.settings.values.correctionsDataset;
  return correctionOf(turn, { chat: chat.chat.id, question, after, dataset });
}

// A first correction goes; one that took the place of another gives it back.
async function undo(app: AppState, chat: ChatState, before: Turn, saved: { dataset: string; row: string }) {
  const isFirst = before.example === undefined || before.example.row !== saved.row;
  try {
    if (isFirst) await app.workers.datasets.removeRows(saved.dataset, [saved.row]);
    else await app.datasets.saveCorrection(requestFor(app, chat, before, shownText(before)));
  } catch {
    // The example has gone since by another way; the chat still goes back.
  }
  await chat.annotate(before.id, remarksOf(before));
  app.notices.show(t.teach.correct.undone);
}
