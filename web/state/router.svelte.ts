// The current place, in step with the address bar. Knows the window only as what is handed in.
import { formatRoute, parseRoute, type Route } from "./route.ts";

export interface AddressBar {
  readonly hash: string;
  /** Adds an entry to the history and shows it. */
  push(hash: string): void;
  /** Changes the current entry. */
  replace(hash: string): void;
}

export class RouterState {
  #route: Route;
  readonly #bar: AddressBar;

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.#route = $state.raw(parseRoute(bar.hash));
  }

  get route(): Route {
    return this.#route;
  }

  go(route: Route): void {
    const hash = formatRoute(route);
    if (hash !== this.#bar.hash) this.#bar.push(hash);
    this.#route = route;
  }

  /** Goes there without leaving a step to come back to. */
  replace(route: Route): void {
    this.#bar.replace(formatRoute(route));
    this.#route = route;
  }

  /** Takes over what the address bar says (Back, Forward, typed). */
  read(): void {
    this.#route = parseRoute(this.#bar.hash);
  }
}
