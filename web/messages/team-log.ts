// The log in sentences. What is recorded under a name that is not here is told by that name.
import type { Role } from "../state/team.svelte.ts";
import { plural } from "./format.ts";
import { team } from "./team.ts";

export interface LogEntry {
  readonly who: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Names what an id stands for, where that is known. */
export type NameOf = (id: string) => string | undefined;

type Detail = Readonly<Record<string, unknown>>;
/** What is found by it, and what its entry says after the name of who did it. */
type Told = readonly [label: string, say: (detail: Detail, object: string, who: string) => string];

const roleOf = ({ role }: Detail): string => (team.roles[role as Role] ?? String(role)).toLowerCase();
const named = ({ name }: Detail): string => `“${String(name ?? "")}”`;
const forNote = ({ note }: Detail): string => (typeof note === "string" && note !== "-" ? ` (${note})` : "");
const edits = ({ count }: Detail): string => plural(Number(count), "edit", "edits");
const version = ({ version: number }: Detail): string => `version ${String(number)}`;
const own = (object: string, who: string): string => (object === who ? "their own account" : `${object}’s account`);

const told: Readonly<Record<string, Told>> = {
  "team.begin": ["The team began", () => "began the team"],
  "session.begin": ["Signing in", () => "signed in"],
  "session.end": ["Signing out", () => "signed out a browser"],
  "session.end-others": ["Signing out elsewhere", ({ count }) => `signed out everywhere else (${String(count)})`],
  "person.rename": ["New names", (detail) => `took the name ${named(detail)}`],
  "person.password": [
    "New passwords",
    ({ byLink }) => (byLink === true ? "chose a new password by a link" : "changed their password"),
  ],
  "person.reset": [
    "Links for new passwords",
    (_, object, who) => `made a link for a new password of ${own(object, who)}`,
  ],
  "person.role": ["New roles", (detail, object) => `made ${object} ${roleOf(detail)}`],
  "person.disable": ["Accounts closed", (_, object, who) => `closed ${own(object, who)}`],
  "person.enable": ["Accounts opened again", (_, object, who) => `opened ${own(object, who)} again`],
  "invitation.create": ["Invitations", (detail) => `invited somebody as ${roleOf(detail)}${forNote(detail)}`],
  "invitation.revoke": ["Invitations revoked", () => "revoked an invitation"],
  "invitation.accept": ["Joining", (detail) => `joined as ${roleOf(detail)}`],
  "key.create": ["Keys made", (detail) => `made the key ${named(detail)}`],
  "key.revoke": ["Keys revoked", (detail) => `revoked the key ${named(detail)}`],
  "dataset.share": ["Data sets shared", (detail) => `shared the data set ${named(detail)}`],
  "dataset.describe": ["Data sets described", (detail) => `described the data set ${named(detail)}`],
  "dataset.edit": ["Edits of data sets", (detail) => `sent ${edits(detail)} of a data set`],
  "dataset.review": [
    "Edits reviewed",
    (detail) => `reviewed ${edits(detail)} of a data set: ${String(detail["verdict"])}`,
  ],
  "dataset.version": [
    "Versions of data sets",
    ({ hash }) => `made a version of a data set (${String(hash).slice(0, 12)})`,
  ],
  "file.upload": ["Files", (detail) => `sent the file ${named(detail)}`],
  "file.delete": ["Files deleted", (detail) => `deleted the file ${named(detail)}`],
  "model.push": ["Models", (detail, object) => `shared ${version(detail)} of the model ${object}`],
  "model.withdraw": ["Models withdrawn", (detail, object) => `withdrew ${version(detail)} of the model ${object}`],
  "model.alias": [
    "Names of versions",
    (detail, object) =>
      detail["version"] === null
        ? `took the name ${String(detail["alias"])} from the model ${object}`
        : `named ${version(detail)} of the model ${object} ${String(detail["alias"])}`,
  ],
};

/** What can be looked for. */
export const actions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(told).map(([action, [label]]) => [action, label]),
);

/** An entry as a sentence about who did it. */
export function sentenceOf({ who, action, object, detail }: LogEntry, nameOf: NameOf): string {
  const say = told[action]?.[1];
  const name = nameOf(object) ?? object;
  return say === undefined ? `${who}: ${action}, ${name}.` : `${who} ${say(detail, name, who)}.`;
}
