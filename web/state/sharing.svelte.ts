// The data sets that the team shares, and how each stands on this device. Sends what waits whenever the team's server can be reached;
// where there is none, or nobody is signed in, nothing here speaks.
import { untrack } from "svelte";
import type { AppErrorCode, Sharing, SharingStatus } from "../../worker/contract/index.ts";
import type { TeamDataset, TeamVersion } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";
import type { TeamState } from "./team.svelte.ts";

const RETRY_MS = 5000; // after a request that was lost although the server is there

export class SharingState {
  #statuses = $state.raw<ReadonlyMap<string, SharingStatus>>(new Map());
  #offered = $state.raw<readonly TeamDataset[]>([]);
  readonly #attempts = new Attempts();
  readonly #client: Sharing;
  readonly #team: Pick<TeamState, "isOnline" | "person" | "look">;
  readonly #base: string;
  #isFollowing = false;
  #met = ""; // who was there when it was last connected

  /** `base` is the URL of the team's API. */
  constructor(client: Sharing, team: Pick<TeamState, "isOnline" | "person" | "look">, base: string) {
    this.#client = client;
    this.#team = team;
    this.#base = base;
  }

  /** The team's data sets, as they were last seen. */
  get offered(): readonly TeamDataset[] {
    return this.#offered;
  }
  /** Why what was asked last could not be done. */
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }
  dismissError(): void {
    this.#attempts.dismiss();
  }
  /** How a data set stands; undefined: it is not shared. */
  find(id: string): SharingStatus | undefined {
    return this.#statuses.get(id);
  }

  /** Reads how everything stands, and follows the team's server from now on. */
  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.subscribe((status) => this.#on(status));
      for (const status of await this.#client.statuses()) this.#put(status);
    });
    await this.#meet();
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    $effect.root(() => {
      $effect(() => {
        if (this.#company() !== this.#met) untrack(() => void this.#meet());
      });
    });
  }

  /** Counts anew what differs from what was sent. */
  async refresh(id: string): Promise<void> {
    await this.#attempts.run(async () => {
      const status = await this.#client.status(id);
      if (status !== null) this.#put(status);
    });
  }

  send = (id: string) => this.#do(() => this.#client.send(id));
  sync = (id: string) => this.#do(() => this.#client.sync(id));
  bring = (dataset: TeamDataset) => this.#do(() => this.#client.bring(dataset));
  decide = (id: string, row: string, side: string | null) => this.#do(() => this.#client.decide(id, row, side));
  review = (id: string, verdict: "accepted" | "refused", edits: readonly string[]) =>
    this.#do(() => this.#client.review(id, verdict, edits));
  versions = (id: string): Promise<readonly TeamVersion[] | null> =>
    this.#attempts.get(() => this.#client.versions(id));
  makeVersion = (id: string, note: string): Promise<TeamVersion | null> =>
    this.#attempts.get(() => this.#client.makeVersion(id, note));

  /** Whether it was done. */
  #do(work: () => Promise<SharingStatus>): Promise<boolean> {
    return this.#attempts.run(async () => this.#put(await work()));
  }

  /** Whether the server is there, and for whom. */
  #company(): string {
    const { isOnline, person } = this.#team;
    return JSON.stringify([isOnline, person?.id, person?.role]);
  }

  /** The server is there, or has gone; somebody signed in, or out. */
  async #meet(): Promise<void> {
    const { isOnline, person } = this.#team;
    this.#met = this.#company();
    await this.#client.connect(person === null ? null : this.#base).catch(() => undefined);
    if (!isOnline || person === null) return;
    const offered = await this.#client.teamDatasets().catch(() => null);
    if (offered !== null) this.#offered = offered;
    for (const id of this.#statuses.keys()) await this.sync(id);
  }

  #on(status: SharingStatus): void {
    this.#put(status);
    if (status.error?.code === "team-away" && this.#team.isOnline) void this.#miss(status.dataset);
  }

  async #miss(id: string): Promise<void> {
    await this.#team.look();
    if (this.#team.isOnline) setTimeout(() => void this.sync(id), RETRY_MS);
  }

  #put(status: SharingStatus): void {
    this.#statuses = new Map(this.#statuses).set(status.dataset, status);
    const { team } = status;
    if (team !== null && !this.#offered.some(({ id }) => id === team.id)) this.#offered = [...this.#offered, team];
  }
}
