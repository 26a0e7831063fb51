// The words of Prove: comparing versions, blind votes, the versions themselves, and wearing them in a chat.
import type { AdapterFormat, ScorerId } from "../../worker/contract/index.ts";
import { formatBytes, formatDay, formatNumber, formatPercent, plural } from "./format.ts";

const scorers = {
  "json-equals": "Equal as JSON",
  "exact-match": "Exactly equal",
  contains: "Contains what is expected",
  "token-f1": "Shared words (token F1)",
  "regular-expression": "Matches a pattern (regular expression)",
} satisfies Record<ScorerId, string>;

const scorerHelp = {
  "json-equals": "The same data, however it is spaced or ordered.",
  "exact-match": "The same text, to the letter.",
  contains: "The expected text stands somewhere in the answer.",
  "token-f1": "How many words the answer shares with what is expected.",
  "regular-expression": "The answer matches your pattern; without one, each row's expected text is its pattern.",
} satisfies Record<ScorerId, string>;

const formats = {
  peft: "For other programs (PEFT folder)",
  gguf: "For llama.cpp and its kin (GGUF adapter)",
  merged: "As a whole model (merged safetensors)",
} satisfies Record<AdapterFormat, string>;

const points = (share: number) => `${share > 0 ? "+" : ""}${formatNumber(share * 100)}`;

