// The one error class and the union of everything that can go wrong, as plain data. Sentences for people are made in the
// page (web/messages), never here.

/** Why a document could not be read. */
export type UnreadableReason = "empty" | "encrypted" | "too-large" | "no-text" | "damaged" | "unsupported-type";

/** Why rows of a data set were refused; `other` is the row they clash with, "" for a locked one. */
export type RefusalReason = "duplicate" | "leak" | "locked";

/** Every failure the app can name. A new one is a new member here, never a new class. */
export type AppErrorCode =
  | { code: "shape-mismatch"; op: string; tensor: string; expected: string; got: string }
  | { code: "wgsl-slot"; file: string; slot: string; found: number }
  | { code: "wgsl-compile"; file: string; line: number; message: string }
  | { code: "gpu-unavailable"; reason: string }
  | { code: "gpu-lost"; reason: string }
  | { code: "gpu-out-of-memory"; neededBytes: number; what: string }
  | { code: "gpu-validation"; what: string; message: string }
  | { code: "bad-file"; file: string; format: string; reason: string }
  | { code: "model-unsupported"; model: string; reason: string }
  | { code: "engine-cannot"; model: string; engine: string; what: string } // another engine runs the model; `what`: "learning"
  | { code: "engine-failed"; model: string; engine: string; reason: string } // in another engine's words
  | { code: "library-missing"; model: string; file: string; version: string } // WebLLM's compiled kernels, for its version
  | { code: "document-unreadable"; document: string; reason: UnreadableReason; detail: string }
  | { code: "storage-full"; neededBytes: number; freeBytes: number }
  | { code: "storage-unavailable"; reason: string }
  | { code: "not-found"; what: string; id: string }
  | { code: "invalid-argument"; name: string; reason: string }
  | { code: "context-full"; tokenCount: number; maxTokenCount: number }
  | { code: "network"; url: string; reason: string }
  | { code: "hub-refused"; url: string; status: number } // HTTP status
  | { code: "data-unreadable"; file: string; reason: string }
  | { code: "data-refused"; reason: RefusalReason; rows: readonly { row: string; other: string }[] }
  | { code: "training-diverged"; step: number; reason: string }
  | { code: "run-elsewhere"; run: string }
  | { code: "team-away" } // no way to the team's server, or nobody is signed in
  | { code: "team-refused"; refusal: string; message: string } // the server's own code and words
  | { code: "unexpected"; message: string };

/** The one error class. `detail` is plain data, so it crosses postMessage and HTTP unchanged. */
export class AppError extends Error {
  constructor(
    readonly detail: AppErrorCode,
    options?: ErrorOptions,
  ) {
    super(JSON.stringify(detail), options);
    this.name = "AppError";
  }
}

/** Throws the failure `detail`. */
export function fail(detail: AppErrorCode, cause?: unknown): never {
  throw new AppError(detail, { cause });
}

/** What anything thrown says as data: an AppError keeps its detail, the rest becomes `unexpected`. */
export function detailOf(thrown: unknown): AppErrorCode {
  if (thrown instanceof AppError) return thrown.detail;
  return { code: "unexpected", message: thrown instanceof Error ? thrown.message : String(thrown) };
}
