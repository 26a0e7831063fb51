import { describe, expect, test } from "vitest";
import { AppError } from "../../worker/contract/index.ts";
import { ChatState } from "./chat.svelte.ts";
import { correctionOf, promptOf } from "./correction.ts";
import { emptyChat, fakeClient, options, resultOf, settled } from "./fakes.ts";

function setUp() {
  const client = fakeClient();
  const chat = new ChatState(emptyChat(), client, () => undefined);
  const ask = async (question: string, answer: string) => {
    const running = chat.send(question, options);
    await settled();
    client.answers.finish(resultOf(answer));
    await running;
  };
  return { client, chat, ask, stored: () => client.chats.stored.get("chat-1") };
}
const contents = (chat: ChatState) => chat.path.map(({ content }) => content);

describe("a chat", () => {
  test("the question is stored before the answer begins, the answer when it is there", async () => {
    const { chat, client, stored } = setUp();
    const running = chat.send("How deep?", options);
    await settled();
    expect(stored()?.turns.map(({ role }) => role)).toEqual(["user"]);
    client.answers.finish(resultOf("45 m"));
    await running;
    expect(contents(chat)).toEqual(["How deep?", "45 m"]);
    expect(stored()?.turns).toEqual(chat.chat.turns);
    expect(chat.isAnswering).toBe(false);
  });
  test("the first question gives the title, cut at a word", async () => {
    const { chat, ask } = setUp();
    await ask(`${"word ".repeat(20)}`, "ok");
    expect(chat.chat.title).toMatch(/^word (word ?)+…$/);
    expect(chat.chat.title.length).toBeLessThanOrEqual(61);
  });
  test("what is asked carries the earlier turns, the documents and the settings", async () => {
    const { chat, ask, client } = setUp();
    await chat.choose(["d1"]);
    await ask("One?", "First.");
    await ask("Two?", "Second.");
    expect(client.answers.requests[1]).toMatchObject({ question: "Two?", documentIds: ["d1"], passageCount: 4 });
    expect(client.answers.requests[1]!.history.map(({ content }) => content)).toEqual(["One?", "First."]);
  });
  test("all documents are asked for by leaving them out", async () => {
    const { ask, client } = setUp();
    await ask("One?", "First.");
    expect(client.answers.requests[0]).not.toHaveProperty("documentIds");
  });
  test("a corrected answer is what the next question builds on; both versions are stored", async () => {
    const { chat, ask, client, stored } = setUp();
    await ask("How deep?", "40 m");
    const { id } = chat.path[1]!;
    await chat.annotate(id, { corrected: "45 m", rating: "down", reason: "wrong fact" });
    expect(stored()?.turns[1]).toMatchObject({ content: "40 m", corrected: "45 m", reason: "wrong fact" });
    await ask("Sure?", "Yes.");
    expect(client.answers.requests[1]!.history.map(({ content }) => content)).toEqual(["How deep?", "45 m"]);
    await chat.annotate(id, { corrected: undefined, rating: undefined, reason: undefined });
    expect(Object.keys(stored()!.turns[1]!)).not.toContain("corrected");
  });
  test("an example carries what the model saw, and what is said about the answer", async () => {
    const { chat, ask } = setUp();
    await ask("How deep?", "40 m");
    await chat.annotate(chat.path[1]!.id, { rating: "down", reason: "wrong fact" });
    const request = correctionOf(chat.path[1]!, { chat: "c", question: "How deep?", after: "45 m", dataset: null });
    expect(request).toMatchObject({ before: "40 m", after: "45 m", rating: "down", reason: "wrong fact" });
    expect(request.prompt).toEqual([{ role: "user", content: "The passages and the question" }]);
    const { result: _, ...unanswered } = chat.path[1]!;
    expect(promptOf(unanswered, "How deep?")).toEqual([{ role: "user", content: "How deep?" }]);
  });
  test("events move the pending answer from searching to writing", async () => {
    const { chat, client } = setUp();
    void chat.send("How deep?", options);
    await settled();
    expect(chat.pending?.phase).toBe("searching");
    client.answers.emit({ type: "prompt-read", done: 5, total: 10 });
    expect(chat.pending).toMatchObject({ phase: "reading", read: { done: 5, total: 10, of: "tokens" } });
    client.answers.emit({ type: "passages-read", done: 2, total: 5 });
    expect(chat.pending).toMatchObject({ phase: "reading", read: { done: 2, total: 5, of: "passages" } });
    client.answers.emit({ type: "text-generated", text: "45", tokenCount: 1 });
    expect(chat.pending).toMatchObject({ phase: "writing", text: "45", tokenCount: 1 });
  });
  test("an empty question and a second one while answering are not asked", async () => {
    const { chat, client } = setUp();
    await chat.send("  ", options);
    void chat.send("One?", options);
    await chat.send("Two?", options);
    await settled();
    expect(client.answers.requests).toHaveLength(1);
  });
  test("a failure keeps what was written and says why", async () => {
    const { chat, client } = setUp();
    const running = chat.send("How deep?", options);
    await settled();
    client.answers.emit({ type: "text-generated", text: "Down to", tokenCount: 2 });
    client.answers.break(new AppError({ code: "gpu-lost", reason: "reset" }));
    await running;
    expect(chat.path.at(-1)).toMatchObject({ content: "Down to", error: { code: "gpu-lost" } });
  });
  test("failed turns are no part of what the model is told", async () => {
    const { chat, client } = setUp();
    const running = chat.send("One?", options);
    await settled();
    client.answers.break(new Error("boom"));
    await running;
    void chat.send("Two?", options);
    await settled();
    expect(client.answers.requests[1]!.history.map(({ role }) => role)).toEqual(["user"]);
  });
  test("answering again adds a branch; the other one can be shown", async () => {
    const { chat, client, ask } = setUp();
    await ask("How deep?", "45 m");
    const first = chat.path[1]!;
    const running = chat.regenerate(chat.path[0]!.id, options);
    await settled();
    client.answers.finish(resultOf("forty-five"));
    await running;
    expect(contents(chat)).toEqual(["How deep?", "forty-five"]);
    expect(chat.siblings(first)).toHaveLength(2);
    await chat.show(first);
    expect(contents(chat)).toEqual(["How deep?", "45 m"]);
  });
  test("an edited question stands beside the old one", async () => {
    const { chat, client, ask } = setUp();
    await ask("How deep?", "45 m");
    const running = chat.resend(chat.path[0]!, "How wide?", options);
    await settled();
    client.answers.finish(resultOf("2 m"));
    await running;
    expect(contents(chat)).toEqual(["How wide?", "2 m"]);
    expect(chat.siblings(chat.path[0]!)).toHaveLength(2);
  });
  test("stop cancels the request and keeps the partial answer the worker returns", async () => {
    const { chat, client } = setUp();
    const running = chat.send("How deep?", options);
    await settled();
    const { id } = client.answers.requests[0]!;
    await chat.stop();
    expect(client.answers.cancelled).toEqual([id]);
    expect(chat.pending?.isStopping).toBe(true);
    client.answers.finish({ ...resultOf("Down"), finishReason: "cancelled" });
    await running;
    expect(chat.path.at(-1)?.result?.finishReason).toBe("cancelled");
  });
  test("stopped while the model loads, nothing is asked", async () => {
    const client = fakeClient();
    let loaded = () => {};
    const loading = new Promise<void>((resolve) => (loaded = resolve));
    const chat = new ChatState(emptyChat(), { ...client, prepare: () => loading }, () => undefined);
    const running = chat.send("How deep?", options);
    await settled();
    await chat.stop();
    loaded();
    await running;
    expect(client.answers.requests).toHaveLength(0);
    expect(contents(chat)).toEqual(["How deep?"]);
  });
  test("with the storage full the answer is still shown, and said to be unsaved", async () => {
    const { chat, client, ask } = setUp();
    client.chats.isFull = true;
    await ask("How deep?", "45 m");
    expect(contents(chat)).toEqual(["How deep?", "45 m"]);
    expect(chat.unsaved?.code).toBe("storage-full");
  });
});
