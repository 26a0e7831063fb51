// Short confirmations with, where it can be taken back, an undo. Never the only place for an error.

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const shownMs = 8000;

export class NoticesState {
  #notices = $state.raw<readonly Notice[]>([]);
  #nextId = 1;

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  show(text: string, action?: Notice["action"]): void {
    const id = this.#nextId++;
    this.#notices = [...this.#notices, action === undefined ? { id, text } : { id, text, action }];
    // What can be undone stays twice as long.
    setTimeout(() => this.dismiss(id), action === undefined ? shownMs : 2 * shownMs);
  }

  dismiss(id: number): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }
}
