// One chat: its tree of turns, the branch on screen and the answer being written. Knows the contract's answers and chats,
// not how they are reached. Every change is stored before the next thing happens, so a reload loses nothing but the
// unfinished answer.
import { detailOf, type AppErrorCode, type AskApi, type AskEvent, type Chat } from "../../worker/contract/index.ts";
import type { AdapterChoice, ChatsApi, FoundPassage, Message, Sampling, Turn } from "../../worker/contract/index.ts";
import { remarked, shownText, type Remarks } from "./correction.ts";
import { newestLeaf, pathTo, siblingsOf } from "./tree.ts";

/** What a question is asked with. */
export interface AskOptions {
  readonly model: string;
  readonly adapters?: readonly AdapterChoice[]; // worn for this answer
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly passageCount: number;
}

/** The answer that is being written. */
export interface PendingAnswer {
  readonly id: string; // of the request and of the turn it becomes
  readonly parentId: string; // the question
  readonly phase: "loading" | "searching" | "reading" | "writing";
  readonly text: string;
  readonly tokenCount: number;
  readonly read: { readonly done: number; readonly total: number; readonly of: "tokens" | "passages" } | null;
  readonly passages: readonly FoundPassage[];
  readonly isStopping: boolean;
}

export interface ChatClient {
  readonly chats: Pick<ChatsApi, "put">;
  readonly answers: AskApi;
  /** Resolves when the model can answer. */
  prepare(model: string): Promise<void>;
}

const titleLength = 60;

export class ChatState {
  #chat: Chat;
  #pending = $state.raw<PendingAnswer | null>(null);
  #isClosed = false;
  #unsaved = $state.raw<AppErrorCode | null>(null);
  readonly #path = $derived.by(() => pathTo(this.#chat.turns, this.#chat.currentId));
  readonly #client: ChatClient;
  readonly #onChanged: (chat: Chat) => void;

  constructor(chat: Chat, client: ChatClient, onChanged: (chat: Chat) => void) {
    this.#chat = $state.raw(chat);
    this.#client = client;
    this.#onChanged = onChanged;
  }

  get chat(): Chat {
    return this.#chat;
  }
  get pending(): PendingAnswer | null {
    return this.#pending;
  }
  /** The turns on screen, oldest first. */
  get path(): readonly Turn[] {
    return this.#path;
  }
  get isAnswering(): boolean {
    return this.#pending !== null;
  }
  /** Why the latest change is on screen only and not stored. */
  get unsaved(): AppErrorCode | null {
    return this.#unsaved;
  }

