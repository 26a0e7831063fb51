// The process that runs the models: told over IPC what to load, then one job at a time. It ends when the server does, and when
// the device is lost: the server starts another.
import { detailOf } from "../../worker/contract/errors.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { openDevice } from "../gpu.ts";
import { Models } from "./models.ts";
import type { AdapterSpec, EngineJob, EngineSpec, FromEngine, OnText, ToEngine } from "./protocol.ts";

/** Serves until the channel closes. */
export function serveParent(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {}); // the server says when it is over
  const engine = new Child();
  process.on("message", (message) => void engine.take(message as ToEngine));
  return new Promise((resolve) => process.once("disconnect", resolve));
}

const say = (message: FromEngine): void => {
  if (process.connected) process.send!(message);
};

class Child {
  #models: Models | null = null;
  #runtime: Runtime | null = null;
  readonly #underWay = new Map<number, AbortController>();

  async take(message: ToEngine): Promise<void> {
    switch (message.type) {
      case "start":
        return this.#start(message.spec);
      case "job":
        return this.#run(message.id, message.job);
      case "adapters":
        return this.#adopt(message.adapters);
      case "cancel":
        return this.#underWay.get(message.id)?.abort();
      default:
        return message satisfies never;
    }
  }

  async #start(spec: EngineSpec): Promise<void> {
    try {
      const device = await openDevice();
      this.#runtime = new Runtime(device);
      this.#models = await Models.open(this.#runtime, spec);
      void device.lost.then(() => process.exit(1));
      say({ type: "ready", models: this.#models.list() });
    } catch (error) {
      say({ type: "not-started", detail: detailOf(error) });
      process.disconnect();
    }
  }

  async #adopt(adapters: readonly AdapterSpec[]): Promise<void> {
    const failures = (await this.#models?.adopt(adapters)) ?? [];
    if (this.#models) say({ type: "models", models: this.#models.list(), failures });
  }

  async #run(id: number, job: EngineJob): Promise<void> {
    const cancelled = new AbortController();
    this.#underWay.set(id, cancelled);
    try {
      if (job.type === "embed") say({ type: "embedded", id, result: await this.#models!.embed(job) });
      else {
        const onText: OnText = (text, tokens) => say({ type: "text", id, text, tokens });
        say({ type: "generated", id, result: await this.#models!.generate(job, onText, cancelled.signal) });
      }
    } catch (error) {
      say({ type: "failed", id, detail: detailOf(await this.#runtime!.namedError(error)) });
    } finally {
      this.#underWay.delete(id);
    }
  }
}
