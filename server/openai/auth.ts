// Who may use the API: whoever shows the bearer key. Without a key to compare with, nobody.
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { refuse } from "./errors.ts";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Lets pass what carries `Authorization: Bearer <key>`. Compared as digests, in a time that says nothing about the key. */
export function bearer(key: string | undefined): MiddlewareHandler {
  const expected = key === undefined ? null : digest(key);
  return async (context, next) => {
    const [, shown = ""] = /^Bearer +(\S+) *$/i.exec(context.req.header("Authorization") ?? "") ?? [];
    if (!expected) refuse({ status: 401, message: "this server has no key for its API: start it with --dev-key", code: "no_api_key" }); // prettier-ignore
    if (!timingSafeEqual(digest(shown), expected))
      refuse({ status: 401, message: "the API key is missing or wrong", code: "invalid_api_key" });
    await next();
  };
}
