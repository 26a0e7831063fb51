// Valid requests of the monitor's routes.
import { randomUUID } from "node:crypto";
import { alerts, deviceDays } from "../schema/index.ts";
import { newWebhookSecret } from "../monitor/webhook.ts";
import type { World } from "./client.ts";
import type { MakeSample } from "./samples.ts";

const wanted = { kind: "error-rate" as const, threshold: 0.1, windowMinutes: 5, url: "https://chat.example/hook" };
const counts = { answers: 3, abstained: 1, good: 2, bad: 0, documents: 4, corrections: 1 };

async function alert({ team, now }: World, personId: string): Promise<string> {
  const id = randomUUID();
  await team.db
    .insert(alerts)
    .values({ id, ...wanted, secret: newWebhookSecret(), personId, createdAt: new Date(now) });
  return id;
}

const dayOf = ({ now }: World): string => new Date(now).toISOString().slice(0, 10);

async function device(world: World, personId: string): Promise<string> {
  const device = randomUUID();
  const told = { device, day: dayOf(world), counts, sentAt: new Date(world.now) };
  await world.team.db.insert(deviceDays).values({ ...told, personId });
  return device;
}

export const monitorSamples: Readonly<Record<string, MakeSample>> = {
  "GET /monitor/summary": () => ({}),
  "GET /monitor/requests": () => ({}),
  "GET /monitor/alerts": () => ({}),
  "POST /monitor/alerts": () => ({ body: wanted }),
  "DELETE /monitor/alerts/:id": async (world, ownerId) => ({ path: `/monitor/alerts/${await alert(world, ownerId)}` }),
  "GET /monitor/device": () => ({}),
  "GET /monitor/devices": () => ({}),
  "POST /monitor/device": (world) => ({ body: { device: randomUUID(), day: dayOf(world), counts } }),
  "DELETE /monitor/device/:id": async (world, ownerId) => ({ path: `/monitor/device/${await device(world, ownerId)}` }),
};
