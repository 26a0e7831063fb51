// The list of chats and the chats that are open. A chat that is answering stays alive while another is on screen. Knows
// the contract's chats, not where they are stored.
import {
  detailOf,
  type AppErrorCode,
  type Chat,
  type ChatSummary,
  type ChatsApi,
} from "../../worker/contract/index.ts";
import { ChatState, type ChatClient } from "./chat.svelte.ts";

export interface ChatsClient extends ChatClient {
  readonly chats: ChatsApi;
}

export class ChatsState {
  #list = $state.raw<readonly ChatSummary[]>([]);
  #query = $state("");
  #found = $state.raw<ReadonlyMap<string, string | null>>(new Map()); // by what was said
  #error = $state.raw<AppErrorCode | null>(null);
  #current: ChatState;
  #removed: Chat | null = null;
  readonly #answering = new Map<string, ChatState>();
  readonly #client: ChatsClient;

  constructor(client: ChatsClient) {
    this.#client = client;
    this.#current = $state.raw(this.#stateOf(newChat()));
  }

  get list(): readonly ChatSummary[] {
    return this.#list;
  }
  get current(): ChatState {
    return this.#current;
  }
  get error(): AppErrorCode | null {
    return this.#error;
  }
  get query(): string {
    return this.#query;
  }
  set query(query: string) {
    this.#query = query;
    void this.#search(query);
  }
  /** The chats that have every word of the query: in their titles at once, in what was said as soon as that was searched. */
  get shown(): readonly ChatSummary[] {
    const words = this.#query.toLowerCase().split(/\s+/).filter(Boolean);
    const isTitled = ({ title }: ChatSummary) => words.every((word) => title.toLowerCase().includes(word));
    return this.#list.filter((chat) => isTitled(chat) || this.#found.has(chat.id));
  }
  /** The line of a shown chat in which the words were found; null where the title has them. */
  lineOf(id: string): string | null {
    return this.#found.get(id) ?? null;
  }

  /** Reads the list anew. */
  async load(): Promise<void> {
    try {
      this.#list = await this.#client.chats.list();
      this.#error = null;
    } catch (error) {
      this.#error = detailOf(error);
    }
  }

  /** Shows an empty chat; it enters the list with its first question. */
  startNew(): ChatState {
    if (this.#current.chat.turns.length > 0) this.#current = this.#stateOf(newChat());
    return this.#current;
  }

  /** Shows a stored chat; does nothing when it is on screen. */
  async open(id: string): Promise<void> {
    if (this.#current.chat.id === id) return;
    const answering = this.#answering.get(id);
    if (answering !== undefined) {
      this.#current = answering;
      return;
    }
    try {
      this.#current = this.#stateOf(await this.#client.chats.get(id));
      this.#error = null;
    } catch (error) {
      this.#error = detailOf(error);
    }
  }

  async rename(id: string, title: string): Promise<void> {
    const state = await this.#find(id);
    await state.rename(title);
  }

  /** Takes a chat away; `restore` puts it back. */
  async remove(id: string): Promise<void> {
    const state = await this.#find(id);
    await state.close();
    this.#answering.delete(id);
    this.#removed = state.chat;
    await this.#client.chats.remove(id);
    this.#list = this.#list.filter((summary) => summary.id !== id);
    if (this.#current.chat.id === id) this.#current = this.#stateOf(newChat());
  }

  /** Puts back the chat that was removed last. */
  async restore(): Promise<void> {
    const chat = this.#removed;
    if (chat === null) return;
    this.#removed = null;
    await this.#client.chats.put(chat);
    this.#noteChange(chat);
    await this.open(chat.id);
  }

  /** The whole chat, for export. */
  async get(id: string): Promise<Chat> {
    return (await this.#find(id)).chat;
  }

  // An answer to an older query is dropped.
  async #search(query: string): Promise<void> {
    this.#found = new Map();
    if (query.trim() === "") return;
    try {
      const found = await this.#client.chats.search(query);
      if (this.#query === query) this.#found = new Map(found.map(({ id, line }) => [id, line]));
    } catch (error) {
      if (this.#query === query) this.#error = detailOf(error);
    }
  }

  async #find(id: string): Promise<ChatState> {
    if (this.#current.chat.id === id) return this.#current;
    return this.#answering.get(id) ?? this.#stateOf(await this.#client.chats.get(id));
  }

  #stateOf(chat: Chat): ChatState {
    const state = new ChatState(chat, this.#client, (changed) => {
      if (state.isAnswering) this.#answering.set(changed.id, state);
      else this.#answering.delete(changed.id);
      this.#noteChange(changed);
    });
    return state;
  }

  #noteChange(chat: Chat): void {
    const { turns: _, ...summary } = chat;
    const others = this.#list.filter(({ id }) => id !== chat.id);
    this.#list = [summary, ...others].toSorted((a, b) => b.updatedAt - a.updatedAt);
  }
}

function newChat(): Chat {
  const now = Date.now();
  const id = crypto.randomUUID();
  return { id, title: "", createdAt: now, updatedAt: now, documentIds: null, turns: [], currentId: null };
}