  siblings(turn: Turn): Turn[] {
    return siblingsOf(this.#chat.turns, turn);
  }

  /** Asks under the last turn on screen. */
  send(question: string, options: AskOptions): Promise<void> {
    return this.#ask(question, this.#chat.currentId, options);
  }

  /** Asks the edited question beside the old one; the old branch stays. */
  resend(turn: Turn, question: string, options: AskOptions): Promise<void> {
    return this.#ask(question, turn.parentId, options);
  }

  /** Answers a question once more, beside the answers it has. */
  async regenerate(questionId: string, options: AskOptions): Promise<void> {
    const question = this.#chat.turns.find((turn) => turn.id === questionId);
    if (question === undefined || this.#pending !== null) return;
    this.#begin(question);
    await this.#answer(question, options);
  }

  /** Asks the workers to end the answer; what is written so far is kept. */
  async stop(): Promise<void> {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = { ...pending, isStopping: true };
    // A worker that is gone has nothing to cancel: the question itself reports the failure.
    await this.#client.answers.cancel(pending.id).catch(() => undefined);
  }

  /** Shows the branch through `turn`. */
  async show(turn: Turn): Promise<void> {
    await this.#change({ currentId: newestLeaf(this.#chat.turns, turn.id) });
  }

  /** Ends the answer and stores nothing any more: the chat has been removed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stop();
  }

  /** Keeps what a person said about an answer; undefined takes it back. */
  async annotate(turnId: string, remarks: Remarks): Promise<void> {
    const turns = this.#chat.turns.map((turn) => (turn.id === turnId ? remarked(turn, remarks) : turn));
    await this.#change({ turns });
  }

  async rename(title: string): Promise<void> {
    if (title.trim() !== "") await this.#change({ title: title.trim() });
  }

  /** Chooses the documents to answer from; null for all, [] for none. */
  async choose(documentIds: readonly string[] | null): Promise<void> {
    await this.#change({ documentIds });
  }

  /** Chooses the adapters that answers wear from now on. */
  async wear(worn: readonly AdapterChoice[]): Promise<void> {
    await this.#change({ worn });
  }

  async #ask(question: string, parentId: string | null, options: AskOptions): Promise<void> {
    const content = question.trim();
    if (content === "" || this.#pending !== null) return;
    const turn: Turn = { id: crypto.randomUUID(), parentId, role: "user", content, createdAt: Date.now() };
    this.#begin(turn);
    const title = this.#chat.turns.length === 0 && this.#chat.title === "" ? titleOf(content) : this.#chat.title;
    const worn = this.#chat.turns.length === 0 ? { worn: options.adapters ?? [] } : {}; // fixed by the first question
    await this.#change({ turns: [...this.#chat.turns, turn], currentId: turn.id, title, ...worn });
    await this.#answer(turn, options);
  }

  // At once, before anything is awaited, so that a second question cannot slip in between.
  #begin(question: Turn): void {
    this.#pending = { id: crypto.randomUUID(), parentId: question.id, phase: "loading", ...nothingYet };
  }

  async #answer(question: Turn, options: AskOptions): Promise<void> {
    const { id } = this.#pending!;
    await this.#change({ currentId: question.id });
    const outcome = await this.#run(id, question, options);
    if (outcome === null) {
      this.#pending = null;
      return;
    }
    const text = outcome.result?.answer ?? this.#pending?.text ?? "";
    const turn: Turn = {
      ...{ id, parentId: question.id, role: "assistant", content: text, createdAt: Date.now(), model: options.model },
      ...outcome,
    };
    this.#pending = null;
    await this.#change({ turns: [...this.#chat.turns, turn], currentId: id });
  }

  // null: stopped before the model was asked.
  async #run(id: string, question: Turn, options: AskOptions): Promise<Pick<Turn, "result" | "error"> | null> {
    try {
      await this.#client.prepare(options.model);
      if (this.#pending?.isStopping) return null;
      this.#advance({ phase: "searching" });
      const request = { ...options, id, question: question.content, history: this.#historyOf(question) };
      const documents = this.#chat.documentIds === null ? {} : { documentIds: this.#chat.documentIds };
      const result = await this.#client.answers.ask({ ...request, ...documents }, (event) => this.#on(event));
      return { result };
    } catch (error) {
      return { error: detailOf(error) };
    }
  }

  #historyOf(question: Turn): Message[] {
    const before = pathTo(this.#chat.turns, question.parentId).filter((turn) => turn.error === undefined);
    return before.map((turn) => ({ role: turn.role, content: shownText(turn) }));
  }

  #on(event: AskEvent): void {
    if (event.type === "passages-found") this.#advance({ phase: "reading", passages: event.passages });
    else if (event.type !== "text-generated") {
      const { type, done, total } = event;
      this.#advance({ phase: "reading", read: { done, total, of: type === "prompt-read" ? "tokens" : "passages" } });
    } else this.#advance({ phase: "writing", text: event.text, tokenCount: event.tokenCount });
  }

  #advance(change: Partial<PendingAnswer>): void {
    if (this.#pending !== null) this.#pending = { ...this.#pending, ...change };
  }

  async #change(change: Partial<Chat>): Promise<void> {
    const isSpoken = change.turns !== undefined && change.turns.length > this.#chat.turns.length;
    this.#chat = { ...this.#chat, ...change, updatedAt: isSpoken ? Date.now() : this.#chat.updatedAt };
    // A chat in which nothing was said is not worth a line in the list.
    if (this.#chat.turns.length === 0 || this.#isClosed) return;
    this.#onChanged(this.#chat);
    try {
      await this.#client.chats.put(this.#chat);
      this.#unsaved = null;
    } catch (error) {
      this.#unsaved = detailOf(error);
    }
  }
}

const nothingYet = {
  ...{ text: "", tokenCount: 0, read: null, passages: [] as readonly FoundPassage[] },
  isStopping: false,
};

function titleOf(question: string): string {
  const line = question.split("\n", 1)[0]!.trim();
  return line.length <= titleLength ? line : `${line.slice(0, titleLength).replace(/\s+\S*$/, "")}…`;
}
