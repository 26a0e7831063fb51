// Data sets for fine-tuning, as the page and the workers speak of them: rows, files read in, versions, and the service that
// keeps them. Hashes are SHA-256 in hex. Does not know how anything is stored.
import type { Message } from "./inference.ts";

export type Split = "train" | "valid" | "test";
export type Rating = "up" | "down";

/** Where a row comes from. */
export type RowOrigin =
  | { readonly kind: "file"; readonly name: string; readonly line: number } // 1-based
  | { readonly kind: "correction"; readonly chat: string; readonly message: string } // ids of the chat and its turn
  | { readonly kind: "team"; readonly author: string } // a name
  | { readonly kind: "example" } // came with the app
  | { readonly kind: "written" }; // by hand, on the data-set screen

/**
 * What a row teaches. The last message is the answer that is learned; what stands before it is the prompt: an optional system
 * message, then user and assistant in turn. A single assistant message is plain text, trained whole.
 */
export interface RowContent {
  readonly messages: readonly Message[];
  readonly rejected?: string; // the answer that was replaced: with the last message it makes a preference pair
}
/** What is said about a row without being trained on. */
export interface RowNotes {
  readonly tags: readonly string[]; // no tag twice
  readonly rating?: Rating;
  readonly reason?: string;
}
export interface DatasetRow extends RowContent, RowNotes {
  readonly id: string; // stable over edits; random
  readonly hash: string; // of the content
  readonly promptHash: string; // of the prompt, letter case and spacing levelled: decides the split
  readonly split: Split;
  readonly origin: RowOrigin;
  readonly createdAt: number; // ms since the epoch
}
/** A row to be added. Its split is decided by its prompt; `split` is a wish that a locked prompt overrules. */
export interface RowDraft extends RowContent, Partial<RowNotes> {
  readonly origin: RowOrigin;
  readonly split?: Split;
}
/** What to change in a row; absent stays, null goes. */
export interface RowEdit {
  readonly messages?: readonly Message[];
  readonly rejected?: string | null;
  readonly tags?: readonly string[];
  readonly rating?: Rating | null;
  readonly reason?: string | null;
}

export type SplitCounts = Readonly<Record<Split, number>>;

/** One state of the rows. A later version never changes an earlier one. */
export interface DatasetVersion {
  readonly number: number; // 1, 2, …: names the version within its data set
  readonly hash: string; // of all rows' hashes and splits, in sorted order; tags and ratings do not count
  readonly parent: string | null; // the hash of the version before
  readonly at: number; // ms since the epoch
  readonly what: string; // a sentence
  readonly counts: SplitCounts;
}
export interface DatasetInfo {
  readonly id: string; // stable; random
  readonly name: string;
  readonly description: string;
  readonly licence: string; // "" when not stated
  readonly createdAt: number; // ms since the epoch
  readonly version: DatasetVersion; // the current one
}
export interface VersionDiff {
  readonly counts: Readonly<Record<"added" | "removed" | "changed", number>>;
  readonly added: readonly DatasetRow[]; // the first 50 of them, and so of the others
  readonly removed: readonly DatasetRow[];
  readonly changed: readonly { readonly before: DatasetRow; readonly after: DatasetRow }[];
}

/** Rows that belong together in a bad way: the first is near to, or the same as, the second. */
export interface Finding {
  readonly kind: "duplicate" | "near-duplicate" | "leak"; // leak: one is trained on, the other is held out
  readonly row: string; // id of the row, or "line 12" of one in a file
  readonly other: string; // the row it is like, named in the same way
  readonly similarity: number; // Jaccard index of the word 3-grams, 0..1; 1 also for the same prompt
}

export interface RowFilter {
  readonly ids?: readonly string[];
  readonly split?: Split;
  readonly tag?: string;
  readonly rating?: Rating | "none";
  readonly origin?: RowOrigin["kind"];
  readonly text?: string; // found in a message, the rejected answer or the reason; letter case does not count
}
export interface RowPage {
  readonly rows: readonly DatasetRow[]; // newest last
  readonly total: number; // rows that pass the filter
}

export type DataFormat = "messages" | "alpaca" | "sharegpt" | "prompt-completion" | "preference" | "text" | "table";
/** What a column of a table can hold. `input` is appended to the prompt. */
export type ColumnUse =
  | "system"
  | "prompt"
  | "input"
  | "completion"
  | "rejected"
  | "text"
  | "tags" // divided by commas or semicolons
  | "split"
  | "rating"
  | "reason";
