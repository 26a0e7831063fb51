// What the team's API says when it refuses: {error: {code, message}}, where the message says what to do.
import { randomUUID } from "node:crypto";
import { DrizzleQueryError } from "drizzle-orm/errors";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AppError } from "../../worker/contract/errors.ts";
import { sentence } from "../sentence.ts";

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 429 | 500 | 503 | 507;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export function responseOf({ status, code, message, retryAfterSeconds }: Refusal): Response {
  const headers = retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  return Response.json({ error: { code, message } }, { status, headers });
}

/** Ends the request. */
export function refuse(refusal: Refusal): never {
  throw new HTTPException(refusal.status, { message: refusal.message, res: responseOf(refusal) });
}

export const notFound = (what: string): never =>
  refuse({ status: 404, code: "not-found", message: `There is no such ${what}, or it is not yours: reload the list.` });

/** What was thrown as an answer. What nobody foresaw is logged under an id, and the answer has that id alone. */
export function answerTo(error: unknown, context: Context, log: (line: string) => void): Response {
  if (error instanceof HTTPException) return error.res ?? responseOf(ofHono(error));
  const known = error instanceof AppError ? ofApp(error) : isDiskFull(error) ? diskFull : undefined;
  if (known) return responseOf(known);
  const id = randomUUID();
  log(`${id} ${context.req.method} ${context.req.routePath}: ${traceOf(error)}`);
  const message = `Something failed that nobody foresaw. Try again; if it stays, the server's log has more under ${id}.`;
  return responseOf({ status: 500, code: "unexpected", message });
}

/** What hono itself refuses. */
const ofHono = ({ status }: HTTPException): Refusal =>
  status < 500
    ? { status: 400, code: "invalid-json", message: "The body is not valid JSON: correct it and send it again." }
    : { status: 500, code: "unexpected", message: "The server could not answer: try again." };

function ofApp({ detail }: AppError): Refusal | undefined {
  const { code } = detail;
  const message = sentence(detail);
  if (code === "not-found") return { status: 404, code, message };
  if (code === "invalid-argument") return { status: 400, code, message };
  if (code === "data-refused") return { status: 409, code, message };
  if (code === "storage-unavailable") return { status: 503, code, message, retryAfterSeconds: 10 };
  return code === "storage-full" ? { status: 507, code, message } : undefined;
}

const diskFull: Refusal = {
  status: 507,
  code: "storage-full",
  message: "The server's disk is full: nothing was changed. Free some space there, then try again.",
};

/** The database's own code of an error, as "23505"; "" when it has none. */
export function databaseCode(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return String((cause as { code?: unknown } | undefined)?.code ?? "");
}

export const isDuplicate = (error: unknown): boolean => databaseCode(error) === "23505";
const isDiskFull = (error: unknown): boolean => ["53100", "ENOSPC"].includes(databaseCode(error));

/** Where it happened and what is known of it, without a value: parameters of queries may be secrets. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const places = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const said = error instanceof DrizzleQueryError ? `${databaseCode(error)} ${error.query}` : error.message;
  return [`${error.name} ${said}`, ...places].join("\n");
}
