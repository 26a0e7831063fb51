// Prompts that begin as the last one did: what is not read again must change no bit of what comes out.
import { beforeAll, describe, expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { fail } from "../../worker/contract/errors.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { generateTokens, readPrompt } from "../../worker/inference/generate.ts";
import { Session } from "../../worker/inference/session.ts";

import { adapterOf, llama, weightsOf } from "../harness/untrained.ts";

const runtime = new Runtime(await openDevice());
const atOnce = <T>(work: () => Promise<T> | T): Promise<T> => Promise.resolve(work());
const noEnd = new Set<number>();
const numbers = (count: number, seed: number, below: number) =>
  Array.from({ length: count }, (_, i) => (i * i * 31 + i * 17 + seed * 101) % below);

describe("a prompt that begins as the last one", () => {
  let model: ChatModel;
  let long: number[];
  beforeAll(async () => {
    model = await ChatModel.load(runtime, openFolder("loam-chat"), undefined, "full");
    long = numbers(200, 1, model.config.V);
  });
  /** Logits of a session that never read anything else. */
  const firstLogits = async (ids: readonly number[]) => {
    const fresh = await Session.open(runtime, model.config, model.weights);
    await readPrompt(fresh, { promptIds: ids }, atOnce);
    const logits = await fresh.logits();
    fresh.dispose();
    return logits;
  };
  const expectReuse = async (ids: readonly number[], reused: number) => {
    expect(await readPrompt(model.session, { promptIds: ids }, atOnce)).toBe(reused);
    expect(await model.session.logits()).toEqual(await firstLogits(ids));
  };
  const answer = (promptIds: readonly number[], maxTokens = 12) =>
    generateTokens(model.session, { promptIds, maxTokens, sampling: greedy, endTokens: noEnd });
  const read = async (ids: readonly number[]) => void (await readPrompt(model.session, { promptIds: ids }, atOnce));

  it("a question over the same documents reads its end alone", async () => {
    await read(long);
    await expectReuse([...long.slice(0, 150), ...numbers(40, 2, 3000)], 150);
  });

  it("asking the same again reads nothing", async () => {
    await read(long);
    await expectReuse(long, 200);
    const { ids, timings } = await answer(long);
    expect(timings).toMatchObject({ promptTokens: 200, reusedTokens: 200 });
    expect((await answer(long)).ids).toEqual(ids);
    await expectReuse(long, 200);
  });

  it("a changed word, a shorter prompt and another chat read from where they differ", async () => {
    await read(long);
    await expectReuse(long.with(70, 5), 70);
    await read(long);
    await expectReuse(long.slice(0, 90), 89); // the hidden state of its last token is not there
    await read(long);
    await expectReuse(numbers(100, 3, 3000), 0);
  });

  it("tokens that would be read with other kernels are read again", async () => {
    await read(long.slice(0, 70)); // 64 in one slice, 6 in a small one
    await expectReuse(long, 64);
    await expectReuse(long.slice(0, 132), 128); // now its last 4 are those of a small slice
  });

  it("the next turn of a chat keeps what was read, not what was decoded", async () => {
    const turn = long.slice(0, 140);
    const { ids } = await answer(turn);
    await expectReuse([...turn, ...ids, ...numbers(30, 4, 3000)], 140);
  });

  it("an answer that was stopped while it read leaves what it has read", async () => {
    await read(numbers(80, 5, 3000));
    const stop = new AbortController();
    const request = { promptIds: long, signal: stop.signal, onPromptRead: () => stop.abort() };
    expect(await readPrompt(model.session, request, atOnce)).toBeNull();
    await expectReuse(long, 64);
  });

  it("another adapter, or none, reads everything", async () => {
    const adapter = adapterOf(model.config);
    await read(long);
    await model.session.wear(adapter);
    expect(await readPrompt(model.session, { promptIds: long }, atOnce)).toBe(0);
    expect(await readPrompt(model.session, { promptIds: long }, atOnce)).toBe(200);
    await model.session.wear(adapter); // its values may be others
    expect(await readPrompt(model.session, { promptIds: long }, atOnce)).toBe(0);
    await model.session.wear(null);
    await expectReuse(long, 0);
  });

  it("another model's session has a cache of its own", async () => {
    await read(long);
    const other = await Session.open(runtime, model.config, model.weights);
    expect(await readPrompt(other, { promptIds: long }, atOnce)).toBe(0);
    other.dispose();
  });
});

describe("angles that depend on the prompt's length", () => {
  it("are reason enough to read again, within the trained length not", async () => {
    const config = { ...small, ropeScaling: { type: "dynamic", factor: 2, originalPositions: 100 } as const };
    const session = await Session.open(runtime, config, await weightsOf(runtime, config, "full"));
    const read = (length: number) => readPrompt(session, { promptIds: numbers(length, 1, 96) }, atOnce);
    expect(await read(80)).toBe(0);
    expect(await read(96)).toBe(80);
    expect(await read(150)).toBe(0);
    expect(await read(160)).toBe(0);
    expect(await read(160)).toBe(160);
  });
});

const small = llama({ hidden_size: 32, num_attention_heads: 2, num_key_value_heads: 1, num_hidden_layers: 2, intermediate_size: 64, vocab_size: 96, max_position_embeddings: 2600 }); // prettier-ignore

describe("a cache", () => {
  const open = async () => Session.open(runtime, small, await weightsOf(runtime, small, "full"));
  const prompt = numbers(1000, 6, 96);
  const answer = (session: Session, maxTokens = 60) =>
    generateTokens(session, { promptIds: prompt, maxTokens, sampling: greedy, endTokens: noEnd });

  it("doubles when an answer outgrows it, and the answer is the same", async () => {
    const [grown, roomy] = [await open(), await open()];
    await roomy.reserve(2048);
    const { ids } = await answer(roomy);
    expect(grown.rows).toBe(1024);
    expect((await answer(grown)).ids).toEqual(ids);
    expect(grown.rows).toBe(2048);
    expect((await answer(grown)).timings.reusedTokens).toBe(1000);
    await grown.reserve(1e6);
    expect(grown.rows).toBe(2600); // what the model was trained on
    expect((await answer(grown)).ids).toEqual(ids);
  });

  it("creates nothing for a token, and a few buffers when it doubles", async () => {
    const session = await open();
    await answer(session, 2);
    const before = { ...runtime.counters };
    await answer(session, 20);
    expect(runtime.counters).toMatchObject({ buffers: before.buffers, bindGroups: before.bindGroups });
    await answer(session, 60);
    expect(runtime.counters.buffers).toBeGreaterThan(before.buffers);
  });

  it("that cannot grow ends the answer, and keeps what was said", async () => {
    const session = await open();
    const { ids } = await answer(session, 20);
    session.runtime.allocate = () => fail({ code: "gpu-out-of-memory", neededBytes: 1, what: "k 0" });
    const cut = await answer(session, 60);
    delete (session.runtime as Partial<Runtime>).allocate;
    expect(cut.finishReason).toBe("length");
    expect(cut.ids.slice(0, 20)).toEqual(ids);
    expect(cut.ids.length).toBeLessThanOrEqual(24);
    expect((await answer(session, 60)).ids.length).toBe(60);
  });
});
