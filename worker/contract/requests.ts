// What every part of the app (page, workers, service worker) reports about the requests it made, for the privacy ledger.
// The browser's own resource timing is the witness, so nothing has to remember to report. Does not know who reads it.

export type RequestReporter = "page" | "text-worker" | "gpu-worker" | "service-worker";

/** One request as one reporter saw it. */
export interface RequestRecord {
  readonly url: string;
  readonly method: string | null; // null: resource timing does not tell it
  readonly seenBy: RequestReporter;
  readonly at: number; // ms since the epoch
  readonly bytes: number; // transferred over the wire; 0 when a cache answered
  readonly isBlocked: boolean; // refused by the content security policy before it left
}

/** The BroadcastChannel on which records travel within the origin. */
export const requestChannelName = "loam-requests";

function toRecord(entry: PerformanceResourceTiming, seenBy: RequestReporter): RequestRecord {
  const at = performance.timeOrigin + entry.startTime;
  return { url: entry.name, method: null, seenBy, at, bytes: entry.transferSize, isBlocked: false };
}

/** Calls `onRecords` with every request this global scope has made and will make. */
export function observeRequests(seenBy: RequestReporter, onRecords: (records: RequestRecord[]) => void): void {
  const observer = new PerformanceObserver((list) => {
    onRecords(list.getEntries().map((entry) => toRecord(entry as PerformanceResourceTiming, seenBy)));
  });
  observer.observe({ type: "resource", buffered: true });
}

/** Reports the requests of a worker to the page's ledger. */
export function reportRequests(seenBy: Exclude<RequestReporter, "page">): void {
  const channel = new BroadcastChannel(requestChannelName);
  observeRequests(seenBy, (records) => channel.postMessage(records));
}
