// The words of getting a model over the network.
import type { DownloadState } from "../../worker/contract/index.ts";
import type { Fit } from "../state/fit.ts";
import { formatBytes, formatCompact, formatNumber } from "./format.ts";

const fits = {
  fits: "Fits",
  tight: "Tight",
  "too-large": "Too large",
  unsupported: "Not supported",
  unknown: "Not measured",
} satisfies Record<Fit, string>;

const fitTexts = {
  fits: "It fits this device with room to spare.",
  tight: "It may fit; close other heavy tabs first.",
  "too-large": "It needs more memory than this device gave in the trial.",
  unsupported: "Loam does not run this architecture.",
  unknown: "Measure this device first to know whether it fits.",
} satisfies Record<Fit, string>;

const states = {
  running: "Downloading",
  waiting: "Waiting for the network",
  paused: "Paused",
  checking: "Checking every byte",
  failed: "Stopped",
  elsewhere: "Downloading in another tab",
} satisfies Record<DownloadState, string>;

export const getModels = {
  open: "Get a model",
  title: "Get a model",
  lead: "Nothing is downloaded before you say so. Names you search for are sent to the hub you choose; nothing else is.",
  hub: "From",
  ownServer: "The server of this page",
  query: "Name, owner/name, or a copied address",
  search: "Search",
  searching: "Asking the hub",
  none: "The hub has no model of that name.",
  noneHere:
    "This server offers no models yet. Whoever runs it puts model folders into its models folder as owner/name.",
  results: "Found models",
  downloads: (count: number) => `${formatCompact(count)} downloads`,
  gated: "needs an account",
  curated: "A few that suit small devices",
  curatedText: "Figures from their cards; sizes are of the files.",
  kinds: { chat: "Chat", embedding: "Search" },
  back: "Back to the list",
  licence: (licence: string) => `Licence: ${licence || "not stated"}`,
  languages: (languages: string) => `Languages: ${languages}`,
  context: (tokens: number) => `Context: ${formatNumber(tokens)} tokens`,
  noVariants:
    "This repository has no weights that Loam opens (safetensors or GGUF in its top folder, ONNX there or in onnx/, or what MLC compiled).",
  get: (bytes: number) => `Download ${formatBytes(bytes)}`,
  needs: (bytes: number) => `needs about ${formatBytes(bytes)} of GPU memory`,
  speed: (tokensPerSecond: number) => `at most ${formatNumber(tokensPerSecond)} tokens a second here`,
  otherEngine: "another engine runs it: it answers or searches, and does not learn",
  fits,
  fitTexts,
  measure: "Measure this device",
  measuring: "Measuring memory and speed",
  measured: (bytes: number, isAtLeast: boolean, perSecond: number) =>
    `Measured here: ${isAtLeast ? "at least " : ""}${formatBytes(bytes)} of GPU memory, weights read at ${formatBytes(perSecond)} a second.`,
  underWay: "On their way",
  states,
  of: (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`,
  rate: (perSecond: number) => `${formatBytes(perSecond)}/s`,
  left: (seconds: number) =>
    seconds < 90 ? `${Math.max(1, Math.round(seconds))} s left` : `${Math.round(seconds / 60)} min left`,
  pause: "Pause",
  resume: "Go on",
  remove: "Remove",
  removeTitle: (name: string) => `Remove the download of ${name}?`,
  removeText: (bytes: number) => `This frees ${formatBytes(bytes)} that have already come.`,
  arrived: (name: string) => `${name} is on this device, checked and ready.`,
} as const;
