// What # and @ offer (documents; versions and models), as items of the list above the question box.
import { t } from "../../messages/index.ts";
import type { AdapterChoice, AdapterInfo } from "../../../worker/contract/index.ts";
import { toggled } from "../../state/adapters.svelte.ts";
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
  const items = mention.kind === "documents" ? documentChoices(app) : [...adapterChoices(app), ...modelChoices(app)];
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

/** The versions of the answering model that the current chat wears, each with its strength. */
export function wornBy(app: AppState): readonly (AdapterInfo & AdapterChoice)[] {
  const model = app.models.answering(app.settings.values.model)?.id;
  if (model === undefined) return [];
  return app.worn(model).flatMap((choice) => {
    const adapter = app.adapters.find(choice.id);
    return adapter === undefined ? [] : [{ ...adapter, ...choice }];
  });
}

// Versions first: a model is changed seldom.
function adapterChoices(app: AppState): MentionItem[] {
  const model = app.models.answering(app.settings.values.model)?.id;
  const worn = wornBy(app).map(({ id, strength }) => ({ id, strength }));
  return (model === undefined ? [] : app.adapters.of(model)).map(({ id, name }) => ({
    ...{ id, label: t.prove.worn.add(name), isChosen: worn.some((choice) => choice.id === id) },
    choose: () => app.wear(toggled(worn, id)),
  }));
}

function modelChoices(app: AppState): MentionItem[] {
  const current = app.models.answering(app.settings.values.model)?.id;
  return app.models.chatModels.map(({ id, name }) => ({
    ...{ id, label: name, isChosen: id === current },
    choose: () => app.settings.change({ model: id }),
  }));
}
