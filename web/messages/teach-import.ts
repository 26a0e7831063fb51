// The words of Teach's import: a file looked at, read in, and what became of its rows.
import type { ColumnUse, DataFormat, ImportProgress } from "../../worker/contract/index.ts";
import { formatNumber, plural } from "./format.ts";

const formats = {
  messages: "chat messages (JSONL)",
  alpaca: "Alpaca",
  sharegpt: "ShareGPT",
  "prompt-completion": "prompt and completion",
  preference: "preference pairs",
  text: "plain text",
  table: "a table",
} satisfies Record<DataFormat, string>;

const columnUses = {
  prompt: "Question (prompt)",
  input: "Added to the question (input)",
  completion: "Answer (completion)",
  rejected: "Rejected answer",
  system: "Instruction (system)",
  text: "Plain text",
  tags: "Tags",
  split: "Split",
  rating: "Rating",
  reason: "Reason",
} satisfies Record<ColumnUse, string>;

const stages = {
  reading: "Reading",
  checking: "Looking for duplicates and leaks",
  keeping: "Storing",
} satisfies Record<ImportProgress["stage"], string>;

export const teachImport = {
  import: {
    title: "Import",
    label: "Import files",
    drop: "Drop files here, or",
    dropAnywhere: "Drop to import as examples",
    dropNote: "Your examples stay on this device.",
    choose: "Choose files",
    paste: "Paste rows",
    pasteTitle: "Paste examples",
    pasteText: "Rows, as JSONL, CSV or a table copied from a spreadsheet",
    pasteEmpty: "Paste some rows first.",
    pasteNext: "Look at them",
    pastedName: "Pasted rows",
    types: "JSONL (messages, Alpaca, ShareGPT, prompt and completion, preference), JSON, CSV and TSV",
    looking: (name: string) => `Looking at ${name}`,
    looksLike: (format: DataFormat) => `This looks like ${formats[format]}.`,
    waiting: (count: number) => `${plural(count, "more file waits", "more files wait")}.`,
    sample: "The first rows, as they would be taken in",
    noSample: "None of the first rows can be taken in.",
    firstProblems: "Problems in the first rows",
    columns: "Which column is which?",
    columnsNote: "Guessed from the names and contents. Change what is wrong.",
    unmapped: "Say which column holds the question and which the answer.",
    header: "The first row holds the names of the columns",
    uses: columnUses,
    noColumn: "None",
    tags: "Tag them all with, if you like",
    start: "Import",
    skip: "Leave it out",
    stages,
    progress: (stage: ImportProgress["stage"], rows: number) => `${stages[stage]}: ${plural(rows, "row", "rows")}`,
    cancelled: (name: string) => `${name} was not imported. The data set is as it was.`,
    next: "Next file",
    done: "Done",
  },
  report: {
    title: (name: string) => `Imported from ${name}`,
    added: (added: number, read: number) => `${formatNumber(added)} of ${plural(read, "row", "rows")} came in.`,
    bad: (count: number) => `${plural(count, "row", "rows")} could not be read`,
    line: "Line",
    field: "Field",
    why: "Reason",
    wholeRow: "whole row",
    refused: (count: number) => `${plural(count, "row was", "rows were")} refused`,
    refusedNote: "They are here already, or would let a test row be learned from.",
    near: (count: number) => `${plural(count, "row is", "rows are")} nearly the same as another`,
    nearNote: "They came in. Delete those that add nothing.",
    keptTest: (count: number) =>
      `${plural(count, "row stays", "rows stay")} for testing although the file says otherwise: the same question was tested on before.`,
    cut: "The file has more rows than one import takes; the rest was not read. Divide it and import the other part.",
  },
} as const;
