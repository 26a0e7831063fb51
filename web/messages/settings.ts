// The words of Settings, the shortcuts sheet and the privacy ledger.
import type { BroughtBack, RequestReporter, StorageItem } from "../../worker/contract/index.ts";
import { formatBytes, plural } from "./format.ts";

const storageKinds = {
  documents: "Documents",
  models: "Models",
  vectors: "Search vectors",
  adapters: "Adapters",
  chats: "Chats",
  app: "The app itself",
} satisfies Record<StorageItem["what"], string>;

const reporters = {
  page: "page",
  "text-worker": "documents worker",
  "gpu-worker": "model worker",
  "service-worker": "service worker",
} satisfies Record<RequestReporter, string>;

export const settings = {
  title: "Settings",
  look: "Look",
  theme: "Theme",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  motion: "Motion",
  motions: { system: "As the system", reduced: "Reduced" },
  answers: "Answers",
  model: "Model that answers",
  showsWhole: "Show an answer only when it is complete",
  passageCount: "Passages looked up for a question",
  passageHelp: "More passages give more to draw from, and take longer to read.",
  maxTokens: "Longest answer (tokens)",
  temperature: "How freely it words things (temperature)",
  temperatureHelp: "0 always takes the likeliest word: the same question gives the same answer.",
  topP: "Leave out unlikely words (top-p)",
  repetitionPenalty: "Discourage repetition (repetition penalty)",
  seed: "Seed",
  seedHelp: "With a temperature above 0, the same seed gives the same answer.",
  reset: "Back to the initial settings",
  storage: "Storage on this device",
  used: (used: number, quota: number) => `${formatBytes(used)} of ${formatBytes(quota)} that the browser grants`,
  storageKinds,
  free: "Free",
  freeTitle: (name: string) => `Remove ${name}?`,
  freeText: (bytes: number) => `This frees ${formatBytes(bytes)} on this device. It cannot be undone from here.`,
  nothingStored: "Nothing is stored yet.",
  persistent: "The browser keeps this data even when space runs short.",
  notPersistent:
    "The browser may clear this data when space runs short. Ask it to keep the data; some browsers agree only once Loam is installed.",
  persist: "Ask the browser to keep it",
  persistRefused: "The browser did not agree. Installing Loam usually helps.",
  export: "Everything as one file",
  exportText:
    "All chats, original documents, data sets, versions, runs and settings, to keep or to carry to another device. Models are not included.",
  exportButton: "Export everything",
  importButton: "Import a file",
  exporting: "Collecting",
  exported: (bytes: number) => `Saved ${formatBytes(bytes)}.`,
  imported: (chats: number, documents: number, taught: BroughtBack | null) =>
    `Imported ${[
      plural(chats, "chat", "chats"),
      plural(documents, "document", "documents"),
      ...(taught === null
        ? []
        : [
            plural(taught.datasets, "data set", "data sets"),
            plural(taught.adapters, "version", "versions"),
            plural(taught.runs, "run", "runs"),
          ]),
    ].join(", ")}.`,
  privacy: "Privacy",
  privacyLink: "Open the privacy ledger",
  device: "This device",
  gpu: "GPU",
  gpuMemory: "In use by Loam",
  offline: "Works offline",
  offlineStates: {
    unsupported: "No: this browser offers no service worker here.",
    preparing: "Preparing: the app and its models are being kept for offline use.",
    ready: "Yes: the app and its models are on this device.",
    "update-waiting": "Yes. A new version is ready.",
  },
} as const;

export const shortcuts = {
  title: "Shortcuts",
  rows: [
    ["palette", "Search and do"],
    ["newChat", "New chat"],
    ["rail", "Fold the side bar"],
    ["settings", "Settings"],
    ["shortcuts", "This sheet"],
    ["composer", "Go to the question box"],
    ["stop", "Stop the answer, or close"],
    ["copyAnswer", "Copy the last answer"],
    ["model", "Choose a model"],
  ],
  fixed: [
    ["Enter", "Ask"],
    ["Shift+Enter", "New line"],
    ["↑ in an empty box", "Edit the last question"],
    ["Ctrl+Enter", "Ask the edited question"],
    ["#", "Choose documents"],
    ["@", "Choose a model"],
  ],
} as const;

export const privacy = {
  title: "Privacy ledger",
  sealed: "Nothing has left this device.",
  sealedText: (total: number) =>
    `Computed from ${plural(total, "request", "requests")} made since this page opened: all of them read from the address it is served from, Loam’s own files and what a team there shares; none carried data.`,
  broken: (count: number) => `${plural(count, "request", "requests")} may have carried something out.`,
  brokenText:
    "They are marked below. Loam itself makes no such request: an extension or a changed copy of the app may have.",
  toTeam: (count: number) => `${plural(count, "request", "requests")} brought something to your team’s server.`,
  toTeamText:
    "They went to the address this page is served from, and are marked below by what they are for: your account, keys, and the data sets, models and jobs that you share there. Nothing else of your documents and chats goes with them.",
  blocked: (count: number) => `${plural(count, "request was", "requests were")} blocked before leaving.`,
  how: "How this is known",
  howText:
    "The browser’s own record of requests (resource timing) is read in the page and in both workers, and the service worker notes each request that passes through it. Besides, the page’s security policy forbids connections to any other address.",
  columns: {
    when: "When",
    method: "Method",
    address: "Address",
    origin: "Where to",
    bytes: "Received",
    seenBy: "Seen by",
  },
  own: "own address",
  foreign: "another address",
  blockedLabel: "blocked",
  team: (topic: string) => `own address, team: ${topic}`,
  teamTopics: {
    account: "signing in",
    people: "people",
    invitations: "invitations",
    keys: "API keys",
    audit: "the log",
    datasets: "shared data sets",
    models: "shared models",
    jobs: "jobs",
    other: "shared",
  } as Readonly<Record<string, string>> & { readonly other: string },
  unknownMethod: "read",
  fromCache: "from this device",
  empty: "No requests yet.",
  onlyForeign: "Show only requests to other addresses",
  save: "Save the ledger",
  reporters,
} as const;
