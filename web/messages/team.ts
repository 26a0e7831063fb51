// The words of Team. They are fetched with its screens, since most pages have no team's server.
import type { Role, Scope, TeamProblem } from "../state/team.svelte.ts";
import { formatNumber, plural } from "./format.ts";

const roles = { reader: "Reader", contributor: "Contributor", reviewer: "Reviewer", admin: "Admin" } satisfies Record<
  Role,
  string
>;
/** What each may do beyond those before it. */
const rights = {
  reader: "use the team’s models and read what is shared",
  contributor: "share data sets and models, and send jobs",
  reviewer: "accept changes of data sets, and decide which version is used",
  admin: "manage people, everybody’s keys and jobs, and read the log",
} satisfies Record<Role, string>;
const allRights = (role: Role): string =>
  Object.values(rights)
    .slice(0, Object.keys(rights).indexOf(role) + 1)
    .join("; ");

const scopes = {
  inference: "Ask models (the OpenAI API)",
  "models:read": "Read models and adapters",
  "models:write": "Add models and adapters",
  "datasets:read": "Read shared data sets",
  "datasets:write": "Add to shared data sets",
  "jobs:read": "See jobs and how they go",
  "jobs:write": "Send jobs, and stop its owner’s own",
  worker: "Be a worker: take jobs and do them",
  monitor: "Read the numbers of the server’s work",
} satisfies Record<Scope, string>;

const passwordRule = "At least 10 characters. A few words that belong together only for you are easy to keep.";

/** A failure in words: what happened and what to do. */
export const explainTeam = (problem: TeamProblem): string =>
  "message" in problem
    ? problem.message
    : "The team’s server could not be reached: nothing was changed there. Everything on this device goes on; try again when the server is back.";

