// POST /v1/embeddings: a unit vector a text, as numbers or as base64 of little-endian floats.
import type { Context } from "hono";
import type { Embedded } from "../engine/protocol.ts";
import { admit, answered } from "./answer.ts";
import { refuse } from "./errors.ts";
import type { Answering } from "./measure.ts";
import { embeddingRequest, read } from "./requests.ts";

export async function embeddings(context: Context, engine: Answering): Promise<Response> {
  const { model, input, encoding_format, dimensions } = await read(context, embeddingRequest);
  admit(engine, model, "embedding");
  const texts = typeof input === "string" ? [input] : input;
  const embedded = await answered("input", () => engine.embed({ type: "embed", model, texts }, context.req.raw.signal));
  if (typeof dimensions === "number" && dimensions !== embedded.dimensions)
    refuse({ status: 400, message: `dimensions must be ${embedded.dimensions}`, param: "dimensions", code: "invalid_value" }); // prettier-ignore
  const data = texts.map((_, index) => {
    const vector = vectorOf(embedded, index);
    const embedding = encoding_format === "base64" ? base64Of(vector) : [...vector];
    return { object: "embedding", index, embedding };
  });
  const { tokens } = embedded;
  return context.json({ object: "list", model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

const vectorOf = ({ vectors, dimensions }: Embedded, index: number): Float32Array =>
  vectors.subarray(index * dimensions, (index + 1) * dimensions);

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, i) => bytes.writeFloatLE(value, i * 4));
  return bytes.toString("base64");
}
