// The log in sentences. What is recorded under a name that is not here is told by that name.
import type { Role } from "../state/team.svelte.ts";
import { team } from "./team.ts";

export interface LogEntry {
  readonly who: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Names what an id stands for, where that is known. */
export type NameOf = (id: string) => string | undefined;

type Said = (detail: Readonly<Record<string, unknown>>, object: string, who: string) => string;

const roleOf = (detail: Readonly<Record<string, unknown>>): string =>
  (team.roles[detail["role"] as Role] ?? String(detail["role"])).toLowerCase();
const named = (detail: Readonly<Record<string, unknown>>): string => `“${String(detail["name"] ?? "")}”`;
const forNote = ({ note }: Readonly<Record<string, unknown>>): string =>
  typeof note === "string" && note !== "-" ? ` (${note})` : "";
const own = (object: string, who: string): string => (object === who ? "their own account" : `${object}’s account`);

const said: Readonly<Record<string, Said>> = {
  "team.begin": () => "began the team",
  "session.begin": () => "signed in",
  "session.end": () => "signed out a browser",
  "session.end-others": ({ count }) => `signed out everywhere else (${String(count)})`,
  "person.rename": (detail) => `took the name ${named(detail)}`,
  "person.password": ({ byLink }) => (byLink === true ? "chose a new password by a link" : "changed their password"),
  "person.reset": (_, object, who) => `made a link for a new password of ${own(object, who)}`,
  "person.role": (detail, object) => `made ${object} ${roleOf(detail)}`,
  "person.disable": (_, object, who) => `closed ${own(object, who)}`,
  "person.enable": (_, object, who) => `opened ${own(object, who)} again`,
  "invitation.create": (detail) => `invited somebody as ${roleOf(detail)}${forNote(detail)}`,
  "invitation.revoke": () => "revoked an invitation",
  "invitation.accept": (detail) => `joined as ${roleOf(detail)}`,
  "key.create": (detail) => `made the key ${named(detail)}`,
  "key.revoke": (detail) => `revoked the key ${named(detail)}`,
};

/** What can be looked for. */
export const actions: Readonly<Record<string, string>> = {
  "team.begin": "The team began",
  "session.begin": "Signing in",
  "session.end": "Signing out",
  "session.end-others": "Signing out everywhere else",
  "person.rename": "New names",
  "person.password": "New passwords",
  "person.reset": "Links for new passwords",
  "person.role": "New roles",
  "person.disable": "Accounts closed",
  "person.enable": "Accounts opened again",
  "invitation.create": "Invitations",
  "invitation.revoke": "Invitations revoked",
  "invitation.accept": "Joining",
  "key.create": "Keys made",
  "key.revoke": "Keys revoked",
};

/** An entry as a sentence about who did it. */
export function sentenceOf({ who, action, object, detail }: LogEntry, nameOf: NameOf): string {
  const say = said[action];
  const name = nameOf(object) ?? object;
  return say === undefined ? `${who}: ${action}, ${name}.` : `${who} ${say(detail, name, who)}.`;
}
