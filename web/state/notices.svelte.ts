// Short confirmations with, where it can be taken back, an undo, and a link to where it happened. Never the only place for an error.

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action?: NoticeAction;
  readonly link?: { readonly label: string; readonly href: string };
}
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

const shownMs = 8000;

export class NoticesState {
  #notices = $state.raw<readonly Notice[]>([]);
  #nextId = 1;

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  show(text: string, action?: NoticeAction, link?: Notice["link"]): void {
    const id = this.#nextId++;
    const more = { ...(action === undefined ? {} : { action }), ...(link === undefined ? {} : { link }) };
    this.#notices = [...this.#notices, { id, text, ...more }];
    // What can be undone stays twice as long.
    setTimeout(() => this.dismiss(id), action === undefined ? shownMs : 2 * shownMs);
  }

  dismiss(id: number): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }
}
