// What is open on screen, what is asked of a part of it, and what is being announced. Nothing here is stored.

export type Overlay = "palette" | "shortcuts" | "status" | "chats" | null;

/** Something a part of the screen should do as soon as it is there. */
export type Call =
  | { readonly to: "composer" } // take the focus
  | { readonly to: "model" } // open the choice
  | { readonly to: "sources"; readonly marker: number | null }; // show the list, or one of it

export class UiState {
  #overlay = $state.raw<Overlay>(null);
  #link = $state<string | null>(null);
  #announcement = $state("");
  #showsSources = $state(true);
  #sourcesTurn = $state<string | null>(null);
  #call = $state.raw<Call | null>(null);

  get overlay(): Overlay {
    return this.#overlay;
  }
  open(overlay: Overlay): void {
    this.#overlay = overlay;
  }
  close(): void {
    this.#overlay = null;
  }

  /** An address that waits for the user's word before it is opened. */
  get link(): string | null {
    return this.#link;
  }
  askAboutLink(url: string): void {
    this.#link = url;
  }
  dismissLink(): void {
    this.#link = null;
  }

  /** What the one polite status region says. */
  get announcement(): string {
    return this.#announcement;
  }
  announce(text: string): void {
    this.#announcement = text;
  }

  get showsSources(): boolean {
    return this.#showsSources;
  }
  setSources(isShown: boolean): void {
    this.#showsSources = isShown;
  }
  /** The answer whose passages are listed; null for the last one. */
  get sourcesTurn(): string | null {
    return this.#sourcesTurn;
  }
  showSourcesOf(turnId: string | null): void {
    this.#sourcesTurn = turnId;
  }

  /** The call that nobody has answered yet. */
  get pendingCall(): Call | null {
    return this.#call;
  }
  call(call: Call): void {
    if (call.to === "sources") this.#showsSources = true;
    this.#call = call;
  }
  answerCall(): void {
    this.#call = null;
  }
}
