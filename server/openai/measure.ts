// What a request of /v1 took, measured around the engine: who, which model, tokens, times. Never a word of what was said.
import type { MiddlewareHandler } from "hono";
import { detailOf } from "../../worker/contract/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Generated } from "../engine/protocol.ts";
import type { Team } from "../team/team.ts";
import type { EngineEnv } from "./auth.ts";

/** The engine as the routes use it. */
export type Answering = Pick<Engine, "models" | "waitingCount" | "waitSeconds" | "generate" | "embed">;

// As OpenTelemetry names them (gen_ai.operation.name).
const operations = { chat: "/chat/completions", text_completion: "/completions", embeddings: "/embeddings" } as const;
const operationOf = (path: string): string =>
  Object.entries(operations).find(([, end]) => path.replace(/^.*\/v1(?=\/)/, "") === end)?.[0] ?? "other";

/** One request's jobs. */
class Measured {
  model: string | null = null;
  error: string | null = null;
  finishReason: string | null = null;
  promptTokens = 0;
  generatedTokens = 0;
  firstAt: number | null = null; // performance.now() of the first text
  #decodeMs = 0; // between the first text of an answer and its end
  #decoded = 0; // tokens in that time
  #underWay: Promise<unknown> = Promise.resolve();

  get perTokenMs(): number | null {
    return this.#decoded > 0 ? this.#decodeMs / this.#decoded : null;
  }

  /** Resolves when no job is under way: one that a client left ends a moment later. */
  async settled(): Promise<void> {
    await this.#underWay.catch(() => undefined);
  }

  /** The engine, watched. */
  around(engine: Answering): Answering {
    // oxlint-disable-next-line typescript/no-this-alias -- the getters below have a `this` of their own
    const measured = this;
    return {
      get models() {
        return engine.models;
      },
      get waitingCount() {
        return engine.waitingCount;
      },
      get waitSeconds() {
        return engine.waitSeconds;
      },
      async generate(job, signal, onText = () => {}) {
        let begun: number | null = null;
        const result = await measured.#tried(job.model, signal, () =>
          engine.generate(job, signal, (...added) => {
            begun ??= performance.now();
            measured.firstAt ??= begun;
            onText(...added);
          }),
        );
        measured.#count(result, begun);
        return result;
      },
      async embed(job, signal) {
        const result = await measured.#tried(job.model, signal, () => engine.embed(job, signal));
        measured.promptTokens += result.tokens;
        return result;
      },
    };
  }

  #count({ finishReason, promptTokens, generatedTokens }: Generated, begun: number | null): void {
    this.finishReason = finishReason;
    this.promptTokens += promptTokens;
    this.generatedTokens += generatedTokens;
    if (begun === null || generatedTokens < 2) return;
    this.#decodeMs += performance.now() - begun;
    this.#decoded += generatedTokens - 1;
  }

  async #tried<T>(model: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.model = model;
    const working = work();
    this.#underWay = working;
    try {
      return await working;
    } catch (error) {
      this.error = signal.aborted ? "cancelled" : detailOf(error).code;
      throw error;
    }
  }
}

/** Gives the routes an engine that is watched, and tells the team's monitor of each request once its last byte is sent. */
export function measured(engine: Answering, opening: Promise<Team> | undefined): MiddlewareHandler<EngineEnv> {
  return async (context, next) => {
    const [start, seen] = [performance.now(), new Measured()];
    context.set("engine", seen.around(engine));
    await next();
    if (!opening) return;
    const { status } = context.res;
    const error = status < 400 ? null : ((await codeOf(context.res)) ?? String(status));
    const caller = context.get("caller");
    const record = async () => {
      const [model, adapter] = namesOf(seen.model);
      const totalMs = performance.now() - start;
      const team = await opening.catch(() => undefined); // the answer does not wait for a database that is still opening
      team?.monitor.record(
        {
          ...{ at: new Date(team.now() - totalMs), totalMs, operation: operationOf(context.req.path) },
          ...{ model, adapter, status },
          ...{ personId: caller?.person.id ?? null, keyId: caller?.keyId ?? null },
          ...{ error: seen.error ?? error, finishReason: seen.finishReason, perTokenMs: seen.perTokenMs },
          ...{ promptTokens: seen.promptTokens, generatedTokens: seen.generatedTokens },
          firstTokenMs: seen.firstAt === null ? null : seen.firstAt - start,
        },
        context.get("isAdmitted") ?? false,
      );
    };
    const isStream = context.res.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
    if (isStream && context.res.body)
      context.res = new Response(ended(context.res.body, () => void seen.settled().then(record)), context.res); // prettier-ignore
    else void record();
  };
}

/** "base:adapter" as two names. */
function namesOf(model: string | null): [string | null, string | null] {
  const at = model?.indexOf(":") ?? -1;
  return model === null || at < 0 ? [model, null] : [model.slice(0, at), model.slice(at + 1)];
}

async function codeOf(refused: Response): Promise<string | null> {
  const body = (await refused.clone().json().catch(() => null)) as { error?: { code?: unknown } } | null; // prettier-ignore
  return typeof body?.error?.code === "string" ? body.error.code : null;
}

/** The same bytes; then, or when nobody wants more, `done`, once. */
function ended(body: ReadableStream<Uint8Array>, done: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { value, done: isOver } = await reader.read();
      if (!isOver) return controller.enqueue(value);
      controller.close();
      done();
    },
    async cancel(reason) {
      await reader.cancel(reason);
      done();
    },
  });
}
