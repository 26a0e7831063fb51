// The engine behind the API that OpenAI's clients speak; mount it at /v1.
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Team } from "../team/team.ts";
import { bearer, type EngineEnv } from "./auth.ts";
import { chat } from "./chat.ts";
import { completions } from "./completions.ts";
import { embeddings } from "./embeddings.ts";
import { fileRoutes } from "./files.ts";
import { fineTuningRoutes } from "./fine-tuning.ts";
import { refusalOf, refuse, responseOf } from "./errors.ts";
import { measured, type Answering } from "./measure.ts";

const MOST_BODY_BYTES = 4 * 2 ** 20;

/** The routes, for whoever shows `key`, or one of the team's keys; without both, for nobody. */
export function openai(engine: Answering, key: string | undefined, team?: Promise<Team>) {
  const created = Math.floor(Date.now() / 1000);
  const described = (id: string) => ({ id, object: "model", created, owned_by: "loam" });
  return new Hono<EngineEnv>()
    .onError((error) => (error instanceof HTTPException ? error.getResponse() : responseOf(refusalOf(error))))
    .use(async (context, next) => {
      await next();
      context.header("Cache-Control", "no-store");
      context.header("X-Content-Type-Options", "nosniff");
    })
    .use(measured(engine, team))
    .route("/files", fileRoutes(team))
    .route("/fine_tuning/jobs", fineTuningRoutes(team))
    .use(bearer(key, team))
    .use(bodyLimit({ maxSize: MOST_BODY_BYTES, onError: tooLarge }))
    .get("/models", (context) => context.json({ object: "list", data: engine.models.map(({ id }) => described(id)) }))
    .get("/models/:id{.+}", (context) => {
      const id = context.req.param("id");
      if (engine.models.some((model) => model.id === id)) return context.json(described(id));
      return refuse({ status: 404, message: `the model ${id} is not served here`, param: "model", code: "model_not_found" }); // prettier-ignore
    })
    .post("/chat/completions", (context) => chat(context, context.var.engine))
    .post("/completions", (context) => completions(context, context.var.engine))
    .post("/embeddings", (context) => embeddings(context, context.var.engine))
    .all("*", ({ req }) =>
      refuse({ status: 404, message: `${req.method} ${req.path} is not served`, code: "unknown_url" }),
    );
}

const tooLarge = (_: Context): Response =>
  responseOf({ status: 413, message: `the body is larger than ${MOST_BODY_BYTES} bytes`, code: "body_too_large" });
