// Long work on the one thread of a worker: it is cut into slices, and between two of them messages are answered and a
// cancellation is noticed. Does not know what the work is.

const sliceMs = 25;

/** What every reader of a document is given: the file's name for errors, a way to tell how far it is, a way to pause. */
export class Slices {
  readonly signal: AbortSignal | undefined;
  readonly report: (fraction: number) => void;
  #sliceStart = performance.now();

  constructor(signal?: AbortSignal, report: (fraction: number) => void = () => undefined) {
    this.signal = signal;
    this.report = report;
  }

  /** To be awaited often: lets others run once a slice is over. Throws the signal's reason when it was aborted. */
  async breathe(): Promise<void> {
    this.signal?.throwIfAborted();
    if (performance.now() - this.#sliceStart < sliceMs) return;
    await new Promise((resume) => setTimeout(resume, 0));
    this.signal?.throwIfAborted();
    this.#sliceStart = performance.now();
  }
}
