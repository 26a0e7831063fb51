// What the user has set, kept in the browser's small storage. Knows neither models nor screens.
import { greedy, type Sampling } from "../../worker/contract/index.ts";

export type Theme = "system" | "light" | "dark";
export type Motion = "system" | "reduced";

export interface Settings {
  readonly theme: Theme;
  readonly motion: Motion;
  readonly model: string | null; // null: the one that came with the app
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly passageCount: number;
  readonly correctionsDataset: string | null; // where examples of the chat go; null: "Corrections"
  readonly isRailFolded: boolean;
  readonly showsWholeAnswer: boolean; // show an answer only when it is complete
}

export const initialSettings: Settings = {
  theme: "system",
  motion: "system",
  model: null,
  sampling: greedy, // a small model that quotes does best when it takes the likeliest word
  maxTokens: 256,
  passageCount: 6,
  correctionsDataset: null,
  isRailFolded: false,
  showsWholeAnswer: false,
};

const storageKey = "loam-settings";

export class SettingsState {
  #values = $state.raw<Settings>(initialSettings);
  readonly #storage: Pick<Storage, "getItem" | "setItem">;

  constructor(storage: Pick<Storage, "getItem" | "setItem">) {
    this.#storage = storage;
    this.#values = { ...initialSettings, ...readStored(storage) };
  }

  get values(): Settings {
    return this.#values;
  }

  change(change: Partial<Settings>): void {
    this.#values = { ...this.#values, ...change };
    try {
      this.#storage.setItem(storageKey, JSON.stringify(this.#values));
    } catch {
      // A browser that keeps nothing (private window, storage full) still obeys the setting until the page closes.
    }
  }

  changeSampling(change: Partial<Sampling>): void {
    this.change({ sampling: { ...this.#values.sampling, ...change } });
  }

  reset(): void {
    this.change(initialSettings);
  }
}

// Only values of the expected kind are taken over, so that a damaged or older entry cannot break the page.
function readStored(storage: Pick<Storage, "getItem">): Partial<Settings> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    const isKnown = ([name, value]: [string, unknown]) =>
      name in initialSettings &&
      (mayBeNull.includes(name) ? isName(value) : isLike(value, initialSettings[name as "theme"]));
    return Object.fromEntries(Object.entries(stored).filter(isKnown));
  } catch {
    return {};
  }
}

const mayBeNull: readonly string[] = ["model", "correctionsDataset"] satisfies (keyof Settings)[];
function isName(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isLike(value: unknown, initial: unknown): boolean {
  if (typeof value !== typeof initial || value === null) return false;
  if (typeof initial !== "object" || initial === null) return true;
  return Object.entries(initial).every(([name, part]) => isLike((value as Record<string, unknown>)[name], part));
}