export const prove = {
  title: "Prove",
  lead: "Is the new version better? Two versions answer the same test rows, which neither has ever learned from.",
  heading: (candidate: string, baseline: string, rows: number) =>
    `${candidate} against ${baseline}, ${plural(rows, "locked example", "locked examples")}`,
  base: "the base",
  baseName: (model: string) => (model === "" ? "the base" : `${model}, as it came (base)`),
  compare: "Compare",
  cancel: "Cancel",
  cancelling: "Cancelling",
  missing: {
    dataset: "Choose test rows",
    rows: "Add test rows",
    model: "Choose a model",
    versions: "Choose two different versions",
    pattern: "Correct the pattern",
  },
  fields: {
    dataset: "Test rows of",
    model: "Model",
    candidate: "New version",
    baseline: "Against",
    scorer: "A good answer",
    pattern: "Pattern",
  },
  testRows: (count: number) => plural(count, "test row", "test rows"),
  noTestRows: "This data set has no test rows. Move some rows to “test” in Teach; they are then never learned from.",
  noAdapters:
    "There is nothing to prove yet. A run learns from examples and makes a new version; here you see whether it is better.",
  noVersions: "There are no versions of this model yet.",
  toRun: "Teach a new version",
  noDatasets: "There are no examples yet. Make some in Teach.",
  toTeach: "Teach",
  scorers,
  scorerHelp,
  evaluating: (version: string, done: number, total: number) =>
    `${version} is answering: ${formatNumber(done)} of ${plural(total, "row", "rows")}`,
  verdictLabel: "Verdict",
  blank: "The verdict will stand here, in words.",
  measures: {
    title: "In numbers",
    score: "Score",
    loss: "Loss (nats a token)",
    perplexity: "Perplexity",
    exactMatch: "Exactly equal",
    tokenF1: "Shared words (token F1)",
    difference: "Difference",
    interval: (low: number, high: number) => `95 %: ${points(low)} to ${points(high)}`,
    points: (share: number) => `${points(share)} points`,
    nats: (low: number, high: number) => `95 %: ${formatNumber2(low)} to ${formatNumber2(high)} lower`,
    percent: (share: number) => formatPercent(share),
  },
  rows: {
    title: "Row by row",
    filter: "Rows to show",
    all: (count: number) => `All (${count})`,
    worse: (count: number) => `What got worse (${count})`,
    better: (count: number) => `What got better (${count})`,
    same: (count: number) => `The same (${count})`,
    changes: { better: "Better", worse: "Worse", same: "Same" },
    none: "None.",
    more: (count: number) => `Show ${formatNumber(count)} more`,
    prompt: "Asked",
    expected: "Expected",
    right: "As expected.",
    loss: (loss: string) => `loss ${loss}`,
  },
  blind: {
    title: "Blind votes",
    lead: "Which answer would you rather have? You do not see which version wrote it, so the vote is fair.",
    start: "Vote blind",
    again: "Vote anew",
    leave: "Back to the comparison",
    allEqual: "Both versions gave the same answers: there is nothing to vote on.",
    progress: (judged: number, total: number) => `${formatNumber(judged)} of ${formatNumber(total)}`,
    a: "Answer A",
    b: "Answer B",
    chooseA: "A is better",
    chooseB: "B is better",
    tie: "No difference",
    undo: "Undo",
    keys: "Keys: A, B, T for no difference, U to undo.",
    empty: "(no answer)",
    all: "All pairs are judged. The sides are shown only when you are done, and then votes are final.",
    reveal: "Show the result",
    result: (candidate: string, won: number, lost: number, ties: number) =>
      `${candidate} won ${formatNumber(won)}, lost ${formatNumber(lost)}, no difference on ${formatNumber(ties)}.`,
    voted: (candidate: string, won: number, total: number) => `Blind votes: ${won} of ${total} for ${candidate}`,
  },
  makeDefault: "Make it the default",
  isDefault: "This is the default",
  defaultTitle: (name: string) => `Make ${name} the default?`,
  defaultWhy: "New chats will answer with it. It was not found better, so write down why you want it all the same.",
  notProven: "It has not been compared on test rows",
  reason: "Your reason",
  madeDefault: (name: string) => `New chats answer with ${name}.`,
  defaultOff: (model: string) => `New chats answer with ${model} as it came.`,
  adapters: {
    title: "Versions",
    lead: "What was learned is kept beside a model as an adapter, a few megabytes each.",
    empty: "None yet. A run in Teach makes one; one from elsewhere (PEFT, MLX, GGUF) can be imported.",
    import: "Import an adapter",
    importTitle: "Import a version",
    importText: (model: string) =>
      `A folder of PEFT or MLX (adapter_config.json with its .safetensors), or a GGUF adapter, trained for ${model}. It is checked before anything is kept.`,
    importFolder: "Choose a folder",
    importFiles: "Choose files",
    importName: "Name",
    importModel: "Made for",
    importing: "Checking",
    imported: (name: string) => `${name} is here.`,
    chosen: (count: number) => plural(count, "file", "files"),
    facts: (rank: number, bytes: number, at: number) => `rank ${rank} · ${formatBytes(bytes)} · ${formatDay(at)}`,
    fromRun: "From a run",
    isImported: "Imported",
    isDefault: "Default",
    reason: (reason: string) => `Made the default because: ${reason}`,
    menu: (name: string) => `More for ${name}`,
    rename: "Rename",
    newName: "New name",
    use: "Use in chat",
    prove: "Compare it",
    run: "Show its run",
    makeDefault: "Make it the default",
    takeOff: "No longer the default",
    export: "Export",
    exportTitle: (name: string) => `Export ${name}`,
    exportText: "The files are read back, and must give the same answers before they are handed out.",
    formats,
    exporting: "Writing and reading back",
    parity: (equal: number, tokens: number, prompts: number) =>
      equal === tokens
        ? `Read back: all ${plural(tokens, "token", "tokens")} the same, over ${plural(prompts, "prompt", "prompts")}.`
        : `Read back: ${formatNumber(equal)} of ${plural(tokens, "token", "tokens")} the same, over ${plural(prompts, "prompt", "prompts")}. Do not rely on these files.`,
    saveAgain: "Save again",
    remove: "Remove",
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: (bytes: number) =>
      `This frees ${formatBytes(bytes)}. Chats that used it answer without it. This cannot be undone; export it first if you may want it back.`,
    removed: (name: string) => `Removed ${name}.`,
  },
  worn: {
    hint: "# documents   @ model, versions",
    choose: "Models and versions",
    dialog: "Versions in this chat",
    lead: "How strongly each is worn: 100 % is as it was taught, 0 % is without it.",
    none: "This chat answers with the model as it is.",
    button: (names: string) => `Versions in this chat: ${names}`,
    noVersions: "There are no versions of this model yet. A run in Teach makes one.",
    strength: (name: string) => `Strength of ${name}`,
    with: (name: string, strength: number) => (strength === 1 ? `@${name}` : `@${name} ${formatPercent(strength)}`),
    add: (name: string) => `@${name}`,
    strengths: "Strengths of versions",
    takeOff: (name: string) => `Without ${name}`,
    started: (name: string) => `This new chat answers with ${name}.`,
  },
} as const;

function formatNumber2(value: number): string {
  return value.toFixed(2);
}
