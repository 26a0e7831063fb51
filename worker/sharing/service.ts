// Sharing data sets with a team, from this device: changes here become edits (drafts → ready), the network carries them (ready →
// sent), and what others did comes back. What is ready stays so until the server says that it has it; sent twice, it counts once.
import { detailOf, fail } from "../contract/index.ts";
import type { AppErrorCode, DatasetInfo, HeldRow, Sharing, SharingStatus, TeamDataset } from "../contract/index.ts";
import type { DatasetService } from "../datasets/service.ts";
import { Turns } from "../datasets/turns.ts";
import type { Store } from "../storage/store.ts";
import { alone, type Tabs } from "../storage/tabs.ts";
import { Book, known, type KnownEdit } from "./book.ts";
import { cardOf, isCardDraft, isSameCard, sendCard, takeCard } from "./card.ts";
import { lineHash, lineOf } from "./line.ts";
import { arrivals, conflicts, decision, drafts, shownBy, type Arrivals } from "./merge.ts";
import type { TeamServer } from "./remote.ts";

const MOST_AT_ONCE = 200; // edits of one request
const MOST_CHARS = 1_000_000; // of their lines, but for the last
const MOST_SHOWN = 50; // proposals

/** The data sets on this device. */
export type SharedDatasets = Pick<DatasetService, "list" | "rowsHere" | "takeIn" | "make" | "rename">;

export class SharingService implements Sharing {
  readonly #store: Store;
  readonly #datasets: SharedDatasets;
  readonly #tabs: Tabs;
  readonly #serverAt: (base: string) => TeamServer;
  readonly #books = new Map<string, Book>();
  readonly #held = new Map<string, readonly HeldRow[]>();
  readonly #counted = new Map<string, { readonly state: string; readonly rows: number }>(); // drafts
  readonly #errors = new Map<string, AppErrorCode>();
  readonly #listeners = new Set<(status: SharingStatus) => void>();
  readonly #turns = new Turns();
  #server: TeamServer | null = null;

  constructor(store: Store, datasets: SharedDatasets, serverAt: (base: string) => TeamServer, tabs: Tabs = alone()) {
    this.#store = store;
    this.#datasets = datasets;
    this.#serverAt = serverAt;
    this.#tabs = tabs;
  }

  async connect(base: string | null): Promise<void> {
    this.#server = base === null ? null : this.#serverAt(base);
  }

