// Changes one after another: within this tab by a queue, across tabs by trying again. Does not know what changes.
import { fail } from "../contract/index.ts";

const mostTries = 20; // of a change that other tabs overtake

/** Runs what is called for one key one after the other. */
export class Turns {
  readonly #queues = new Map<string, Promise<unknown>>();

  take<T>(key: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(key) ?? Promise.resolve()).then(run, run);
    this.#queues.set(key, turn);
    const leave = () => void (this.#queues.get(key) === turn && this.#queues.delete(key));
    turn.then(leave, leave);
    return turn;
  }
}

/** Tries until something comes of it; null: another tab was faster. Throws storage-unavailable when others always are. */
export async function untilDone<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < mostTries; tries++) {
    const done = await attempt();
    if (done !== null) return done;
  }
  return fail({ code: "storage-unavailable", reason: "another tab changes this data set all the time; close it" });
}
