// One life of the two workers: started together, joined by a channel, stopped together. A call that is under way when a
// worker stops is refused at once instead of waiting for ever. Does not know what the calls mean.
import { transfer, wrap, type Remote } from "comlink";
import "../../worker/contract/wire.ts";
import { AppError, type GpuApi, type TextApi } from "../../worker/contract/index.ts";
import gpuWorkerUrl from "../../worker/gpu/main.ts?worker&url";
import textWorkerUrl from "../../worker/text/main.ts?worker&url";

export type WorkerName = "text" | "gpu";
const slowStartMs = 30_000;

/** A worker that no longer answers, and why. */
export interface Stopped {
  readonly worker: WorkerName;
  readonly reason: string;
}

export class Session {
  readonly text: Remote<TextApi>;
  readonly gpu: Remote<GpuApi>;
  readonly #workers: Record<WorkerName, Worker>;
  readonly #waiting: Record<WorkerName, Set<(error: AppError) => void>> = { text: new Set(), gpu: new Set() };
  readonly #stopped: Partial<Record<WorkerName, AppError>> = {};
  readonly #onStopped: (stopped: Stopped) => void;

  constructor(onStopped: (stopped: Stopped) => void) {
    this.#onStopped = onStopped;
    this.#workers = { gpu: startWorker(gpuWorkerUrl, "gpu"), text: startWorker(textWorkerUrl, "text") };
    const { port1, port2 } = new MessageChannel();
    this.#workers.gpu.postMessage({ type: "loam-connect", port: port1 }, [port1]);
    this.gpu = wrap<GpuApi>(this.#workers.gpu);
    this.text = wrap<TextApi>(this.#workers.text);
    this.#watch("gpu", this.gpu.status());
    this.#watch("text", this.text.connect(transfer(port2, [port2])));
  }

  /** Runs a call to a worker; refuses it when the worker has stopped or stops meanwhile. */
  call<T>(worker: WorkerName, run: (session: Session) => Promise<T>): Promise<T> {
    const already = this.#stopped[worker];
    if (already !== undefined) return Promise.reject(already);
    return new Promise<T>((resolve, reject) => {
      const waiting = this.#waiting[worker];
      waiting.add(reject);
      run(this)
        .then(resolve, reject)
        .finally(() => waiting.delete(reject));
    });
  }

  /** Ends both workers. What they had stored stays stored. */
  end(): void {
    for (const name of ["text", "gpu"] as const) {
      this.#refuse(name, "ended");
      this.#workers[name].terminate();
    }
  }

  // An exception at start-up means that the worker will never answer; later ones leave it alive.
  #watch(name: WorkerName, firstAnswer: Promise<unknown>): void {
    let hasStarted = false;
    const stop = (reason: string) => {
      if (hasStarted || this.#stopped[name] !== undefined) return;
      this.#refuse(name, reason);
      this.#onStopped({ worker: name, reason });
    };
    // Slow is not dead: it is reported, but what was asked still waits and the first answer clears the report.
    const timer = setTimeout(() => this.#onStopped({ worker: name, reason: "no answer" }), slowStartMs);
    const started = () => {
      hasStarted = true;
      clearTimeout(timer);
    };
    this.#workers[name].addEventListener("error", (event) => stop(event.message ?? "could not be loaded"));
    firstAnswer.then(started, started);
  }

  #refuse(name: WorkerName, reason: string): void {
    const error = new AppError(
      name === "gpu" ? { code: "gpu-unavailable", reason } : { code: "storage-unavailable", reason },
    );
    this.#stopped[name] = error;
    for (const reject of this.#waiting[name]) reject(error);
    this.#waiting[name].clear();
  }
}

function startWorker(url: string, name: string): Worker {
  return new Worker(url, { type: "module", name });
}
