// Requests that nobody foresaw, made from the API's own document: whatever is sent, no answer is a 500, and a refusal has its shape.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { World } from "./testing/client.ts";
import { samples } from "./testing/samples.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 15); // a route

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const odd = fc.constantFrom(
  ...["", " ", "\0", "\ud800", "'; drop table people; --", "é".repeat(300), "../..", "%00", "1e999", "-1"],
  ...["2027-02-31T00:00:00Z", "0000-01-01T00:00:00Z", "a@b.co", "00000000-0000-4000-8000-000000000000"],
);
const texts = fc.oneof(odd, fc.string(), fc.string({ unit: "binary", maxLength: 40 }), fc.emailAddress(), fc.uuid());
const anything = fc.oneof(texts, fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.double());

/** Values that fit the schema more or less; now and then something else altogether. */
function near({
  type,
  enum: choices,
  anyOf,
  properties,
  items,
  minimum = -10,
  maximum = 10_000,
}: Schema): fc.Arbitrary<unknown> {
  const fitting = (): fc.Arbitrary<unknown> => {
    if (choices) return fc.constantFrom(...choices);
    if (anyOf) return fc.oneof(...anyOf.map(near));
    if (type === "object" && properties)
      return fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, near(one)])), { requiredKeys: [] }); // prettier-ignore
    if (type === "array") return fc.array(items ? near(items) : anything, { maxLength: 5 });
    if (type === "integer" || type === "number") return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) }); // prettier-ignore
    return type === "boolean" ? fc.boolean() : type === "null" ? fc.constant(null) : texts;
  };
  return fc.oneof({ weight: 8, arbitrary: fitting() }, { weight: 1, arbitrary: anything });
}

let world: World;
let document: Record<string, Record<string, Operation>>;
beforeAll(async () => {
  world = await World.open();
  document = (await world.ask("GET", "/openapi.json")).json.paths;
});
afterAll(() => world?.close());

it.each(Object.keys(samples).filter((name) => !name.includes("openapi")))("%s", async (name) => {
  const [method, path] = name.split(" ");
  const operation = document[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
  expect(operation, "is in the API's document").toBeDefined();
  const queries = (operation.parameters ?? []).filter((one) => one.in === "query");
  const schema = operation.requestBody?.content["application/json"]?.schema ?? {};
  const request = fc.record({
    part: fc.oneof(texts, fc.uuid()),
    isSample: fc.boolean(), // then the path is one that is there, and only some fields are odd
    odd: fc.subarray(Object.keys(schema.properties ?? {})),
    query: fc.record(Object.fromEntries(queries.map((one) => [one.name, texts])), { requiredKeys: [] }),
    body: near(schema),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ part, isSample, odd: fields, query, body }) => {
      world.now += 3_600_000;
      const admin = await world.person("admin");
      const sample = isSample ? await samples[name](world, admin.id) : {};
      const place = sample.path ?? path.replace(/:\w+/g, encodeURIComponent(part.toWellFormed()));
      const search = new URLSearchParams(query as Record<string, string>).toString();
      const changed = fields.map((field) => [field, (body as Record<string, unknown> | null)?.[field]]);
      const mixed = isSample ? { ...(sample.body as object | undefined), ...Object.fromEntries(changed) } : body;
      const sent = method === "GET" ? undefined : mixed;
      const { status, json, text } = await world.ask(method, `${place}?${search}`, admin.as, sent);
      expect(status, `${text} ${world.logged.join("\n")}`).toBeLessThan(500);
      if (status >= 400) expect(json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
    }),
    { numRuns: RUNS },
  );
});

it("bodies that are no JSON, and too large ones", async () => {
  const { as } = await world.person("admin");
  const headers = { ...as, "X-Loam-Request": "1", "Content-Type": "application/json" };
  const send = (body: string) => world.api.request("/keys", { method: "POST", headers, body });
  expect([(await send("{")).status, (await send("")).status, (await send("null")).status]).toEqual([400, 400, 400]);
  const large = await send(JSON.stringify({ name: "x".repeat(70_000) }));
  expect([large.status, (await large.json()).error.code]).toEqual([413, "too-large"]);
  expect((await world.ask("GET", "/nowhere", as)).json.error.code).toBe("unknown-url");
});
