// The team's server, where there is one: whether it answers, who is signed in, and asking it. Without one nothing here speaks.
// Who was signed in is remembered, so that what waits to be sent has an owner while the server is away.
import type { InferRequestType, InferResponseType } from "hono/client";
import type { TeamClient } from "../client/team.ts";

type About = InferResponseType<TeamClient["account"]["$get"]>;
export type Person = NonNullable<About["person"]>;
export type Role = Person["role"];

/** Each may do what those before it may. */
export const roles = ["reader", "contributor", "reviewer", "admin"] as const satisfies readonly Role[];

export type Scope = InferRequestType<TeamClient["keys"]["$post"]>["json"]["scopes"][number];

/** Which role a key's owner needs at least for a scope; the server decides, this spares a refusal. */
export const scopes = {
  inference: "reader",
  "models:read": "reader",
  "models:write": "contributor",
  "datasets:read": "reader",
  "datasets:write": "contributor",
  "jobs:read": "reader",
  "jobs:write": "contributor",
  worker: "admin",
  monitor: "admin",
} as const satisfies Record<Scope, Role>;

/** Why the server did not do what was asked. Its message says what to do; "away": it could not be reached. */
export type TeamProblem =
  { readonly code: "away" } | { readonly code: string; readonly status: number; readonly message: string };

export type Answered<T> =
  { readonly isDone: true; readonly value: T } | { readonly isDone: false; readonly problem: TeamProblem };

type Outcome<R extends Response> = R extends { json(): Promise<infer T> } ? T : never;

const storageKey = "loam-team";
const waitsMs = [5_000, 15_000, 30_000, 60_000]; // before it is looked for again; the last one for ever

export interface TeamOptions {
  readonly client: TeamClient;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  /** Calls later, once. */
  readonly later?: (run: () => void, ms: number) => void;
}

export class TeamState {
  readonly api: TeamClient;
  #isOnline = $state(false);
  #isLooked = $state(false);
  #isSetUp = $state(true);
  #person = $state.raw<Person | null>(null);
  #wasHere: boolean; // a team server answered at this address, now or in an earlier visit
  #generation = 0; // an answer that was asked for before the last change of who is signed in is old
  #misses = 0;
  #isWaiting = false;
  readonly #storage: TeamOptions["storage"];
  readonly #later: NonNullable<TeamOptions["later"]>;

  constructor({ client, storage, later = (run, ms) => void setTimeout(run, ms) }: TeamOptions) {
    this.api = client;
    this.#storage = storage;
    this.#later = later;
    const kept = readKept(storage);
    this.#wasHere = kept !== null;
    this.#person = kept?.person ?? null;
  }

  /** Whether a team server answers. */
  get isOnline(): boolean {
    return this.#isOnline;
  }
  /** Whether it was looked for: before, `isOnline` says nothing. */
  get isLooked(): boolean {
    return this.#isLooked;
  }
  /** Whether the team has its first account. */
  get isSetUp(): boolean {
    return this.#isSetUp;
  }
  /** Who is signed in; while the server is away, who was. */
  get person(): Person | null {
    return this.#person;
  }
  /** Whether who is signed in has this role, or one that may more. */
  is(role: Role): boolean {
    return this.#person !== null && roles.indexOf(this.#person.role) >= roles.indexOf(role);
  }

