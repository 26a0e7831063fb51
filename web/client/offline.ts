// Registers the service worker and says how far the app is kept for offline use. An update waits until it is accepted.
import { Workbox } from "workbox-window";
import type { OfflineState } from "../state/system.svelte.ts";

export interface OfflineApp {
  /** Lets a waiting update take over, then reloads the page. */
  applyUpdate(): void;
}

/** Keeps the app for offline use; `onState` hears each change. Does nothing in development, where there is no worker. */
export function keepOffline(onState: (state: OfflineState) => void): OfflineApp {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) {
    onState("unsupported");
    return { applyUpdate: () => undefined };
  }
  const workbox = new Workbox("./service-worker.js", { type: "classic" });
  let isApplying = false;
  workbox.addEventListener("activated", () => onState("ready"));
  workbox.addEventListener("waiting", () => onState("update-waiting"));
  workbox.addEventListener("controlling", () => {
    if (isApplying) location.reload();
  });
  void workbox.register().then(
    (registration) => {
      if (registration?.active && !registration.waiting) onState("ready");
    },
    () => onState("unsupported"),
  );
  return {
    applyUpdate: () => {
      isApplying = true;
      workbox.messageSkipWaiting();
    },
  };
}