export interface ColumnMapping {
  readonly hasHeader: boolean; // without one the columns are called "1", "2", …
  readonly columns: Readonly<Partial<Record<ColumnUse, string>>>; // use → column's name
}
export interface DataFile {
  readonly name: string;
  readonly bytes: Blob;
}
/** What a file looks like from its first rows, for the user to confirm. */
export interface FileLook {
  readonly format: DataFormat;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  readonly columns: readonly string[]; // of a table; else empty
  readonly mapping: ColumnMapping | null; // the guess for a table; else null
  readonly isMapped: boolean; // false: a table whose mapping lacks the prompt or the answer
  readonly sample: readonly RowDraft[]; // the first rows as they would be taken in
  readonly problems: readonly RowProblem[]; // of the first rows
}
/** A row of a file that was not taken in. */
export interface RowProblem {
  readonly line: number; // 1-based, where the row starts
  readonly field: string; // such as "messages[2].role"; "" for the row as a whole
  readonly reason: string;
}
export interface ImportRequest {
  readonly id: string; // for cancelImport
  readonly dataset: string;
  readonly file: DataFile;
  readonly mapping?: ColumnMapping; // of a table; absent: as guessed
  readonly tags?: readonly string[]; // given to every row
}
export interface ImportProgress {
  /** `checking`: the rows that are there already are made ready to be compared; each that is read then is at once. */
  readonly stage: "checking" | "reading" | "keeping";
  readonly done: number; // 0..1 within the stage
  readonly rowCount: number; // rows read so far
}
export interface ImportReport {
  readonly format: DataFormat;
  readonly encoding: FileLook["encoding"];
  readonly readCount: number; // rows met in the file, good or bad
  readonly addedCount: number;
  readonly badCount: number;
  readonly problems: readonly RowProblem[]; // the first 1,000 of the bad rows
  readonly refusedCount: number; // duplicates and leaks
  readonly refused: readonly Finding[]; // the first 1,000 of them
  readonly nearCount: number; // taken in, although near to another row of the same split
  readonly near: readonly Finding[]; // the first 1,000 of them
  readonly keptTestCount: number; // the file wanted them elsewhere, but their prompts are locked as test
  readonly isCut: boolean; // the file has more rows than can be taken; the rest was not read
  readonly version: DatasetVersion; // the current one, after the import
}

/** A corrected answer of a chat. The same message corrected again replaces its row. */
export interface CorrectionRequest {
  readonly dataset: string | null; // null: the data set "Corrections", made when it is not there
  readonly chat: string;
  readonly message: string; // the turn's id
  readonly prompt: readonly Message[]; // what stood before the answer
  readonly before: string; // the model's answer
  readonly after: string; // what it should have been; the same as `before` saves an example without a pair
  readonly tags?: readonly string[];
  readonly rating?: Rating;
  readonly reason?: string;
}

export interface DatasetEvent {
  readonly type: "dataset-changed" | "dataset-removed";
  readonly dataset: DatasetInfo;
}

/**
 * The data sets, in the text worker. Every change of rows is a version, and happens in full or not at all. What would let a
 * row be trained on and tested with is refused (`data-refused`), and so is a row that is there already.
 */
export interface Datasets {
  list(): Promise<DatasetInfo[]>; // in the order they were made
  create(about: {
    readonly name: string;
    readonly description?: string;
    readonly licence?: string;
  }): Promise<DatasetInfo>;
  rename(
    id: string,
    about: { readonly name?: string; readonly description?: string; readonly licence?: string },
  ): Promise<DatasetInfo>;
  remove(id: string): Promise<void>;
  /** Puts back a data set that `remove` took (undo, within the session). */
  undoRemove(id: string): Promise<void>;

  rows(
    id: string,
    request: { readonly filter?: RowFilter; readonly start: number; readonly count: number },
  ): Promise<RowPage>;
  /** Every tag in use, with the number of rows that carry it. */
  tags(id: string): Promise<readonly { readonly tag: string; readonly count: number }[]>;
  add(id: string, drafts: readonly RowDraft[]): Promise<DatasetRow[]>;
  edit(id: string, row: string, edit: RowEdit): Promise<DatasetRow>;
  removeRows(id: string, rows: readonly string[]): Promise<void>;
  tagRows(
    id: string,
    rows: readonly string[],
    change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): Promise<void>;
  /** Moves the rows, and all rows with the same prompts, to another split. What was ever test stays test. */
  move(id: string, rows: readonly string[], to: Split): Promise<void>;
  /** Duplicates, near duplicates and leaks among the rows that are there. */
  validate(id: string): Promise<readonly Finding[]>;

  /** What a file is and how its first rows would be read. Throws data-unreadable. */
  look(file: DataFile, mapping?: ColumnMapping): Promise<FileLook>;
  import(request: ImportRequest, onProgress: (progress: ImportProgress) => void): Promise<ImportReport>;
  cancelImport(id: string): Promise<void>;
  saveCorrection(request: CorrectionRequest): Promise<{ readonly dataset: DatasetInfo; readonly row: DatasetRow }>;

  versions(id: string): Promise<DatasetVersion[]>; // newest first
  diff(id: string, from: number, to: number): Promise<VersionDiff>;
  /** Makes the rows what they were, as a new version; prompts locked as test since then stay test. */
  restore(id: string, version: number): Promise<DatasetInfo>;
  /** The rows as canonical JSONL, all or of one split, now or as of a version. Read in again it gives the same hashes. */
  export(id: string, what?: { readonly version?: number; readonly split?: Split }): Promise<Blob>;
  subscribe(onEvent: (event: DatasetEvent) => void): Promise<void>;
}
