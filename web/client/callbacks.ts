// Callbacks handed to a worker travel as Comlink proxies, each over a MessagePort of its own. Comlink keeps that port to
// itself; here it is remembered, so that the page can close it as soon as the call is over.
import { expose, proxy, proxyMarker, transferHandlers, type TransferHandler } from "comlink";

type Callback = (...values: never[]) => void;
const ports = new WeakMap<object, MessagePort>();
const plain = transferHandlers.get("proxy") as TransferHandler<object, MessagePort>;

transferHandlers.set("proxy", {
  canHandle: plain.canHandle,
  serialize(callback: object) {
    const { port1, port2 } = new MessageChannel();
    expose(callback, port1);
    ports.set(callback, port1);
    return [port2, [port2]];
  },
  deserialize: plain.deserialize,
} as TransferHandler<unknown, unknown>);

/** A callback that a worker can call; what is passed in stays unmarked. */
export function toWorker(callback: Callback): Callback {
  const own: Callback = (...values) => callback(...values);
  return proxy(own);
}

/** Ends the callback's connection; events still on their way are dropped. */
export function release(callback: Callback): void {
  if (!(proxyMarker in callback)) return;
  ports.get(callback)?.close();
  ports.delete(callback);
}
