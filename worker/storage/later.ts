// A store that is still being opened: calls wait for it, and report it when it cannot be had. A worker must answer from its
// first moment on, so it cannot wait before it exposes itself.
import type { Store } from "./store.ts";

export function storeLater(opening: Promise<Store>): Store {
  opening.catch(() => undefined); // each call reports it
  return {
    get: async (table, key) => (await opening).get(table, key),
    put: async (table, key, value) => (await opening).put(table, key, value),
    delete: async (table, key) => (await opening).delete(table, key),
    putIf: async (isStill, entries) => (await opening).putIf(isStill, entries),
    keys: async (table, prefix) => (await opening).keys(table, prefix),
    list: async (table) => (await opening).list(table),
    putBlob: async (bytes) => (await opening).putBlob(bytes),
    getBlob: async (hash) => (await opening).getBlob(hash),
    hasBlob: async (hash) => (await opening).hasBlob(hash),
    deleteBlob: async (hash) => (await opening).deleteBlob(hash),
    usage: async () => (await opening).usage(),
  };
}
