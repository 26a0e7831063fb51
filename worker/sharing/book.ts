// What this device knows of a shared data set: the edits it has met or made, those that wait to be sent, and of each row what is shown
// here and which edits that is. Kept as a head and a list of entries; an entry and the head that counts it are written at once, so
// that what was cut off has not happened. Does not know the network.
import { fail, type TeamDataset, type TeamEdit } from "../contract/index.ts";
import type { Store } from "../storage/store.ts";
import { EditLog, type Said } from "./fold.ts";
import { lineHash, rowOfLine } from "./line.ts";
import type { About } from "./remote.ts";

export interface KnownEdit extends TeamEdit {
  readonly isOwn: boolean; // made on this device
  readonly isReady: boolean; // waits to be sent: the server's part of it is not known yet
}
/** What a row is here, and the edits that it shows. */
export interface Shown {
  readonly row: string;
  readonly hash: string | null; // of its line; null: it is not there
  readonly parents: readonly string[]; // ids of edits
}
interface Head {
  readonly entryCount: number;
  readonly number: number; // of the last change that was pulled
  readonly team: TeamDataset | null;
  readonly card: About | null; // as it was sent or came last
  readonly cardReady: About | null; // waits to be sent
  readonly syncedAt: number | null; // ms since the epoch
}
/** What happened, to be kept whole or not at all. */
export interface Entry extends Partial<Omit<Head, "entryCount">> {
  readonly edits?: readonly KnownEdit[];
  readonly shown?: readonly Shown[];
}

const first: Head = { entryCount: 0, number: 0, team: null, card: null, cardReady: null, syncedAt: null };
const entryKey = (dataset: string, index: number): string => `${dataset}/${String(index).padStart(9, "0")}`;

export class Book {
  readonly edits = new EditLog<KnownEdit>();
  readonly shown = new Map<string, Shown>();
  readonly ready = new Map<string, KnownEdit>(); // in the order they were made
  shownCount = 0; // how often what is shown was changed
  readonly #said = new Map<string, Said>(); // by the hash of a line
  readonly #store: Store;
  #head: Head;

  private constructor(
    store: Store,
    readonly dataset: string,
    head: Head,
  ) {
    this.#store = store;
    this.#head = head;
  }

  /** The books that are kept, by data set. */
  static kept(store: Store): Promise<string[]> {
    return store.keys("sharing", "");
  }

  /** Opens the book of a data set, empty where there is none; `before`, if that is still right. */
  static async open(store: Store, dataset: string, before?: Book): Promise<Book> {
    const head = (await store.get<Head>("sharing", dataset)) ?? first;
    if (before !== undefined && before.head.entryCount === head.entryCount) return before;
    const book = new Book(store, dataset, head);
    for (let i = 0; i < head.entryCount; i++) {
      const entry = await store.get<Entry>("sharingEntries", entryKey(dataset, i));
      book.#take(entry ?? fail({ code: "storage-unavailable", reason: `what is shared of ${dataset} is damaged` }));
    }
    return book;
  }

  get head(): Head {
    return this.#head;
  }

  /** Keeps what happened. Throws storage-full, and nothing happened. */
  async write({ edits = [], shown = [], ...more }: Entry): Promise<void> {
    const before = this.#head;
    const isMore = edits.length > 0 || shown.length > 0;
    const head: Head = { ...before, ...more, entryCount: before.entryCount + (isMore ? 1 : 0) };
    const isStill = (now: Head | undefined) => (now?.entryCount ?? 0) === before.entryCount;
    const headEntry = { table: "sharing", key: this.dataset, value: head } as const;
    const entry = { table: "sharingEntries", key: entryKey(this.dataset, before.entryCount), value: { edits, shown } } as const; // prettier-ignore
    if (!(await this.#store.putIf(isStill, isMore ? [headEntry, entry] : [headEntry])))
      fail({ code: "storage-unavailable", reason: "another tab went on with this data set; try again" });
    this.#head = head;
    this.#take({ edits, shown });
  }

  /** What a line says that is known here by its hash. */
  saidBy = (hash: string): Said => this.#said.get(hash)!;

  #take({ edits = [], shown = [] }: Entry): void {
    for (const edit of edits) {
      const isOwn = edit.isOwn || this.edits.get(edit.id)?.isOwn === true;
      const known = { ...edit, isOwn };
      this.edits.put(known);
      if (known.isReady) this.ready.set(known.id, known);
      else this.ready.delete(known.id);
      if (known.hash !== null && known.line !== null && !this.#said.has(known.hash)) {
        const { promptHash, split } = rowOfLine(known.line);
        this.#said.set(known.hash, { promptHash, split });
      }
    }
    for (const one of shown) this.shown.set(one.row, one);
    this.shownCount += shown.length;
  }
}

/** An edit made here now, which waits to be sent. */
export function readyEdit(row: string, line: string | null, parents: readonly string[]): KnownEdit {
  const id = crypto.randomUUID();
  const unknown = { number: 0, status: "proposed", author: "", authorId: "", reviewer: null } as const;
  const hash = line === null ? null : lineHash(line);
  return { id, row, parents, line, hash, ...unknown, at: Date.now(), isOwn: true, isReady: true };
}

export const known = (edit: TeamEdit): KnownEdit => ({ ...edit, isOwn: false, isReady: false });
