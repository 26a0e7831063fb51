// From a question to a grounded answer: search, prompt, generate, cite. The same in the page and on the command line; what
// it needs is handed in. Does not know where documents, models or the GPU are.
import type {
  AskEvent,
  AskRequest,
  AskResult,
  FoundPassage,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  Grounding,
  Message,
  ModelInfo,
  ReplyOddsRequest,
  SearchRequest,
} from "../contract/index.ts";
import { readAlone, renumbered } from "./alone.ts";
import { citationsOf } from "./citations.ts";
import { groundedMessages, isRefusal, isSmallTalk, maxPassages, refusal, searchQuery } from "./prompt.ts";

/** What asking needs of the rest of the app. */
export interface AskPorts {
  /** Whether there is anything to search among these documents (absent: all). */
  hasDocuments(documentIds?: readonly string[]): Promise<boolean>;
  search(request: SearchRequest): Promise<FoundPassage[]>;
  generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult>;
  replyOdds(request: ReplyOddsRequest): Promise<number>;
  countTokens(request: { model: string; texts: readonly string[] }): Promise<number[]>;
  model(id: string): Promise<AskModel>;
}
/** The context length, and whether and how it was trained on the form of our prompts. */
export type AskModel = Pick<ModelInfo, "maxTokenCount" | "grounding">;

const templateTokens = 24; // what a chat template adds around a turn, rounded up

/** Answers a question. Throws what the ports throw; a cancelled answer is a result. */
export async function ask(
  request: AskRequest,
  ports: AskPorts,
  onEvent: (event: AskEvent) => void,
  signal?: AbortSignal,
): Promise<AskResult> {
  const startedAt = performance.now();
  const isGrounded =
    request.documentIds?.length !== 0 &&
    !isSmallTalk(request.question) &&
    (await ports.hasDocuments(request.documentIds));
  const passages = isGrounded ? await found(request, ports) : [];
  if (isGrounded) onEvent({ type: "passages-found", passages });
  const model = await ports.model(request.model);
  // Passages that share no word with the question, not even by its stem: a small model would guess, so it is not asked.
  // To ask for a third of the words would refuse 38 % of unanswerable questions, but also 1.5 % of answerable ones (XQuAD).
  const isHopeless = isGrounded && passages.every(({ textRank }) => textRank === undefined && model.grounding);
  if (signal?.aborted) return unspoken(isHopeless ? refusal : "", passages, [], "cancelled", startedAt);
  const { messages, usedCount } =
    passages.length > 0
      ? await groundedPrompt(request, passages, model, ports)
      : { messages: await plainPrompt(request, model, ports), usedCount: 0 };
  if (isHopeless) return unspoken(refusal, passages, messages, "stop", startedAt);
  const shown: Shown = { messages, passages, usedCount };
  if (model.grounding && usedCount > 0) return askAlone(request, shown, model.grounding, ports, onEvent, startedAt, signal); // prettier-ignore
  const generated = await ports.generate({ ...generation(request), messages }, onEvent);
  return spoken(generated, shown, joined(messages), startedAt);
}

/** What an answer is from: a prompt of the first `usedCount` passages. */
interface Shown {
  readonly messages: readonly Message[];
  readonly passages: readonly FoundPassage[];
  readonly usedCount: number;
}

/** The answer of a model that reads each passage alone. */
async function askAlone(
  request: AskRequest,
  shown: Shown,
  { refusalOdds }: Grounding,
  ports: AskPorts,
  onEvent: (event: AskEvent) => void,
  startedAt: number,
  signal?: AbortSignal,
): Promise<AskResult> {
  const { model, adapters } = request;
  const read = shown.passages.slice(0, shown.usedCount);
  const best = await readAlone(
    request.question,
    read,
    (prompt) => ports.replyOdds({ model, ...(adapters && { adapters }), ...prompt }),
    (done) => onEvent({ type: "passages-read", done, total: read.length }),
    signal,
  );
  if (!best) return unspoken("", shown.passages, shown.messages, "cancelled", startedAt);
  const prompt = best.prompts.map(joined).join("\n\n");
  const seen = { prompt, readsAlone: true } as const;
  if (best.odds >= refusalOdds) {
    const refused = unspoken(refusal, shown.passages, shown.messages, "stop", startedAt);
    return { ...refused, ...seen, usedCount: shown.usedCount };
  }
  const generated = await ports.generate({ ...generation(request), messages: best.prompts[best.index]! }, (event) =>
    onEvent("text" in event ? { ...event, text: renumbered(event.text, best.index) } : event),
  );
  const text = renumbered(generated.text, best.index);
  return { ...spoken({ ...generated, text }, shown, prompt, startedAt), ...seen };
}

