// The shapes of requests, and how routes read them. A body that does not fit is refused by the name of its field.
import { validator } from "hono-openapi";
import * as v from "valibot";
import { refuse } from "./errors.ts";
import { roles, scopeNames } from "./permissions.ts";

/** One line of text; nothing that a database or a terminal would choke on. */
export function line(most: number) {
  const message = `must be a line of 1 to ${most} characters`;
  return v.pipe(
    v.string(message),
    v.trim(),
    v.minLength(1, message),
    v.maxLength(most, message),
    v.regex(/^[^\p{Cc}\p{Cs}]*$/u, message),
  );
}

export const email = v.pipe(
  v.string("must be an e-mail address"),
  v.trim(),
  v.toLowerCase(),
  v.email("must be an e-mail address"),
  v.maxLength(254, "must be an e-mail address"),
);

const passwordRule = "must have 10 to 200 characters";
export const password = v.pipe(v.string(passwordRule), v.minLength(10, passwordRule), v.maxLength(200, passwordRule));
/** One that was chosen earlier: any text that is not too long to hash. */
const givenRule = "must have 1 to 200 characters";
export const givenPassword = v.pipe(v.string(givenRule), v.minLength(1, givenRule), v.maxLength(200, givenRule));

export const token = v.pipe(v.string("must be a text"), v.maxLength(200, "is too long"));
export const role = v.picklist(roles, `must be one of ${roles.join(", ")}`);
export const scope = v.picklist(scopeNames, `must be one of ${scopeNames.join(", ")}`);
export const id = v.pipe(v.string(), v.uuid("must be an id"));
const time = "must be a time, as 2027-01-31T12:00:00Z";
export const moment = v.pipe(v.string(time), v.isoTimestamp(time), v.regex(/^2\d{3}-/, time));

export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** The same, of a query's text. */
export const wholeText = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, "must be a whole number"),
    v.transform(Number),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function checked(result: { readonly success: boolean; readonly error?: readonly Issue[] }): void {
  if (result.success) return;
  const [issue] = result.error ?? [];
  const path = issue?.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  const message = `${path ? `"${path}"` : "The request"} ${issue?.message ?? "is not as it should be"}.`;
  refuse({ status: 400, code: "invalid-argument", message });
}

/** The body as JSON, a query, and the parts of the path, read by a schema. */
export const body = <S extends v.GenericSchema>(schema: S) => validator("json", schema, checked);
export const query = <S extends v.GenericSchema>(schema: S) => validator("query", schema, checked);
export const path = <S extends v.GenericSchema>(schema: S) => validator("param", schema, checked);
export const byId = path(v.object({ id }));
