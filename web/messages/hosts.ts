// The words of the hosts that the page may reach.
import { plural } from "./format.ts";

export const hosts = {
  title: "Hosts this page may reach",
  none: "None but the address it is served from. To get models from a hub, add its address; documents and chats are never sent anywhere.",
  some: "Beside the address it is served from, this page may reach:",
  address: "Address of a hub",
  add: "Allow",
  removeHost: (host: string) => `No longer allow ${host}`,
  refused: "This is no address that can be allowed. It must be a host such as huggingface.co, reached by https.",
  needsOffline: "Addresses can be allowed once the app is kept on this device for offline use.",
  reloadText: "This counts once the page is loaded again.",
  reload: "Load it again",
  opened: (count: number) => `${plural(count, "request", "requests")} went to hosts that you allowed.`,
  openedText: "Loam reaches them to search for models and to download them. Documents and chats are not sent.",
  allowed: "allowed by you",
} as const;
