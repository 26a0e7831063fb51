// Everything the page knows, put together once: the workers, and the states that draw on them.
import { teamClient } from "../client/team.ts";
import type { Workers } from "../client/workers.ts";
import { t } from "../messages/index.ts";
import { AdaptersState } from "./adapters.svelte.ts";
import { ChatsState } from "./chats.svelte.ts";
import { DatasetsState } from "./datasets.svelte.ts";
import { DownloadsState } from "./downloads.svelte.ts";
import { HubsState, type HubShelf } from "./hubs.svelte.ts";
import { ImportsState } from "./imports.svelte.ts";
import { LedgerState } from "./ledger.svelte.ts";
import { LibraryState } from "./library.svelte.ts";
import { ModelsState } from "./models.svelte.ts";
import { NoticesState } from "./notices.svelte.ts";
import { ProveState } from "./prove.svelte.ts";
import { RouterState, type AddressBar } from "./router.svelte.ts";
import { RunsState } from "./runs.svelte.ts";
import { SearchModelState } from "./search-model.svelte.ts";
import { SettingsState } from "./settings.svelte.ts";
import { SharingState } from "./sharing.svelte.ts";
import { SystemState, type Browser } from "./system.svelte.ts";
import { TeamState } from "./team.svelte.ts";
import { UiState } from "./ui.svelte.ts";
import { moveWorn } from "./worn.ts";
import type { AdapterChoice } from "../../worker/contract/index.ts";
import type { AskOptions } from "./chat.svelte.ts";

export interface Outside {
  readonly workers: Workers;
  readonly browser: Browser;
  readonly address: AddressBar;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  readonly origin: string;
  readonly hub: string; // base URL of the hub that the page's server is
  readonly hubs: HubShelf;
  readonly team: string; // base URL of the team's API, where the page's server has one
}

export class AppState {
  readonly ui = new UiState();
  readonly notices = new NoticesState();
  readonly router: RouterState;
  readonly settings: SettingsState;
  readonly ledger: LedgerState;
  readonly system: SystemState;
  readonly library: LibraryState;
  readonly searchModel: SearchModelState;
  readonly datasets: DatasetsState;
  readonly sharing: SharingState;
  readonly imports: ImportsState;
  readonly models: ModelsState;
  readonly downloads: DownloadsState;
  readonly hubs: HubsState;
  readonly adapters: AdaptersState;
  readonly runs: RunsState;
  readonly prove: ProveState;
  readonly chats: ChatsState;
  readonly team: TeamState;
  readonly workers: Workers;
  readonly #storage: Outside["storage"];

  constructor({ workers, browser, address, storage, origin, hub, hubs, team }: Outside) {
    this.workers = workers;
    this.#storage = storage;
    this.router = new RouterState(address);
    this.settings = new SettingsState(storage);
    this.ledger = new LedgerState(origin, () => this.hubs.sources, team);
    this.team = new TeamState({ client: teamClient(team, (record) => this.ledger.add([record])), storage });
    this.system = new SystemState(workers, browser);
    this.library = new LibraryState(workers.library, () => void this.system.persist());
    this.searchModel = new SearchModelState(workers.searchModel);
    this.datasets = new DatasetsState(workers.datasets, () => void this.system.persist());
    this.sharing = new SharingState(workers.sharing, this.team, team);
    this.imports = new ImportsState(workers.datasets);
    this.models = new ModelsState(workers.gpu);
    this.hubs = new HubsState(hub, hubs);
    this.downloads = new DownloadsState(workers.downloads, (model) => void this.#arrived(model));
    this.adapters = new AdaptersState(workers.tuning);
    this.runs = new RunsState(workers.tuning, () => void this.adapters.load());
    this.prove = new ProveState(workers.tuning);
    const prepare = (model: string) => this.models.load(model);
    this.chats = new ChatsState({ chats: workers.chats, answers: workers.answers, prepare });
  }

  /** Starts the workers, or starts them anew, and reads everything from them. */
  async start(): Promise<void> {
    this.workers.start();
    await moveWorn(this.#storage, this.workers.chats); // before a chat is opened
    const { system, library, datasets, models, downloads, adapters, runs, chats } = this;
    const loads = [system.load(), library.load(), datasets.load(), models.refresh(), adapters.load(), runs.load()];
    void this.searchModel.load();
    void downloads.load();
    void this.hubs.load();
    void this.sharing.load();
    void this.team.look();
    await Promise.all([...loads, chats.load()]);
  }

  async #arrived(model: string): Promise<void> {
    this.notices.show(t.getModels.arrived(model));
    await Promise.all([this.models.refresh(), this.system.refreshStorage(), this.system.persist()]);
  }

  /** What a question is asked with now; null when there is no model. */
  askOptions(): AskOptions | null {
    const { model, sampling, maxTokens, passageCount } = this.settings.values;
    const answering = this.models.answering(model);
    if (answering === undefined) return null;
    const adapters = this.worn(answering.id);
    return { model: answering.id, adapters, sampling, maxTokens, passageCount };
  }

  /** What the chat on screen wears of a model's adapters: as was chosen, else, when nothing was asked yet, the default. */
  worn(model: string): readonly AdapterChoice[] {
    const { chat } = this.chats.current;
    if (chat.worn === undefined) return chat.turns.length === 0 ? this.adapters.wornByNew(model) : [];
    return chat.worn.filter(({ id }) => this.adapters.find(id)?.model === model);
  }
  /** Chooses what the chat on screen wears; it is kept with the chat once something was asked. */
  wear(choices: readonly AdapterChoice[]): void {
    const { current } = this.chats;
    if (current.chat.turns.length === 0) this.adapters.wearNew(choices);
    else void current.wear(choices);
  }

  /** Opens an empty chat and puts the cursor into the question box. */
  startChat(): void {
    this.chats.startNew();
    this.ui.showSourcesOf(null);
    this.router.go({ screen: "ask", chatId: null });
    this.ui.call({ to: "composer" });
  }
}
