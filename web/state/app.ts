// Everything the page knows, put together once: the workers, and the states that draw on them.
import type { Workers } from "../client/workers.ts";
import { ChatsState } from "./chats.svelte.ts";
import { LedgerState } from "./ledger.svelte.ts";
import { LibraryState } from "./library.svelte.ts";
import { ModelsState } from "./models.svelte.ts";
import { NoticesState } from "./notices.svelte.ts";
import { RouterState, type AddressBar } from "./router.svelte.ts";
import { SettingsState } from "./settings.svelte.ts";
import { SystemState, type Browser } from "./system.svelte.ts";
import { UiState } from "./ui.svelte.ts";
import type { AskOptions } from "./chat.svelte.ts";

export interface Outside {
  readonly workers: Workers;
  readonly browser: Browser;
  readonly address: AddressBar;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  readonly origin: string;
}

export class AppState {
  readonly ui = new UiState();
  readonly notices = new NoticesState();
  readonly router: RouterState;
  readonly settings: SettingsState;
  readonly ledger: LedgerState;
  readonly system: SystemState;
  readonly library: LibraryState;
  readonly models: ModelsState;
  readonly chats: ChatsState;
  readonly workers: Workers;

  constructor({ workers, browser, address, storage, origin }: Outside) {
    this.workers = workers;
    this.router = new RouterState(address);
    this.settings = new SettingsState(storage);
    this.ledger = new LedgerState(origin);
    this.system = new SystemState(workers, browser);
    this.library = new LibraryState(workers.library, () => void this.system.persist());
    this.models = new ModelsState(workers.gpu);
    const prepare = (model: string) => this.models.load(model);
    this.chats = new ChatsState({ chats: workers.chats, answers: workers.answers, prepare });
  }

  /** Starts the workers, or starts them anew, and reads everything from them. */
  async start(): Promise<void> {
    this.workers.start();
    const { system, library, models, chats } = this;
    await Promise.all([system.load(), library.load(), models.refresh(), chats.load()]);
  }

  /** What a question is asked with now; null when there is no model. */
  askOptions(): AskOptions | null {
    const { model, sampling, maxTokens, passageCount } = this.settings.values;
    const answering = this.models.answering(model);
    return answering === undefined ? null : { model: answering.id, sampling, maxTokens, passageCount };
  }

  /** Opens an empty chat and puts the cursor into the question box. */
  startChat(): void {
    this.chats.startNew();
    this.ui.showSourcesOf(null);
    this.router.go({ screen: "ask", chatId: null });
    this.ui.call({ to: "composer" });
  }
}
