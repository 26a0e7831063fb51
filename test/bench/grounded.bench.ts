// What the default chat model gets right of its own held-out split (unseen things and wordings), read as the app reads: each
// passage alone. LOAM_EXAMPLES: a file of dump.ts instead of the generator's plain texts; LOAM_COUNT: how many examples.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { openFolder } from "../../server/folder.ts";
import { greedy, type FoundPassage } from "../../worker/contract/index.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { readAlone, renumbered } from "../../worker/inference/alone.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { refusal } from "../../worker/inference/prompt.ts";
import { readConfig } from "../../worker/models/folder.ts";
import { groundingOf } from "../../worker/models/grounding.ts";
import { groundedExample, type GroundedExample } from "../../worker/training/grounded/grounded.ts";

const count = Number(process.env["LOAM_COUNT"] ?? 1000);
const file = process.env["LOAM_EXAMPLES"];
const generated = (index: number) => groundedExample({ seed: 11, split: "test", stage: 4, index });
const examples: GroundedExample[] = file
  ? readFileSync(file, "utf8").trim().split("\n").slice(0, count).map((line) => JSON.parse(line)) // prettier-ignore
  : Array.from({ length: count }, (_, index) => generated(index));

/** A prompt's passages and its question. */
function parts(content: string): { passages: FoundPassage[]; question: string } {
  const [passages, question] = content.split("\n\nQuestion: ") as [string, string];
  const texts = passages.split(/(?:^|\n)\[\d\] /).slice(1);
  return { question, passages: texts.map((text, id) => ({ id: String(id), text, score: 0 }) as FoundPassage) }; // nothing was searched
}

it(`answers of loam-chat to ${count} examples`, async () => {
  const folder = openFolder("loam-chat");
  const model = await ChatModel.load(new Runtime(await openDevice()), folder);
  const { refusalOdds } = groundingOf(await readConfig(folder))!;
  const seen: { kind: string; isRefused: boolean; isExact: boolean }[] = [];
  for (const { kind, messages } of examples) {
    if (kind === "small-talk") continue;
    const { passages, question } = parts(messages[0]!.content);
    const best = (await readAlone(question, passages, (prompt) => model.replyOdds(prompt)))!;
    const isRefused = best.odds >= refusalOdds;
    const maxTokens = kind === "quote" ? 128 : 40;
    const answer = isRefused
      ? refusal
      : renumbered(
          (await model.generate({ messages: best.prompts[best.index]!, maxTokens, sampling: greedy })).text,
          best.index,
        );
    seen.push({ kind, isRefused, isExact: answer.trim() === messages[1]!.content });
    if (seen.length % 100 === 0) console.log(`${seen.length} read`);
  }
  const share = (kinds: readonly string[], has: (s: (typeof seen)[number]) => boolean) => {
    const chosen = seen.filter(({ kind }) => kinds.includes(kind));
    return `${((100 * chosen.filter(has).length) / chosen.length).toFixed(1)} % of ${chosen.length}`;
  };
  console.log(`facts exact, with their citation: ${share(["fact"], (s) => s.isExact)}`);
  console.log(`quotations exact: ${share(["quote"], (s) => s.isExact)}`);
  console.log(`unanswerable refused: ${share(["unanswerable"], (s) => s.isRefused)}`);
  console.log(`answerable refused: ${share(["fact", "quote"], (s) => s.isRefused)}`);
  expect(seen.length).toBeGreaterThan(0);
  model.dispose();
});
