// From a version to a chat that wears it.
import type { AdapterInfo } from "../../../worker/contract/index.ts";
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";

/** Opens an empty chat that answers with the version, on its model. */
export function useInChat(app: AppState, { id, model, name }: AdapterInfo): void {
  if (app.models.answering(app.settings.values.model)?.id !== model) app.settings.change({ model });
  app.adapters.wearNew([{ id, strength: 1 }]);
  app.startChat();
  app.notices.show(t.prove.worn.started(name));
}
