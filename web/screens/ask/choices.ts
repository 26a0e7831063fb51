// What # and @ offer, as items of the list above the question box.
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";
import type { Mention } from "../../state/mentions.ts";

export interface MentionItem {
  readonly id: string;
  readonly label: string;
  readonly isChosen: boolean;
  choose(): void;
}

const shownItems = 8;

/** The items for what is being typed. */
export function choicesFor(app: AppState, mention: Mention): MentionItem[] {
  const items = mention.kind === "documents" ? documentChoices(app) : modelChoices(app);
  const query = mention.query.toLowerCase();
  return items.filter(({ label }) => label.toLowerCase().includes(query)).slice(0, shownItems);
}

function documentChoices(app: AppState): MentionItem[] {
  const chat = app.chats.current;
  const chosen = chat.chat.documentIds;
  const documents = app.library.ready.map(({ id, name }) => {
    const isChosen = chosen?.includes(id) ?? false;
    const next = isChosen ? (chosen ?? []).filter((other) => other !== id) : [...(chosen ?? []), id];
    // With the last one taken out, all are used again; "none" is a choice of its own.
    return { id, label: name, isChosen, choose: () => void chat.choose(next.length === 0 ? null : next) };
  });
  return [
    { id: "all", label: t.ask.mentions.allDocuments, isChosen: chosen === null, choose: () => void chat.choose(null) },
    ...documents,
    {
      id: "none",
      label: t.ask.mentions.noDocuments,
      isChosen: chosen?.length === 0,
      choose: () => void chat.choose([]),
    },
  ];
}

function modelChoices(app: AppState): MentionItem[] {
  const current = app.models.answering(app.settings.values.model)?.id;
  return app.models.chatModels.map(({ id, name }) => ({
    ...{ id, label: name, isChosen: id === current },
    choose: () => app.settings.change({ model: id }),
  }));
}