  async statuses(): Promise<readonly SharingStatus[]> {
    const all: SharingStatus[] = [];
    for (const id of await Book.kept(this.#store))
      if (await this.#info(id)) all.push(await this.#with(id, (book) => this.#statusOf(book)));
    return all;
  }

  async status(id: string): Promise<SharingStatus | null> {
    const isShared = (await Book.kept(this.#store)).includes(id) && (await this.#info(id)) !== undefined;
    return isShared ? this.#with(id, (book) => this.#statusOf(book)) : null;
  }

  send(id: string): Promise<SharingStatus> {
    return this.#change(id, async (book) => {
      const rows = await this.#datasets.rowsHere(id);
      const edits = [...drafts(book, rows)];
      const info = await this.#info(id);
      const isCardReady = info !== undefined && isCardDraft(book, info);
      await book.write({ edits, shown: edits.map(shownBy), ...(isCardReady ? { cardReady: cardOf(info) } : {}) });
    });
  }

  sync(id: string): Promise<SharingStatus> {
    return this.#change(id, async () => undefined);
  }

  async teamDatasets(): Promise<readonly TeamDataset[]> {
    return this.#reached().list();
  }

  async bring(dataset: TeamDataset): Promise<SharingStatus> {
    const { id, name, description, licence } = dataset;
    if (!(await this.#info(id))) await this.#datasets.make(id, { name, description, licence });
    return this.#change(id, (book) => book.write({ team: dataset, card: book.head.card ?? cardOf(dataset) }));
  }

  decide(id: string, row: string, side: string | null): Promise<SharingStatus> {
    return this.#change(id, async (book) => {
      const conflict = conflicts(book).find((one) => one.row === row);
      await book.write({ edits: conflict === undefined ? [] : decision(conflict, side) });
    });
  }

  async review(id: string, verdict: "accepted" | "refused", edits: readonly string[]): Promise<SharingStatus> {
    const decided = await this.#reached().review(id, verdict, edits);
    return this.#change(id, (book) => book.write({ edits: decided.map(known) }));
  }

  versions(id: string) {
    return this.#reached().versions(id);
  }

  makeVersion(id: string, note: string) {
    return this.#reached().makeVersion(id, note);
  }

  async subscribe(onStatus: (status: SharingStatus) => void): Promise<void> {
    this.#listeners.add(onStatus);
  }

  #reached(): TeamServer {
    return this.#server ?? fail({ code: "team-away" });
  }

  async #info(id: string): Promise<DatasetInfo | undefined> {
    return (await this.#datasets.list()).find((info) => info.id === id);
  }

  /** Changes the book, whether there is a network or not; then syncs as far as it goes. */
  #change(id: string, run: (book: Book) => Promise<void>): Promise<SharingStatus> {
    return this.#with(id, async (book) => {
      await run(book);
      this.#errors.delete(id);
      try {
        if (book.ready.size > 0) await this.#tell(book);
        await this.#carry(book);
        await this.#takeIn(book);
      } catch (error) {
        this.#errors.set(id, detailOf(error));
      }
      return this.#tell(book);
    });
  }

  /** Sends what is ready, as often as it takes, then reads what is new. */
  async #carry(book: Book): Promise<void> {
    const server = this.#reached();
    const { dataset: id } = book;
    const info = await this.#info(id);
    if (book.head.team === null && info !== undefined) {
      const team = await server.share(id, info);
      await book.write({ team, card: isSameCard(team, info) ? cardOf(info) : null });
    }
    while (book.ready.size > 0) {
      const sent = await server.send(id, batchOf(book.ready.values()).map(asSent));
      await book.write({ edits: sent.map(known) });
      await this.#tell(book);
    }
    for (let hasMore = true; hasMore;) {
      const page = await server.editsAfter(id, book.head.number);
      await book.write({ edits: page.edits.map(known), number: page.number });
      hasMore = page.hasMore;
    }
    await sendCard(book, server);
    const team = await server.dataset(id);
    await book.write({ team, syncedAt: Date.now() });
    if (info !== undefined) await takeCard(book, info, team, (one, about) => this.#datasets.rename(one, about));
  }

  /** Makes the rows here what the team's are, but for those that were changed here. */
  async #takeIn(book: Book): Promise<void> {
    const { dataset: id } = book;
    if (!(await this.#info(id))) return;
    let found: Arrivals | undefined;
    const held = await this.#datasets.takeIn(id, (rows) => (found = arrivals(book, rows)));
    const { put, removed, settled, editOf } = found!;
    const rows = await this.#datasets.rowsHere(id);
    const isHeld = new Set(held.map(({ row }) => row));
    const taken = [...put.map((row) => row.id), ...removed].filter((row) => !isHeld.has(row));
    const shown = taken.map((row) => {
      const here = rows.get(row);
      return { row, hash: here === undefined ? null : lineHash(lineOf(here)), parents: [editOf.get(row)!] };
    });
    await book.write({ shown: [...settled, ...shown] });
    this.#held.set(id, held.map(({ row, other, kind }) => ({ row, other, reason: kind === "leak" ? kind : "duplicate" }))); // prettier-ignore
  }

  async #tell(book: Book): Promise<SharingStatus> {
    const status = await this.#statusOf(book);
    for (const listener of this.#listeners) listener(status);
    return status;
  }

  async #statusOf(book: Book): Promise<SharingStatus> {
    const { dataset } = book;
    const info = await this.#info(dataset);
    const all = [...book.edits.all()];
    const sent = all.filter(({ isOwn, isReady }) => isOwn && !isReady);
    const waiting = all.filter(({ status, isReady }) => status === "proposed" && !isReady);
    const now = (row: string) => {
      const edits = book.edits.editsOf(row)!;
      return edits.get(edits.fold()?.heads[0] ?? "")?.line ?? null;
    };
    const count = (status: string) => sent.filter((edit) => edit.status === status).length;
    return {
      dataset,
      draftCount: info === undefined ? 0 : await this.#draftCount(book, info),
      readyCount: book.ready.size + (book.head.cardReady === null ? 0 : 1),
      ...{ sentCount: sent.length, proposedCount: count("proposed"), refusedCount: count("refused") },
      conflicts: conflicts(book),
      proposals: waiting.slice(0, MOST_SHOWN).map((edit) => ({ edit, now: now(edit.row) })),
      proposalCount: waiting.length,
      held: this.#held.get(dataset) ?? [],
      ...{ team: book.head.team, syncedAt: book.head.syncedAt, error: this.#errors.get(dataset) ?? null },
    };
  }

  /** Counted once for each state of the rows: a large data set takes a moment. */
  async #draftCount(book: Book, info: DatasetInfo): Promise<number> {
    const state = `${info.version.number} ${book.shownCount}`;
    const before = this.#counted.get(info.id);
    const rows = before?.state === state ? before.rows : countOf(drafts(book, await this.#datasets.rowsHere(info.id)));
    this.#counted.set(info.id, { state, rows });
    return rows + (isCardDraft(book, info) ? 1 : 0);
  }

  /** One at a time, in all tabs, on what is kept now. */
  #with<T>(id: string, run: (book: Book) => Promise<T>): Promise<T> {
    return this.#turns.take(id, async () => {
      const name = `loam-sharing-${id}`;
      let release = await this.#tabs.take(name);
      for (; release === null; release = await this.#tabs.take(name)) await this.#tabs.freed(name);
      try {
        const book = await Book.open(this.#store, id, this.#books.get(id));
        this.#books.set(id, book);
        return await run(book);
      } finally {
        release();
      }
    });
  }
}

const asSent = ({ id, row, parents, line }: KnownEdit) => ({ id, row, parents, line });

/** The first edits that fit into one request. */
function batchOf(edits: Iterable<KnownEdit>): KnownEdit[] {
  const batch: KnownEdit[] = [];
  let chars = 0;
  for (const edit of edits) {
    chars += edit.line?.length ?? 0;
    if (batch.length === MOST_AT_ONCE || (batch.length > 0 && chars > MOST_CHARS)) break;
    batch.push(edit);
  }
  return batch;
}

function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const _ of items) count++;
  return count;
}
