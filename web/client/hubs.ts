// The hubs that the user lets the page reach, where the page and the service worker both find them. The service worker writes them
// into the security policy of the page and its workers; without it the list has no effect.

const cacheName = "loam-hubs";
const entry = "/hubs.json";

/** Base URLs such as "https://huggingface.co". */
export async function readHubs(): Promise<string[]> {
  const kept = await (await caches.open(cacheName)).match(entry);
  const hubs: unknown = kept ? await kept.json() : [];
  return Array.isArray(hubs) ? hubs.filter((hub): hub is string => typeof hub === "string") : [];
}

export async function writeHubs(hubs: readonly string[]): Promise<void> {
  await (await caches.open(cacheName)).put(entry, Response.json(hubs));
}
