// From question to answer with ports made for the test: what is searched, what exactly the model sees, what comes back.
import { expect, it } from "vitest";
import {
  greedy,
  type AskEvent,
  type AskRequest,
  type FoundPassage,
  type GenerateRequest,
  type SearchRequest,
} from "../contract/index.ts";
import { ask, type AskPorts } from "./ask.ts";
import { isSmallTalk, searchQuery } from "./prompt.ts";

const passage = (id: number, text: string, textRank?: number): FoundPassage => ({
  ...{
    id: `d:${id}`,
    documentId: "d",
    documentName: "d.md",
    start: id,
    end: id + text.length,
    text,
    headingPath: [],
    score: 1,
  },
  ...(textRank === undefined ? {} : { textRank }),
});
const pump = passage(0, "The K4 serves wells\n down to  45 metres.", 1);
const clinic = passage(100, "The clinic was founded in 1987.", 2);

/** Ports that answer from what is given, and what was asked of them. */
function ports(given: {
  answer?: string;
  passages?: FoundPassage[];
  isReady?: boolean;
  maxTokenCount?: number;
  isTrained?: boolean;
  odds?: (content: string) => number;
}) {
  const seen = { searches: [] as SearchRequest[], generations: [] as GenerateRequest[], read: [] as string[] };
  const timings = { promptTokens: 9, generatedTokens: 4, firstTokenMs: 5, totalMs: 9, tokensPerSecond: 400 };
  const value: AskPorts = {
    hasDocuments: async (ids) => (given.isReady ?? true) && ids?.length !== 0,
    search: async (request) => (seen.searches.push(request), given.passages ?? [pump, clinic]),
    async generate(request, onEvent) {
      seen.generations.push(request);
      const text = given.answer ?? "45 metres. [1]";
      onEvent({ type: "text-generated", text, tokenCount: 4 });
      return { text, ids: [1, 2, 3, 4], finishReason: "stop", timings, contextTokens: 13 };
    },
    async replyOdds({ messages }) {
      seen.read.push(messages[0]!.content);
      return given.odds?.(messages[0]!.content) ?? (messages[0]!.content.includes("45 metres") ? -5 : 5);
    },
    countTokens: async ({ texts }) => texts.map((text) => text.split(/\s+/).length),
    model: async () => ({
      maxTokenCount: given.maxTokenCount ?? 512,
      ...((given.isTrained ?? true) && { grounding: { refusalOdds: -1 } }),
    }),
  };
  return { value, seen };
}
const request = (question: string, more: Partial<AskRequest> = {}): AskRequest => ({
  ...{ id: "1", question, model: "loam-chat", history: [], sampling: greedy, maxTokens: 40, ...more },
});

it("a trained model reads each passage alone in the form it knows, answers from the surest, and is cited by its number", async () => {
  const { value, seen } = ports({ passages: [clinic, pump] });
  const events: AskEvent[] = [];
  const result = await ask(request("How deep\n can it go?"), value, (event) => events.push(event));
  const clinicAlone = "[1] The clinic was founded in 1987.\n\nQuestion: How deep can it go?";
  const pumpAlone = "[1] The K4 serves wells down to 45 metres.\n\nQuestion: How deep can it go?";
  expect(seen.read).toEqual([clinicAlone, pumpAlone]);
  expect(seen.generations[0]!.messages).toEqual([{ role: "user", content: pumpAlone }]);
  const whole =
    "[1] The clinic was founded in 1987.\n[2] The K4 serves wells down to 45 metres.\n\nQuestion: How deep can it go?";
  expect(result).toMatchObject({
    answer: "45 metres. [2]",
    found: true,
    usedCount: 2,
    readsAlone: true,
    prompt: `${clinicAlone}\n\n${pumpAlone}`,
    messages: [{ role: "user", content: whole }],
    contextTokens: 13,
  });
  expect(result.citations).toMatchObject([{ marker: 2, start: 0, end: pump.text.length, status: "located" }]);
  expect(events.map(({ type }) => type)).toEqual([
    "passages-found",
    "passages-read",
    "passages-read",
    "text-generated",
  ]);
  expect(events.at(-1)).toMatchObject({ text: "45 metres. [2]" });
  expect(result.timings.totalMs).toBeGreaterThanOrEqual(0);
});

it("of two passages that seem to answer, the one that search found better is asked", async () => {
  const better = { ...clinic, score: 1.2 };
  const { value, seen } = ports({
    passages: [better, pump],
    odds: (content) => (content.includes("45 metres") ? -3.2 : -2.8),
  });
  await ask(request("How deep?"), value, () => {});
  expect(seen.generations[0]!.messages![0]!.content).toContain("clinic");
});

it("a trained model that would rather refuse, whatever the passage, refuses", async () => {
  const { value, seen } = ports({ odds: () => -0.5 });
  const result = await ask(request("How deep?"), value, () => {});
  expect(result).toMatchObject({ answer: "The documents do not say.", found: false, citations: [], usedCount: 2 });
  expect(seen.generations).toEqual([]);
});

