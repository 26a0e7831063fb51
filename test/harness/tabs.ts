// Tabs of one browser without a browser: names are really taken, words really arrive, and a tab that is killed lets go of all.
import type { Tabs } from "../../worker/storage/tabs.ts";

export interface TestTab extends Tabs {
  /** Ends the tab as a crash does: what it had taken is free, and it hears nothing more. */
  kill(): void;
}

export class TestBrowser {
  readonly #owners = new Map<string, TestTab>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #listeners = new Map<TestTab, { topic: string; listener: (what: unknown) => void }[]>();

  open(): TestTab {
    const [owners, listeners, waiting] = [this.#owners, this.#listeners, this.#waiting];
    const release = (name: string) => {
      if (owners.get(name) !== tab) return;
      owners.delete(name);
      for (const go of waiting.get(name) ?? []) go();
      waiting.delete(name);
    };
    const tab: TestTab = {
      async take(name) {
        if (owners.has(name) || !listeners.has(tab)) return null;
        owners.set(name, tab);
        return () => release(name);
      },
      isTaken: async (name) => owners.has(name),
      freed: async (name) => {
        if (owners.has(name)) await new Promise<void>((go) => waiting.set(name, [...(waiting.get(name) ?? []), go]));
      },
      tell(topic, what) {
        for (const [other, all] of listeners)
          if (other !== tab)
            for (const { listener } of all.filter((l) => l.topic === topic)) listener(structuredClone(what));
      },
      hear: (topic, listener) => void listeners.get(tab)?.push({ topic, listener }),
      kill() {
        listeners.delete(tab);
        for (const name of [...owners.keys()]) release(name);
      },
    };
    listeners.set(tab, []);
    return tab;
  }
}
