// The few things only a browser can tell or do, as small functions: the address bar, the promise to keep data, files.
import type { AddressBar } from "../state/router.svelte.ts";
import { fail } from "../../worker/contract/index.ts";
import type { Browser } from "../state/system.svelte.ts";

export const addressBar: AddressBar = {
  get hash() {
    return location.hash;
  },
  push: (hash) => history.pushState(null, "", hash),
  replace: (hash) => history.replaceState(null, "", hash),
};

export const browser: Browser = {
  persist: async () => (await navigator.storage?.persist?.()) ?? false,
  isPersisted: async () => (await navigator.storage?.persisted?.()) ?? false,
};

/** Where settings are kept; where the browser keeps nothing, they last as long as the page. */
export function settingsStorage(): Pick<Storage, "getItem" | "setItem"> {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
}

/** Hands the user a file to save. */
export function saveFile(name: string, bytes: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** A text file that came with the app. */
export async function readText(path: string): Promise<string> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) fail({ code: "network", url: path, reason: `it answered ${response.status}` });
  return response.text();
}
