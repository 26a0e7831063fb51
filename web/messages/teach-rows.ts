// The words of Teach's rows: one example, its form, several at once, what is found about them, how the model sees them.
import type { Finding, Rating } from "../../worker/contract/index.ts";
import { formatNumber, formatPercent, plural } from "./format.ts";

export const examples = (count: number) => plural(count, "example", "examples");

export const ratings = { up: "Rated good", down: "Rated bad" } satisfies Record<Rating, string>;

const kinds = {
  duplicate: "The same as",
  "near-duplicate": "Nearly the same as",
  leak: "Would be learned from and tested with: like",
} satisfies Record<Finding["kind"], string>;

export const teachRows = {
  row: {
    label: (number: number) => `Example ${formatNumber(number)}`,
    roles: { system: "Instruction", user: "Question", assistant: "Answer" },
    plain: "Text",
    rejected: "Rejected answer",
    wanted: "Wanted answer",
    chosen: (number: number) => `Choose example ${formatNumber(number)}`,
    origin: {
      file: (name: string, line: number) => `${name}, line ${formatNumber(line)}`,
      chat: "Open the chat",
      team: (author: string) => `From the team, by ${author}`,
    },
    reason: (reason: string) => `Reason: ${reason}`,
    whole: "Show all of it",
    less: "Show less",
    edit: "Edit",
    remove: "Delete",
    masked: "As the model sees it",
    removed: (count: number) => `${examples(count)} deleted.`,
    edited: "Example changed.",
    added: "Example added.",
    ratings,
  },
  form: {
    addTitle: "Add an example",
    editTitle: "Edit the example",
    system: "Instruction to the model (system), if any",
    turn: { user: "Question", assistant: "Answer" },
    earlier: { user: "Earlier question", assistant: "Earlier answer" },
    plain: "Text, learned whole",
    rejected: "Rejected answer, if any: what it should not say",
    addTurn: "Add a question and answer before this one",
    removeTurn: "Take the first question and answer away",
    tags: "Tags, divided by commas",
    split: "Use it for",
    splitAuto: "Let Loam choose: 8 in 10 are learned from",
    rating: "Rating",
    ratingNone: "Not rated",
    reason: "Reason",
    add: "Add",
    failed: "It was not saved",
  },
  bulk: {
    label: "Chosen examples",
    count: (count: number) => `${examples(count)} chosen`,
    all: "Choose this page",
    clear: "Choose none",
    tag: "Tag",
    tagLabel: "Tag to add or take away",
    addTag: "Add tag",
    takeTag: "Take tag away",
    tagged: (count: number, tag: string) => `“${tag}” added to ${examples(count)}.`,
    untagged: (count: number, tag: string) => `“${tag}” taken from ${examples(count)}.`,
    move: "Move to",
    moved: (count: number, split: string) => `${examples(count)} moved to ${split}.`,
    remove: "Delete",
    locked: (count: number) =>
      `${plural(count, "of them is", "of them are")} for testing and stay so: what was ever tested on is never learned from, or the test would prove nothing.`,
    toTestTitle: "Keep them for testing, for good?",
    toTestText:
      "Test examples are never learned from, now or later, so that a test on them stays honest. This cannot be undone.",
    toTest: "Keep for testing",
  },
  findings: {
    kinds,
    like: (similarity: number) => `${formatPercent(similarity)} alike`,
    line: (name: string) => name.replace(/^line /, "Line "),
    gone: "an example that is no longer there",
    more: (count: number) => `and ${formatNumber(count)} more`,
  },
  check: {
    title: "Check",
    running: "Comparing every example with every other",
    none: "Nothing is double, and nothing that is tested on is learned from.",
    found: (count: number) => `${plural(count, "finding", "findings")}. Keep what you mean to keep; delete the rest.`,
    show: "Show both",
  },
  masked: {
    title: "As the model sees it",
    text: (counted: number, total: number) =>
      `${plural(total, "token", "tokens")}, ${formatNumber(counted)} of them learned. Those are underlined and bold; the rest is only read.`,
    none: "Nothing of it is learned: it is cut off before the answer begins. Make it shorter.",
    reading: "Cutting it into tokens",
    noModel: "Open a model first: each cuts text into tokens in its own way.",
    learned: "learned",
    label: "Tokens",
  },
} as const;
