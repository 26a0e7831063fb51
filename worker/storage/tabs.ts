// Several tabs over one store: names that one of them has at a time, and a word to the others. Does not know what a name guards
// or what is said.

export interface Tabs {
  /** Takes a name until the release is called or this tab ends, however it ends; null at once when another has it. */
  take(name: string): Promise<(() => void) | null>;
  /** Whether anyone has the name, this tab included. */
  isTaken(name: string): Promise<boolean>;
  /** Resolves once nobody has the name. */
  freed(name: string): Promise<void>;
  /** Says something to every other tab. Plain data. */
  tell(topic: string, what: unknown): void;
  hear(topic: string, listener: (what: unknown) => void): void;
}

interface Said {
  readonly topic: string;
  readonly what: unknown;
}

/** The tabs of this browser, by Web Locks and a broadcast channel. */
export function browserTabs(): Tabs {
  const channel = new BroadcastChannel("loam-tabs");
  return {
    take: (name) =>
      new Promise((resolve, reject) => {
        const held = (lock: Lock | null) => {
          if (lock !== null) return new Promise<void>((release) => resolve(release));
          resolve(null);
        };
        navigator.locks.request(name, { ifAvailable: true }, held).catch(reject);
      }),
    isTaken: async (name) => ((await navigator.locks.query()).held ?? []).some((lock) => lock.name === name),
    freed: async (name) => void (await navigator.locks.request(name, { mode: "shared" }, () => undefined)),
    tell: (topic, what) => channel.postMessage({ topic, what } satisfies Said),
    hear: (topic, listener) =>
      channel.addEventListener("message", ({ data }: MessageEvent<Said>) => {
        if (data.topic === topic) listener(data.what);
      }),
  };
}

/** One process that shares its store with no other: the command line. */
export function alone(): Tabs {
  const taken = new Set<string>();
  return {
    async take(name) {
      if (taken.has(name)) return null;
      taken.add(name);
      return () => void taken.delete(name);
    },
    isTaken: async (name) => taken.has(name),
    freed: async () => undefined, // asked only of what another tab has
    tell: () => undefined,
    hear: () => undefined,
  };
}
