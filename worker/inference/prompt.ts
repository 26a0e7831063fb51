// The words a model is given: numbered passages and the question, in the exact form the default model was trained on.
// Does not search and does not generate.
import type { FoundPassage, Message } from "../contract/index.ts";

export const refusal = "The documents do not say.";
export const maxPassages = 5;

/** For a model that was not trained on this form. */
const instruction: Message = {
  role: "system",
  content:
    "Answer the question from the numbered passages alone, as briefly as you can, and name the passage you used at the end, " +
    `like this: 45 metres. [2]\nIf the passages do not contain the answer, reply exactly: ${refusal}`,
};

/** The user's turn: passages best first, each on one line, then the question. */
export function groundedContent(question: string, passages: readonly FoundPassage[]): string {
  const numbered = passages.map((passage, i) => `[${i + 1}] ${oneLine(passage.text)}`);
  return `${numbered.join("\n")}\n\nQuestion: ${oneLine(question)}`;
}

export function groundedMessages(question: string, passages: readonly FoundPassage[], isTrained: boolean): Message[] {
  const turn: Message = { role: "user", content: groundedContent(question, passages) };
  return isTrained ? [turn] : [instruction, turn];
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

export function isRefusal(answer: string): boolean {
  return answer
    .trim()
    .replace(/\s*\[\d+\]\s*/g, "")
    .startsWith(refusal.slice(0, -1));
}

const greeting =
  /^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|thanks?|thank you|many thanks|bye|goodbye|see you|ok|okay|great|nice|cool)(?: (?:there|loam|very much|a lot|so much|again|you))*)$/;
const aboutItself =
  /^(?:(?:hi|hello|hey) )?(?:who|what) are you$|^what(?: is|s) your name$|^what can you do(?: for me)?$|^how are you(?: doing)?(?: today)?$|^(?:can|could) you help(?: me)?$|^who made you$|^tell me about yourself$/;

/** Whether a message is small talk, which no document answers: the whole of it is a greeting or asks about the app itself. */
export function isSmallTalk(message: string): boolean {
  const plain = message
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return plain === "" || greeting.test(plain) || aboutItself.test(plain);
}

const pointsBack =
  /\b(?:it|its|they|them|their|this|that|these|those|he|she|him|his|her|there|one|ones)\b|^(?:and|what about|how about|why|when|where)\b/i;
const aFewWords = 3;

/** What to search for: a question that points back at the one before is searched together with it. */
export function searchQuery(question: string, history: readonly Message[]): string {
  const before = history.findLast((message) => message.role === "user" && !isSmallTalk(message.content));
  const isShort = question.trim().split(/\s+/).length <= aFewWords;
  if (before === undefined || !(isShort || pointsBack.test(question))) return question;
  return `${question} ${before.content}`;
}
