// The words of sharing data sets with a team. They are fetched with its panels, since most pages have no team's server.
import type { HeldRow } from "../../worker/contract/index.ts";
import { formatNumber, plural } from "./format.ts";

const held = {
  duplicate: "repeats an example that is here",
  leak: "is too like one of another split here: a model would be tested on what it learned",
} satisfies Record<HeldRow["reason"], string>;

export const sharing = {
  title: "Shared with the team",
  lead: "The team sees these examples, proposes others, and has what its reviewers accepted.",
  offerTitle: "Share with the team",
  offer: (count: number) =>
    `Sends ${plural(count, "example", "examples")}, the name, the description and the licence to the team’s server. Which files and chats they came from stays here.`,
  share: "Share it",
  send: (count: number) => `Send ${plural(count, "change", "changes")}`,
  sync: "Sync now",
  states: {
    label: "Your changes",
    draft: "Draft",
    draftNote: "only here",
    ready: "Ready",
    readyNote: "waits for the network",
    sent: "Sent",
    sentNote: "the server has it",
  },
  waits: (count: number) => `${plural(count, "change waits", "changes wait")} for the network.`,
  away: "The team’s server cannot be reached now. Go on working: what is ready is sent when it is back.",
  proposed: (count: number) => `${plural(count, "change of yours waits", "changes of yours wait")} for a reviewer.`,
  refused: (count: number) =>
    `${plural(count, "change of yours was", "changes of yours were")} refused. They are still here, and nowhere else.`,
  synced: (when: string) => `Last synced ${when}`,
  neverSynced: "Never synced",

  conflicts: {
    title: (count: number) => plural(count, "example is two things at once", "examples are two things at once"),
    note: "Somebody else changed the same example at the same time. Nothing was overwritten: choose what stays.",
    removed: "(removed)",
    by: (author: string, when: string) => `${author}, ${when}`,
    keep: "Keep this",
    keepBoth: "Keep both",
    keepNamed: (author: string) => `Keep what ${author} wrote`,
  },
  proposals: {
    title: (count: number) => plural(count, "change waits for a reviewer", "changes wait for a reviewer"),
    accept: "Accept",
    refuse: "Refuse",
    acceptNamed: (number: number) => `Accept change ${formatNumber(number)}`,
    refuseNamed: (number: number) => `Refuse change ${formatNumber(number)}`,
    acceptAll: (count: number) => (count === 1 ? "Accept it" : `Accept these ${formatNumber(count)}`),
    by: (author: string) => `Proposed by ${author}`,
    now: "Now",
    nothing: "(not there)",
    proposed: "Proposed",
    removed: "(to be removed)",
    more: (count: number) => `${plural(count, "more comes", "more come")} after these.`,
  },
  held: {
    title: (count: number) =>
      plural(count, "example of the team is not taken in here", "examples of the team are not taken in here"),
    note: "Change or remove the example here that stands in the way, then sync.",
    reasons: held,
    show: "Show it",
  },
  versions: {
    title: "Versions of the team",
    none: "None yet. A reviewer makes one of the accepted examples.",
    make: "Make a version",
    note: "What is it for? (may be left out)",
    name: (number: number) => `Version ${formatNumber(number)}`,
    by: (maker: string, when: string) => `${maker}, ${when}`,
    from: (hashes: readonly string[]) => `from ${hashes.map((hash) => hash.slice(0, 12)).join(", ")}`,
    hash: "Hash",
    made: (number: number) => `Version ${formatNumber(number)} is made: it stays as it is.`,
  },
  offered: {
    title: "From the team",
    by: (owner: string) => `shared by ${owner}`,
    bring: "Bring it here",
    bringNamed: (name: string) => `Bring “${name}” here`,
    brought: (name: string) => `“${name}” is here now.`,
  },
} as const;
