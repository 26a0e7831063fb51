// Data sets that a team shares, as the page, the workers and the team's server speak of them. A shared data set is a log of edits,
// each of one row: what is there now follows from the edits alone, in whatever order they came together. Does not know how
// anything is stored or sent.
import type { AppErrorCode } from "./errors.ts";
import type { SplitCounts } from "./datasets.ts";

/** What became of an edit: a reviewer's is accepted at once, another's waits for one. */
export type EditStatus = "proposed" | "accepted" | "refused";

/** One edit of one row, as it is sent. Sent again under the same id, it is still one. */
export interface RowEditSent {
  readonly id: string; // a UUID, made where the edit was made
  readonly row: string; // id of the row
  readonly parents: readonly string[]; // ids of the edits of this row that it was made upon
  readonly line: string | null; // the row as canonical JSONL; null: it is removed
}
/** The same as the server has it. */
export interface TeamEdit extends RowEditSent {
  readonly hash: string | null; // SHA-256 of the line, hex
  readonly number: number; // of the change of the data set that was the last of this edit: made, accepted, refused
  readonly status: EditStatus;
  readonly author: string; // a name
  readonly authorId: string;
  readonly at: number; // ms since the epoch, by the server's clock
  readonly reviewer: string | null; // a name; null: nobody decided yet
}

export interface TeamDataset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly licence: string; // "" when not stated
  readonly aboutNumber: number; // of the last change of name, description or licence: 1, 2, …
  readonly number: number; // of the last change of an edit; 0: none
  readonly proposalCount: number;
  readonly owner: string; // the name of who shared it first
  readonly ownerId: string;
  readonly createdAt: number; // ms since the epoch
}
/** One state of the accepted rows, for good. */
export interface TeamVersion {
  readonly hash: string; // SHA-256 of its rows' ids, hashes and splits, in sorted order, with card, licence and parents
  readonly number: number; // 1, 2, … within its data set
  readonly parents: readonly string[]; // hashes of the versions that it came from
  readonly name: string; // the card: as the data set was called then
  readonly description: string;
  readonly licence: string;
  readonly note: string; // what its maker says of it
  readonly counts: SplitCounts;
  readonly maker: string; // a name
  readonly at: number; // ms since the epoch
}

/** Edits that came after a change of the data set, by number. */
export interface EditPage {
  readonly edits: readonly TeamEdit[];
  readonly number: number; // go on after this one
  readonly hasMore: boolean;
}

/** One of several things that a row is at once. */
export interface ConflictSide {
  readonly edit: string; // its id
  readonly line: string | null; // null: removed
  readonly author: string;
  readonly at: number; // ms since the epoch
}
/** A row that was edited in two places at once: both are kept until somebody decides. */
export interface RowConflict {
  readonly row: string;
  readonly sides: readonly ConflictSide[]; // two or more
}
/** An edit that waits for a reviewer, beside what the row is now. */
export interface RowProposal {
  readonly edit: TeamEdit;
  readonly now: string | null; // the row's line; null: it is not there
}
/** A row of the team's that cannot be a row here as well: it repeats one, or would leak. */
export interface HeldRow {
  readonly row: string;
  readonly other: string; // the row here that it clashes with
  readonly reason: "duplicate" | "leak";
}

/** How a shared data set stands on this device. */
export interface SharingStatus {
  readonly dataset: string; // id, here and there
  readonly draftCount: number; // rows that differ from what was sent or came last
  readonly readyCount: number; // edits that wait for the network
  readonly sentCount: number; // of one's own edits that the server has
  readonly proposedCount: number; // of those, the ones that wait for a reviewer
  readonly refusedCount: number; // of those, the ones that were refused
  readonly conflicts: readonly RowConflict[];
  readonly proposals: readonly RowProposal[]; // of everybody, the first 50
  readonly proposalCount: number;
  readonly held: readonly HeldRow[];
  readonly team: TeamDataset | null; // as it was last seen; null: it was never sent
  readonly syncedAt: number | null; // ms since the epoch
  readonly error: AppErrorCode | null; // why the last try to sync did not do all of it
}

/**
 * Sharing data sets with the team, in the text worker. What is ready waits on this device until the server has it; calls that only
 * the server can answer throw `team-away` or `team-refused`.
 */
export interface Sharing {
  /** Where the team's API is, for who is signed in; null: nobody is, and nothing is sent. */
  connect(base: string | null): Promise<void>;
  /** How each data set stands that is shared from here, or came from the team. */
  statuses(): Promise<readonly SharingStatus[]>;
  /** How one stands; null: it is not shared. */
  status(id: string): Promise<SharingStatus | null>;
  /** Makes what differs ready to be sent; the first time this shares the data set. Then syncs. */
  send(id: string): Promise<SharingStatus>;
  /** Sends what is ready and takes in what came; `error` of the status says what kept it from it. */
  sync(id: string): Promise<SharingStatus>;
  /** The team's data sets. */
  teamDatasets(): Promise<readonly TeamDataset[]>;
  /** Brings a data set of the team's to this device. */
  bring(dataset: TeamDataset): Promise<SharingStatus>;
  /** Decides on a row that is several things at once: for one side, by its edit, or, null, for all, as rows of their own. */
  decide(id: string, row: string, side: string | null): Promise<SharingStatus>;
  /** Accepts or refuses proposals, by their edits. */
  review(id: string, verdict: "accepted" | "refused", edits: readonly string[]): Promise<SharingStatus>;
  versions(id: string): Promise<readonly TeamVersion[]>; // newest first
  makeVersion(id: string, note: string): Promise<TeamVersion>;
  subscribe(onStatus: (status: SharingStatus) => void): Promise<void>;
}
