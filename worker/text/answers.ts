// Questions under way: each can be stopped by its id, whether it is searching or already being answered.
// Does not know how an answer comes about.
import type { AskApi, AskEvent, AskRequest, AskResult } from "../contract/index.ts";
import { ask, type AskPorts } from "../inference/ask.ts";

export class Answers implements AskApi {
  readonly #ports: AskPorts;
  readonly #cancelGeneration: (id: string) => Promise<void>;
  readonly #running = new Map<string, AbortController>();

  constructor(ports: AskPorts, cancelGeneration: (id: string) => Promise<void>) {
    this.#ports = ports;
    this.#cancelGeneration = cancelGeneration;
  }

  async ask(request: AskRequest, onEvent: (event: AskEvent) => void): Promise<AskResult> {
    const controller = new AbortController();
    this.#running.set(request.id, controller);
    try {
      return await ask(request, this.#ports, onEvent, controller.signal);
    } finally {
      this.#running.delete(request.id);
    }
  }

  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.abort();
    await this.#cancelGeneration(id);
  }
}
