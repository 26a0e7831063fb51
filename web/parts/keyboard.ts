// What each shortcut does.
import type { AppState } from "../state/app.ts";
import { shownText } from "../state/correction.ts";
import { shortcutOf, type ShortcutName } from "../state/shortcuts.ts";
import { t } from "../messages/index.ts";

/** Runs the shortcut that was pressed, if any. */
export function runShortcut(app: AppState, event: KeyboardEvent): void {
  const name = event.defaultPrevented ? null : shortcutOf(event);
  if (name === null) return;
  // Esc stops an answer only when nothing is open that it would close first.
  if (name === "stop" && (document.querySelector("dialog[open]") !== null || !app.chats.current.isAnswering)) return;
  event.preventDefault();
  actions[name](app);
}

const actions: Readonly<Record<ShortcutName, (app: AppState) => void>> = {
  palette: (app) => app.ui.open("palette"),
  shortcuts: (app) => app.ui.open("shortcuts"),
  newChat: (app) => app.startChat(),
  rail: (app) => app.settings.change({ isRailFolded: !app.settings.values.isRailFolded }),
  settings: (app) => app.router.go({ screen: "settings" }),
  stop: (app) => void app.chats.current.stop(),
  composer: (app) => goToAsk(app, () => app.ui.call({ to: "composer" })),
  model: (app) => goToAsk(app, () => app.ui.call({ to: "model" })),
  copyAnswer: (app) => void copyLastAnswer(app),
};

function goToAsk(app: AppState, then: () => void): void {
  const { chat } = app.chats.current;
  if (app.router.route.screen !== "ask") {
    app.router.go({ screen: "ask", chatId: chat.turns.length > 0 ? chat.id : null });
  }
  then();
}

async function copyLastAnswer(app: AppState): Promise<void> {
  const last = app.chats.current.path.findLast(({ role }) => role === "assistant");
  if (last === undefined) return;
  await navigator.clipboard.writeText(shownText(last));
  app.notices.show(t.copied);
}