export const team = {
  title: "Team",
  looking: "Looking for the team’s server",
  away: "The team’s server does not answer",
  awayText:
    "It is stopped, or this device is not in its network. Chats, documents, teaching and proving go on without it; this place comes back with it.",
  lookAgain: "Look again",
  reading: "Reading",
  parts: { people: "People", keys: "API keys", account: "Account", log: "Log" },
  roles,
  adds: (role: Role) => `${role === "reader" ? "can" : "can also"} ${rights[role]}`,
  youCan: (role: Role) => `You can ${allRights(role)}.`,
  signedInAs: (name: string, role: Role) => `Signed in as ${name}, ${roles[role].toLowerCase()}`,
  signOut: "Sign out",
  signedOut: "Signed out.",
  copied: "Copied",
  fields: {
    code: "Code from the terminal",
    codeHelp: "Three times four characters, printed where the server was started.",
    name: "Your name",
    nameHelp: "The others see it.",
    email: "E-mail",
    emailHelp: "To sign in with. No e-mail is ever sent to it.",
    password: "Password",
    passwordHelp: passwordRule,
    shows: "Show the password",
  },
  setup: {
    title: "Begin the team",
    lead: "This server has no account yet. The first one manages it: who comes in, and what they may do.",
    action: "Make the account",
  },
  signIn: {
    title: "Sign in to your team",
    lead: "For what the team shares. Your documents and chats stay on this device.",
    action: "Sign in",
    help: "No account yet? Somebody who manages the team can send you a link. Forgotten the password? They can make you a link for a new one.",
  },
  join: {
    title: "You are invited",
    lead: (role: Role) =>
      `This link makes your account, as ${roles[role].toLowerCase()}. You will be able to ${allRights(role)}.`,
    action: "Join the team",
    signedInText: (name: string) =>
      `This browser is signed in as ${name}. Sign out first, or open the link in another browser.`,
    toSignIn: "Sign in instead",
  },
  reset: {
    title: "Choose a new password",
    lead: "The link works once. You are signed in here by it, and signed out everywhere else.",
    action: "Take this password",
    make: "Link for a new password",
    makeText: (name: string) =>
      `For ${name}, who has forgotten theirs. The link works once, within a day; an earlier one stops working.`,
    makeAction: "Make the link",
    madeText: (name: string) =>
      `It is shown only now. Whoever opens it is ${name} from then on, so give it to nobody else.`,
    link: "Link for a new password",
  },
  people: {
    lead: "Who belongs to the team, and what they may do.",
    count: (count: number) => plural(count, "person", "people"),
    you: "you",
    since: (day: string) => `since ${day}`,
    closed: "Account closed",
    onlyAdmin: "The team’s only admin: make another one before this changes.",
    menu: (name: string) => `What to do with ${name}`,
    changeRole: "Change the role",
    roleTitle: (name: string) => `What ${name} may do`,
    roleChanged: (name: string, role: Role) => `${name} is ${roles[role].toLowerCase()} now.`,
    close: "Close the account",
    closeTitle: (name: string) => `Close ${name}’s account?`,
    closeText:
      "They are signed out everywhere at once, and their keys stop working. What they shared stays. You can open the account again.",
    open: "Open the account again",
    opened: (name: string) => `${name} can sign in again.`,
    closedNow: (name: string) => `${name}’s account is closed.`,
  },
  invitations: {
    title: "Invitations",
    lead: "A link makes one account, once. Send it as you like: in a chat, by mail, on paper.",
    invite: "Invite somebody",
    role: "What they may do",
    note: "For whom (only admins see it)",
    days: "The link works for",
    dayCount: (days: number) => plural(days, "day", "days"),
    make: "Make the link",
    madeTitle: "The link is ready",
    madeText: "It is shown only now. Whoever opens it can make one account, so send it to one person.",
    link: "Link of the invitation",
    onlyHere:
      "This address works on this computer only. For others, start the server with HOST=0.0.0.0 and open the page by the computer’s name.",
    none: "No link is waiting. Invite the first one.",
    open: (role: Role, day: string) => `${roles[role]}, until ${day}`,
    forNobody: "Nobody named",
    revoke: "Revoke",
    revokeOf: (note: string) => `Revoke the invitation: ${note}`,
    revokeTitle: "Revoke this invitation?",
    revokeText: "The link stops working at once, for good. You can make another one.",
    revoked: "The link no longer works.",
    past: (count: number) => `${formatNumber(count)} used, over or revoked`,
    states: { used: "used", over: "over", revoked: "revoked" },
  },
  keys: {
    lead: "For programs that use the team’s models and data in your name. A key never may more than you.",
    make: "Make a key",
    name: "What it is for",
    nameHelp: "To tell keys apart later.",
    scopes: "What it may do",
    scopesHelp: (role: Role) => `These are the scopes that a ${roles[role].toLowerCase()}’s key can have.`,
    expires: "It works for",
    lifetimes: { "30": "30 days", "90": "90 days", "365": "a year", never: "ever, until it is revoked" },
    perMinute: "Requests a minute, at most",
    perDay: "Requests a day, at most (empty: no bound)",
    madeTitle: "The key is ready",
    madeText: "It is shown only now: the server keeps no copy that could be read. Put it where your program reads it.",
    secret: "The key",
    use: "Programs send it as",
    none: "No keys yet. Make one to use the team’s models from a program.",
    scopeNames: scopes,
    until: (day: string) => `until ${day}`,
    forEver: "no end date",
    limits: (minute: number, day: number | null) =>
      `${formatNumber(minute)} a minute${day === null ? "" : `, ${formatNumber(day)} a day`}`,
    used: (moment: string) => `last used ${moment}`,
    unused: "never used",
    revoke: "Revoke",
    revokeOf: (name: string) => `Revoke ${name}`,
    revokeTitle: (name: string) => `Revoke the key ${name}?`,
    revokeText: "Programs that use it are refused from now on, for good. You can make another key.",
    revokedNow: (name: string) => `The key ${name} no longer works.`,
    past: (count: number) => `${formatNumber(count)} over or revoked`,
    states: { over: "over", revoked: "revoked" },
    everybodys: "Show everybody’s keys",
  },
  account: {
    name: "Name",
    save: "Save the name",
    saved: "Saved.",
    password: "Change the password",
    current: "Password now",
    chosen: "New password",
    change: "Change the password",
    changed: "The password is changed. You are signed out everywhere else.",
    sessions: "Where you are signed in",
    here: "this browser",
    seen: (moment: string) => `last seen ${moment}`,
    end: "Sign out there",
    endOf: (device: string) => `Sign out: ${device}`,
    endOthers: "Sign out everywhere else",
    endTitle: "Sign out everywhere else?",
    endText: "Every other browser has to sign in again with the password.",
    ended: (count: number) => `Signed out in ${plural(count, "other place", "other places")}.`,
    unknownDevice: "Unknown browser",
    device: (browser: string, system: string) => `${browser} on ${system}`,
  },
  log: {
    lead: "Every change of the team’s data: who did what, when, from where. Nobody can change or remove an entry.",
    person: "By whom",
    anyone: "Anyone",
    action: "What",
    anything: "Anything",
    since: "From",
    until: "To",
    clear: "Show all",
    none: "Nothing was recorded yet.",
    noneMatching: "Nothing matches. Change what is shown.",
    earlier: "Earlier entries",
    end: "This is where the log begins.",
    byKey: "by a key",
    from: (address: string) => `from ${address}`,
  },
} as const;
