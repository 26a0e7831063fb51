// What the page and the workers say to each other about documents, passages and search. Offsets are UTF-16 code units into
// the document's extracted text, so `text.slice(start, end)` is the passage.
import type { AppErrorCode } from "./errors.ts";

export type DocumentType = "pdf" | "docx" | "html" | "markdown" | "text" | "csv" | "jsonl";
/** waiting → reading → indexing → ready, or failed (with `error`; retry puts it back to waiting). */
export type DocumentState = "waiting" | "reading" | "indexing" | "ready" | "failed";

export interface DocumentInfo {
  readonly id: string; // stable; random
  readonly name: string; // the file's name
  readonly type: DocumentType;
  readonly sizeBytes: number; // of the original file
  readonly contentHash: string; // SHA-256 of the original, hex
  readonly state: DocumentState;
  readonly progress: number; // 0..1 within the state
  readonly error?: AppErrorCode; // when failed
  readonly pageCount?: number; // PDF only
  readonly passageCount: number; // 0 until ready
  readonly addedAt: number; // ms since the epoch
  readonly isExample: boolean; // one of the two that come with the app
}

/** A heading, paragraph, list item, table row or line of the extracted text, where it stands. */
export interface Block {
  readonly kind: "heading" | "paragraph" | "list-item" | "table-row" | "code";
  readonly start: number;
  readonly end: number;
  readonly level?: number; // of a heading, 1..6
  readonly page?: number; // PDF only, 1-based
}

/** A document as it is read on screen. */
export interface DocumentContent {
  readonly info: DocumentInfo;
  readonly text: string; // what was extracted; every offset points into it
  readonly blocks: readonly Block[];
}

/** A stretch of a document that search can find. `text` is `content.text.slice(start, end)`. */
export interface Passage {
  readonly id: string; // `${documentId}:${start}`
  readonly documentId: string;
  readonly documentName: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headingPath: readonly string[];
  readonly page?: number;
}

export interface FoundPassage extends Passage {
  readonly score: number; // fused; higher is better
  readonly textRank?: number; // 1-based rank in full text, absent when not among its results
  readonly vectorRank?: number; // 1-based rank by vectors
}

export interface SearchRequest {
  readonly query: string;
  readonly k: number;
  readonly documentIds?: readonly string[]; // absent: all ready documents
}

export interface LibraryEvent {
  readonly type: "document-changed" | "document-removed";
  readonly document: DocumentInfo;
}

export interface AddRequest {
  readonly files: readonly { readonly name: string; readonly bytes: Blob }[];
}

/** The library, in the text worker. Every change is announced to every subscriber. */
export interface LibraryApi {
  list(): Promise<DocumentInfo[]>;
  /** Takes the files in and returns at once; reading goes on behind, announced by events. A file already there (same hash) is returned as it is. */
  add(request: AddRequest): Promise<DocumentInfo[]>;
  addExamples(): Promise<DocumentInfo[]>;
  retry(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Puts back the document that `remove` took last (undo, within the session). */
  restore(id: string): Promise<void>;
  open(id: string): Promise<DocumentContent>;
  /** The original bytes, for saving a copy. */
  original(id: string): Promise<Blob>;
  search(request: SearchRequest): Promise<FoundPassage[]>;
  subscribe(onEvent: (event: LibraryEvent) => void): Promise<void>;
}
