// What the API's document says of the whole.
import type { generateSpecs } from "hono-openapi";

const text = { type: "string" as const };

export const documentation = {
  info: { title: "Loam: the team's API", version: "1", description: "Accounts, keys and what a team shares." },
  servers: [{ url: "/api" }],
  components: {
    securitySchemes: {
      session: { type: "apiKey" as const, in: "cookie", name: "loam_session" },
      key: { type: "http" as const, scheme: "bearer", description: "An API key, loam_…" },
    },
    schemas: {
      Refusal: {
        type: "object" as const,
        required: ["error"],
        properties: {
          error: { type: "object" as const, required: ["code", "message"], properties: { code: text, message: text } },
        },
      },
    },
  },
} satisfies NonNullable<Parameters<typeof generateSpecs>[1]>["documentation"];
