// Chats, each one record with all its turns. Does not know what the turns say.
import { fail, type Chat, type ChatsApi, type ChatSummary, type FoundChat } from "../contract/index.ts";
import type { Store } from "../storage/store.ts";
import { findIn, queryWords } from "./find-chats.ts";

export class Chats implements ChatsApi {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(): Promise<ChatSummary[]> {
    const chats = await this.#store.list<Chat>("chats");
    return chats.map(({ value: { turns: _, ...summary } }) => summary).sort((a, b) => b.updatedAt - a.updatedAt);
  }

  async get(id: string): Promise<Chat> {
    return (await this.#store.get<Chat>("chats", id)) ?? fail({ code: "not-found", what: "chat", id });
  }

  async search(query: string): Promise<FoundChat[]> {
    const words = queryWords(query);
    const chats = (await this.#store.list<Chat>("chats")).map(({ value }) => value);
    return chats.sort((a, b) => b.updatedAt - a.updatedAt).flatMap((chat) => findIn(chat, words) ?? []);
  }

  async put(chat: Chat): Promise<void> {
    await this.#store.put("chats", chat.id, chat);
  }

  async remove(id: string): Promise<void> {
    await this.#store.delete("chats", id);
  }
}
