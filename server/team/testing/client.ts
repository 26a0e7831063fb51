// A team in memory, and people and programs that ask it; what was said is kept, to look for secrets in.
import { createHash, randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { teamApi } from "../api.ts";
import { COOKIE } from "../caller.ts";
import type { TeamEnv } from "../gate.ts";
import { hashPassword } from "../passwords.ts";
import type { Role, Scope } from "../permissions.ts";
import { PAGE_HEADER } from "../request.ts";
import { keys, people, sessions } from "../schema/index.ts";
import { newKey, newToken } from "../secrets.ts";
import { Team, type TeamOptions } from "../team.ts";
import { memoryDatabase } from "./database.ts";
import type { Database } from "../database.ts";

export const PASSWORD = "correct horse battery";
export const START = Date.parse("2027-01-01T00:00:00Z");
const DAY = 86_400_000;

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says what it expects there
  readonly json: Record<string, any>;
}

/** Headers that say who asks. */
export type As = Readonly<Record<string, string>>;
export const nobody: As = {};

export class World {
  now = START; // ms since the epoch; only a test moves it
  readonly logged: string[] = [];
  readonly said: string[] = []; // every answer, its headers too
  #hash: Promise<string> | undefined;

  private constructor(
    public team: Team,
    public api: Hono<TeamEnv>,
  ) {}

  /** In memory, or over a database that it closes in the end. */
  static async open(database?: Database, more: TeamOptions = {}): Promise<World> {
    const world = new World(undefined as never, undefined as never);
    const options = { now: () => world.now, log: (line: string) => void world.logged.push(line), ...more };
    world.team = await Team.over(database ?? (await memoryDatabase()), options);
    world.api = teamApi(Promise.resolve(world.team));
    return world;
  }

  close(): Promise<void> {
    return this.team.close();
  }

  /** Asks as our page or a program would. */
  async ask(method: string, path: string, as: As = nobody, body?: unknown, address = "127.0.0.1"): Promise<Asked> {
    const headers = { [PAGE_HEADER]: "1", "Content-Type": "application/json", ...as };
    const given = body === undefined ? null : JSON.stringify(body);
    const env = { incoming: { socket: { remoteAddress: address } } };
    const response = await this.api.request(path, { method, headers, body: given }, env);
    const text = await response.text();
    this.said.push(`${method} ${path} ${JSON.stringify([...response.headers])} ${text}`);
    const isJson = /^application\/json\b/.test(response.headers.get("Content-Type") ?? "");
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
  }

  /** A new person of this role, without the API. */
  async person(role: Role, name = role): Promise<{ id: string; email: string; as: As }> {
    const [id, email] = [randomUUID(), `${name}-${randomUUID()}@team.org`];
    this.#hash ??= hashPassword(PASSWORD);
    const passwordHash = await this.#hash;
    await this.team.db.insert(people).values({ id, name, email, passwordHash, role, createdAt: new Date(this.now) });
    return { id, email, as: (await this.session(id)).as };
  }

  async session(personId: string): Promise<{ id: string; as: As }> {
    const [id, token, at] = [randomUUID(), newToken(), new Date(this.now)];
    const expiresAt = new Date(this.now + 30 * DAY);
    const device = { address: "127.0.0.1", userAgent: "test" };
    const session = { id, personId, tokenHash: sha256(token), createdAt: at, lastSeenAt: at, expiresAt, ...device };
    await this.team.db.insert(sessions).values(session);
    return { id, as: { Cookie: `${COOKIE}=${token}` } };
  }

  /** A key of a person, without the API. */
  async key(personId: string, scopes: Scope[], more: Partial<typeof keys.$inferInsert> = {}) {
    const [id, secret] = [randomUUID(), newKey()];
    const createdAt = new Date(this.now);
    const about = { id, personId, name: "a key", start: secret.slice(0, 9), hash: sha256(secret), scopes };
    await this.team.db.insert(keys).values({ ...about, requestsPerMinute: 100_000, createdAt, ...more });
    return { id, secret, as: { Authorization: `Bearer ${secret}` } satisfies As };
  }
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The cookie of an answer, as the next request carries it. */
export const cookieOf = ({ headers }: Asked): As => ({ Cookie: headers.get("Set-Cookie")?.split(";")[0] ?? "" });
