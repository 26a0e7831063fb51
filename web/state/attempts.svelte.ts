// What a state tried last, and why it failed: one failure at a time, gone with the next success or when it is dismissed.
import { detailOf, type AppErrorCode } from "../../worker/contract/index.ts";

export class Attempts {
  #error = $state.raw<AppErrorCode | null>(null);

  get error(): AppErrorCode | null {
    return this.#error;
  }
  dismiss(): void {
    this.#error = null;
  }

  /** Whether it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    return (await this.get(async () => [await work()])) !== null;
  }
  /** What it gave; null when it failed. */
  async get<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      const value = await work();
      this.#error = null;
      return value;
    } catch (error) {
      this.#error = detailOf(error);
      return null;
    }
  }
}
