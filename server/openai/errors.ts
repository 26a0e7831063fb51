// Failures as OpenAI's clients expect them: {error: {message, type, param, code}} and a status.
import { HTTPException } from "hono/http-exception";
import { detailOf, type AppErrorCode } from "../../worker/contract/errors.ts";
import { sentence } from "../sentence.ts";

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 500 | 503;
  readonly message: string;
  readonly param?: string | null; // the parameter at fault
  readonly code?: string | null;
  readonly retryAfterSeconds?: number;
}

const types: Readonly<Record<Refusal["status"], string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "invalid_request_error",
  413: "invalid_request_error",
  429: "rate_limit_error",
  500: "server_error",
  503: "server_error",
};

/** The body of a refusal. */
export const bodyOf = ({ status, message, param = null, code = null }: Refusal) => ({
  error: { message, type: types[status], param, code },
});

export function responseOf(refusal: Refusal): Response {
  const { status, retryAfterSeconds } = refusal;
  const headers = retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  return Response.json(bodyOf(refusal), { status, headers });
}

/** A refusal whose answer is as OpenAI's clients expect it. */
export class OpenaiRefusal extends HTTPException {}

/** Ends the request with this refusal. */
export function refuse(refusal: Refusal): never {
  throw new OpenaiRefusal(refusal.status, { message: refusal.message, res: responseOf(refusal) });
}

/** What a failure of the engine means to a client; `prompt` is the parameter that carried the text. */
export function refusalOf(thrown: unknown, prompt: string | null = null): Refusal {
  const detail = detailOf(thrown);
  const message = sentence(detail);
  switch (detail.code) {
    case "context-full":
      return { status: 400, message, param: prompt, code: "context_length_exceeded" };
    case "invalid-argument":
      return { status: 400, message, param: detail.name, code: "invalid_value" };
    case "gpu-lost":
    case "gpu-unavailable":
    case "gpu-out-of-memory":
      return { status: 503, message, code: "engine_unavailable", retryAfterSeconds: 1 };
    default:
      return isTemplates(detail) ? { status: 400, message, param: prompt } : { status: 500, message };
  }
}

/** Templates refuse turns that their model was not made for. */
const isTemplates = (detail: AppErrorCode): boolean => detail.code === "bad-file" && detail.format === "chat template";
