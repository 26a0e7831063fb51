// Clients for the tests of the states: they keep what they are given in memory and do what a test tells them.
import {
  AppError,
  type AskApi,
  type AskEvent,
  type AskRequest,
  type AskResult,
  type Chat,
  type ChatsApi,
} from "../../worker/contract/index.ts";
import type { AskOptions, ChatClient } from "./chat.svelte.ts";

export const options: AskOptions = {
  model: "loam-chat",
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 },
  maxTokens: 32,
  passageCount: 4,
};

export function resultOf(answer: string): AskResult {
  const timings = { promptTokens: 10, generatedTokens: 2, firstTokenMs: 5, totalMs: 9, tokensPerSecond: 500 };
  return {
    ...{ answer, found: true, citations: [], passages: [], usedCount: 0, prompt: "…", finishReason: "stop" },
    messages: [{ role: "user", content: "The passages and the question" }],
    ...{ timings, contextTokens: 12 },
  };
}

export function emptyChat(id = "chat-1"): Chat {
  return { id, title: "", createdAt: 1, updatedAt: 1, documentIds: null, turns: [], currentId: null };
}

/** Chats in memory. */
export class FakeChats implements ChatsApi {
  readonly stored = new Map<string, Chat>();
  isFull = false;
  async list() {
    return [...this.stored.values()].map(({ turns: _, ...summary }) => summary);
  }
  async get(id: string) {
    const chat = this.stored.get(id);
    if (chat === undefined) throw new AppError({ code: "not-found", what: "chat", id });
    return chat;
  }
  async put(chat: Chat) {
    if (this.isFull) throw new AppError({ code: "storage-full", neededBytes: 10, freeBytes: 0 });
    this.stored.set(chat.id, structuredClone(chat));
  }
  async remove(id: string) {
    this.stored.delete(id);
  }
  /** By a part of what was said. */
  async search(query: string) {
    return [...this.stored.values()].flatMap(({ id, turns }) => {
      const turn = turns.find(({ content }) => content.includes(query));
      return turn === undefined ? [] : [{ id, line: turn.content }];
    });
  }
}

/** Answers that a test finishes by hand. */
export class FakeAnswers implements AskApi {
  readonly requests: AskRequest[] = [];
  readonly cancelled: string[] = [];
  emit: (event: AskEvent) => void = () => undefined;
  finish: (result: AskResult) => void = () => undefined;
  break: (error: unknown) => void = () => undefined;
  ask(request: AskRequest, onEvent: (event: AskEvent) => void) {
    this.requests.push(request);
    this.emit = onEvent;
    return new Promise<AskResult>((resolve, reject) => {
      this.finish = resolve;
      this.break = reject;
    });
  }
  async cancel(id: string) {
    this.cancelled.push(id);
  }
}

export function fakeClient(): ChatClient & { chats: FakeChats; answers: FakeAnswers } {
  return { chats: new FakeChats(), answers: new FakeAnswers(), prepare: () => Promise.resolve() };
}

/** Waits until what was started has come to rest. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