it("another model sees all passages at once, below an instruction", async () => {
  const { value, seen } = ports({ isTrained: false });
  const result = await ask(request("How deep?"), value, () => {});
  expect(seen.read).toEqual([]);
  expect(seen.generations[0]!.messages!.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(result.prompt).toContain("[1] The K4 serves wells down to 45 metres.\n[2] The clinic was founded in 1987.");
});

it("stopped while the passages are read, nothing is generated", async () => {
  const controller = new AbortController();
  const { value, seen } = ports({ odds: () => (controller.abort(), -5) });
  const result = await ask(request("How deep?"), value, () => {}, controller.signal);
  expect(result).toMatchObject({ finishReason: "cancelled", answer: "" });
  expect([seen.read.length, seen.generations.length]).toEqual([1, 0]);
});

it("a refusal is not found and cites nothing", async () => {
  const result = await ask(request("How deep?"), ports({ answer: "The documents do not say." }).value, () => {});
  expect(result).toMatchObject({
    answer: "The documents do not say.",
    found: false,
    citations: [],
    finishReason: "stop",
  });
});

it("when nothing found shares a word with the question, a trained model is not asked to guess; a larger one is", async () => {
  const nearOnly = [passage(0, "Unrelated words.")];
  const small = ports({ passages: nearOnly });
  const result = await ask(request("Quantum chromodynamics?"), small.value, () => {});
  expect(result).toMatchObject({ answer: "The documents do not say.", found: false, usedCount: 0, passages: nearOnly });
  expect(small.seen.generations).toEqual([]);
  // What it would have been given is there, for an example that teaches it to answer.
  expect(result.messages[0]!.content).toBe("[1] Unrelated words.\n\nQuestion: Quantum chromodynamics?");
  const large = ports({ passages: nearOnly, isTrained: false });
  await ask(request("Quantum chromodynamics?"), large.value, () => {});
  expect(large.seen.generations[0]!.messages!.map(({ role }) => role)).toEqual(["system", "user"]);
});

it("only as many passages go in as leave room for the answer, and never more than five", async () => {
  const many = Array.from({ length: 8 }, (_, i) => passage(i * 100, "word ".repeat(20).trim(), i + 1));
  const tight = await ask(
    request("word?", { passageCount: 8 }),
    ports({ passages: many, maxTokenCount: 130 }).value,
    () => {},
  );
  expect([tight.usedCount, tight.passages.length]).toEqual([3, 8]);
  const roomy = await ask(request("word?", { passageCount: 8 }), ports({ passages: many }).value, () => {});
  expect(roomy.usedCount).toBe(5);
});

it.each([
  ["no documents are chosen", { documentIds: [] }, true, "How deep is it?"],
  ["none is ready", {}, false, "How deep is it?"],
  ["it is a greeting", {}, true, "Hello!"],
])("when %s, the question alone is the prompt", async (_, more, isReady, question) => {
  const { value, seen } = ports({ isReady, answer: "Hello." });
  const result = await ask(request(question, more), value, () => {});
  expect(seen.searches).toEqual([]);
  expect(result).toMatchObject({ prompt: question, found: true, citations: [], passages: [], usedCount: 0 });
});

it("a model that can follow a conversation gets as much of it as fits; the default one gets the question", async () => {
  const history = [
    { role: "user" as const, content: "one ".repeat(100).trim() },
    { role: "assistant" as const, content: "two" },
  ];
  const plain = { documentIds: [], history };
  const large = ports({ isTrained: false, maxTokenCount: 150 });
  await ask(request("three", plain), large.value, () => {});
  expect(large.seen.generations[0]!.messages!.map(({ content }) => content)).toEqual(["two", "three"]);
  const small = ports({});
  await ask(request("three", plain), small.value, () => {});
  expect(small.seen.generations[0]!.messages).toEqual([{ role: "user", content: "three" }]);
});

it("a question stopped before the model began is cancelled", async () => {
  const { value, seen } = ports({});
  const result = await ask(request("How deep?"), value, () => {}, AbortSignal.abort());
  expect(result).toMatchObject({ finishReason: "cancelled", answer: "", found: false });
  expect(seen.generations).toEqual([]);
});

it("a question that points back is searched with the one before; one that stands alone is not", () => {
  const history = [
    { role: "user" as const, content: "What is the Kestrel K4?" },
    { role: "assistant" as const, content: "A hand pump. [1]" },
    { role: "user" as const, content: "Thanks!" },
  ];
  expect(searchQuery("How much does it weigh?", history)).toBe("How much does it weigh? What is the Kestrel K4?");
  expect(searchQuery("And the price?", history)).toContain("Kestrel");
  expect(searchQuery("Which days is the clinic in Marrow Bay open?", history)).toBe(
    "Which days is the clinic in Marrow Bay open?",
  );
  expect(searchQuery("How much does it weigh?", [])).toBe("How much does it weigh?");
});

it.each(["hi", "Hello there!", "Thank you very much.", "Who are you?", "what's your name", "How are you today?", "?!"])(
  "%s is small talk",
  (message) => {
    expect(isSmallTalk(message)).toBe(true);
  },
);
it.each(["Hi, how deep can the K4 go?", "Who are you calling in an emergency?", "What is your warranty?", "pump"])(
  "%s is not",
  (message) => {
    expect(isSmallTalk(message)).toBe(false);
  },
);