  /** Looks for the server, quietly: whatever else is there, or nothing, is no team and no error. */
  async look(): Promise<void> {
    const generation = this.#generation;
    const about = await this.api.account.$get().then(readAbout, () => null);
    this.#isLooked = true;
    if (generation !== this.#generation) return;
    if (about === null) return this.#missed();
    this.#isOnline = this.#wasHere = true;
    this.#misses = 0;
    this.#isSetUp = about.isSetUp;
    this.#sign(about.person);
  }

  /** Asks the server for something; what goes wrong is part of the answer. */
  async ask<R extends Response>(send: (api: TeamClient) => Promise<R>): Promise<Answered<Outcome<R>>> {
    try {
      const response = await send(this.api);
      if (response.ok) return { isDone: true, value: (await response.json()) as Outcome<R> };
      const problem = await problemOf(response);
      if (problem.code === "away") this.#missed();
      if (problem.code === "signed-out") this.#enter(null);
      return { isDone: false, problem };
    } catch {
      this.#missed();
      return { isDone: false, problem: { code: "away" } };
    }
  }

  /** Makes the team's first account with the code of the terminal. Null: done. */
  setUp(json: { code: string; name: string; email: string; password: string }): Promise<TeamProblem | null> {
    return this.#entering((api) => api.account.setup.$post({ json }));
  }
  signIn(json: { email: string; password: string }): Promise<TeamProblem | null> {
    return this.#entering((api) => api.account["sign-in"].$post({ json }));
  }
  /** Makes the account that a link invites to. */
  accept(json: { token: string; name: string; email: string; password: string }): Promise<TeamProblem | null> {
    return this.#entering((api) => api.invitations.accept.$post({ json }));
  }
  /** Chooses a new password by a link of an admin. */
  reset(json: { token: string; password: string }): Promise<TeamProblem | null> {
    return this.#entering((api) => api.account.reset.$post({ json }));
  }
  async signOut(): Promise<TeamProblem | null> {
    const answer = await this.ask((api) => api.account["sign-out"].$post());
    if (answer.isDone) this.#enter(null);
    return answer.isDone || answer.problem.code === "signed-out" ? null : answer.problem;
  }
  async rename(name: string): Promise<TeamProblem | null> {
    const answer = await this.ask((api) => api.account.$patch({ json: { name } }));
    if (answer.isDone) this.#enter(answer.value.person);
    return answer.isDone ? null : answer.problem;
  }

  async #entering(send: (api: TeamClient) => Promise<Response & { json(): Promise<{ person: Person }> }>) {
    const answer = await this.ask(send);
    if (!answer.isDone) return answer.problem;
    const { id, name, email, role } = answer.value.person;
    this.#isSetUp = true;
    this.#enter({ id, name, email, role });
    return null;
  }

  /** Somebody else is signed in from now on, or nobody. */
  #enter(person: Person | null): void {
    this.#generation += 1;
    this.#isOnline = this.#wasHere = true;
    this.#sign(person);
  }

  #sign(person: Person | null): void {
    this.#person = person;
    try {
      this.#storage.setItem(storageKey, JSON.stringify({ person }));
    } catch {
      // A browser that keeps nothing asks the server the next time.
    }
  }

  // A server that never was here is not waited for.
  #missed(): void {
    this.#isOnline = false;
    if (!this.#wasHere || this.#isWaiting) return;
    this.#isWaiting = true;
    const wait = waitsMs[Math.min(this.#misses++, waitsMs.length - 1)]!;
    this.#later(() => ((this.#isWaiting = false), void this.look()), wait);
  }
}

/** What a team's server says of itself; null for any other answer, as a static host's page for every address. */
async function readAbout(response: Response): Promise<About | null> {
  if (!response.ok || !isJson(response)) return null;
  const said = (await response.json()) as Partial<About> | null;
  return typeof said?.isSetUp === "boolean" && isPersonOrNull(said.person) ? (said as About) : null;
}

async function problemOf(response: Response): Promise<TeamProblem> {
  const said: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  const { code, message } = (said as { error?: { code?: unknown; message?: unknown } } | null)?.error ?? {};
  if (typeof code !== "string" || typeof message !== "string" || code === "team-closed") return { code: "away" };
  return { code, message, status: response.status };
}

const isJson = ({ headers }: Response): boolean => headers.get("Content-Type")?.startsWith("application/json") ?? false;

function isPersonOrNull(value: unknown): value is Person | null {
  if (value === null) return true;
  const { id, name, email, role } = (value ?? {}) as Partial<Record<keyof Person, unknown>>;
  return [id, name, email].every((part) => typeof part === "string") && roles.includes(role as Role);
}

function readKept(storage: Pick<Storage, "getItem">): { person: Person | null } | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { person = null } = kept as { person?: unknown };
    return isPersonOrNull(person) ? { person } : null;
  } catch {
    return null;
  }
}
