// Links for a new password, which an admin makes: each works once, for a day, and no longer than this process lives.
import type { Team } from "../team.ts";
import { hashOf, newToken } from "../secrets.ts";

const LASTS_MS = 86_400_000;

export interface Reset {
  readonly personId: string;
  readonly expiresAt: number; // ms since the epoch
}

const resets = new WeakMap<Team, Map<string, Reset>>(); // by the hash of their token

function linksOf(team: Team): Map<string, Reset> {
  const known = resets.get(team) ?? new Map<string, Reset>();
  resets.set(team, known);
  for (const [hash, { expiresAt }] of known) if (expiresAt <= team.now()) known.delete(hash);
  return known;
}

/** A new link's token; earlier links of this person end. */
export function newReset(team: Team, personId: string): { token: string; expiresAt: Date } {
  const [links, token, expiresAt] = [linksOf(team), newToken(), team.now() + LASTS_MS];
  for (const [hash, link] of links) if (link.personId === personId) links.delete(hash);
  links.set(hashOf(token), { personId, expiresAt });
  return { token, expiresAt: new Date(expiresAt) };
}

/** What the token is for; it works no more. */
export function takeReset(team: Team, token: string): Reset | null {
  const [links, hash] = [linksOf(team), hashOf(token)];
  const found = links.get(hash) ?? null;
  links.delete(hash);
  return found;
}

/** Gives a link back whose password could not be written. */
export const giveReset = (team: Team, token: string, reset: Reset): void =>
  void linksOf(team).set(hashOf(token), reset);
