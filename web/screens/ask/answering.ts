// Asking, with what the screen adds to it: the address of a new chat, and words for those who listen to the screen.
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";
import type { AskOptions, ChatState } from "../../state/chat.svelte.ts";

const progressMs = 7000;

/** Runs a way of asking (send, resend, regenerate) on the current chat and announces how it goes. */
export async function answerWith(
  app: AppState,
  run: (chat: ChatState, options: AskOptions) => Promise<void>,
): Promise<void> {
  const options = app.askOptions();
  if (options === null) return;
  const chat = app.chats.current;
  if (chat.chat.turns.length === 0) app.adapters.wearNew(null); // the next new chat begins with the default again
  app.ui.showSourcesOf(null);
  app.ui.announce(t.ask.announce.asking);
  const timer = setInterval(() => {
    if (chat.pending !== null) app.ui.announce(t.ask.announce.progress(chat.pending.tokenCount));
  }, progressMs);
  const running = run(chat, options);
  showAddress(app, chat);
  try {
    await running;
  } finally {
    clearInterval(timer);
  }
  app.ui.announce(outcomeOf(chat));
  void app.system.refreshStorage();
}

// The chat has its place in the list, and an address, from its first question on.
function showAddress(app: AppState, chat: ChatState): void {
  const { route } = app.router;
  if (route.screen === "ask" && app.chats.current === chat) app.router.replace({ screen: "ask", chatId: chat.chat.id });
}

function outcomeOf(chat: ChatState): string {
  const last = chat.path.at(-1);
  if (last === undefined || last.role === "user") return t.ask.announce.stopped;
  if (last.error !== undefined) return t.ask.announce.failed;
  return t.ask.announce.answered(last.content || t.ask.notFound);
}
