// One verb of the command line in a process of its own: what it says line by line, and how it ended. A crash of the driver ends
// this process, not the worker.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

const KEPT_ERRORS = 20; // lines of standard error

export interface Ended {
  readonly code: number | null; // null: by a signal
  readonly signal: NodeJS.Signals | null;
  readonly last: Record<string, unknown> | null; // what it said last
  readonly errors: readonly string[];
}

export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;

  /** Starts this very program with `argv`; `onLine` gets each JSON object it prints. */
  constructor(argv: readonly string[], cwd: string, onLine: (said: Record<string, unknown>) => void) {
    const env = { ...process.env, LOAM_NO_BUILD: "1" }; // what runs here is built
    this.#process = spawn(process.execPath, [process.argv[1], ...argv, "--json"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }); // prettier-ignore
    let last: Record<string, unknown> | null = null;
    const errors: string[] = [];
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      const said = parsed(line);
      if (!said) return;
      last = said;
      onLine(said);
    });
    createInterface({ input: this.#process.stderr! }).on("line", (line) => {
      errors.push(line);
      if (errors.length > KEPT_ERRORS) errors.shift();
    });
    this.ended = new Promise((resolve) => {
      this.#process.once("close", (code, signal) => resolve({ code, signal, last, errors }));
      this.#process.once("error", (error) => resolve({ code: 1, signal: null, last, errors: [error.message] }));
    });
  }

  /** Asks it to save and end; SIGKILL does not ask. */
  stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): void {
    this.#process.kill(signal);
  }
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