function found(request: AskRequest, ports: AskPorts): Promise<FoundPassage[]> {
  const { question, history, documentIds, passageCount = maxPassages } = request;
  const query = searchQuery(question, history);
  return ports.search({ query, k: passageCount, ...(documentIds === undefined ? {} : { documentIds }) });
}

const generation = ({ id, model, sampling, maxTokens, adapters }: AskRequest) => ({
  ...{ id, model, sampling, maxTokens },
  ...(adapters && { adapters }),
});

/** As many of the best passages as fit beside the answer. */
async function groundedPrompt(
  request: AskRequest,
  passages: readonly FoundPassage[],
  { maxTokenCount, grounding }: AskModel,
  ports: AskPorts,
) {
  const isTrained = grounding !== undefined;
  const budget = maxTokenCount - request.maxTokens - templateTokens;
  const choices = passages
    .slice(0, maxPassages)
    .map((_, i) => groundedMessages(request.question, passages.slice(0, i + 1), isTrained));
  const counts = await ports.countTokens({ model: request.model, texts: choices.map(joined) });
  // The first always goes in: where even it does not fit, the model's own context-full says so.
  const usedCount = Math.max(1, counts.filter((count) => count <= budget).length);
  return { messages: choices[usedCount - 1]!, usedCount };
}

/** Chat without documents: the question, and for a model that can follow one, the conversation before it. */
async function plainPrompt(
  request: AskRequest,
  { maxTokenCount, grounding }: AskModel,
  ports: AskPorts,
): Promise<Message[]> {
  const turn: Message = { role: "user", content: request.question };
  if (grounding || request.history.length === 0) return [turn]; // such a model has only ever seen single turns
  const counts = await ports.countTokens({
    model: request.model,
    texts: [...request.history, turn].map((message) => message.content),
  });
  let left = maxTokenCount - request.maxTokens - counts.at(-1)! - templateTokens;
  const kept: Message[] = [];
  for (let i = request.history.length - 1; i >= 0; i--) {
    left -= counts[i]! + templateTokens;
    if (left < 0) break;
    kept.unshift(request.history[i]!);
  }
  return [...kept, turn];
}

const joined = (messages: readonly Message[]): string => messages.map((message) => message.content).join("\n\n");

function spoken(
  generated: GenerateResult,
  { messages, passages, usedCount }: Shown,
  prompt: string,
  startedAt: number,
): AskResult {
  const answer = generated.text.trim();
  const isFound = answer !== "" && !isRefusal(answer);
  const totalMs = performance.now() - startedAt;
  const searchMs = totalMs - generated.timings.totalMs; // searching comes before the first token
  return {
    answer,
    found: isFound,
    citations: isFound ? citationsOf(answer, passages.slice(0, usedCount)) : [],
    passages,
    usedCount,
    prompt,
    messages,
    finishReason: generated.finishReason,
    timings: { ...generated.timings, firstTokenMs: generated.timings.firstTokenMs + Math.max(0, searchMs), totalMs },
    contextTokens: generated.contextTokens,
  };
}

/** An answer for which the model was not asked. */
function unspoken(
  answer: string,
  passages: readonly FoundPassage[],
  messages: readonly Message[],
  finishReason: AskResult["finishReason"],
  startedAt: number,
): AskResult {
  const totalMs = performance.now() - startedAt;
  const timings = { promptTokens: 0, generatedTokens: 0, firstTokenMs: totalMs, totalMs, tokensPerSecond: 0 };
  const nothing = { found: false, citations: [], usedCount: 0, prompt: "", contextTokens: 0 };
  return { answer, passages, messages, finishReason, timings, ...nothing };
}
