// What the page must be able to reach for a hub to work. Pure; the service worker writes it into the page's security policy.

/** Where a hub's files really come from: large ones are sent from elsewhere than the hub. */
const FILES_OF: Readonly<Record<string, readonly string[]>> = {
  "https://huggingface.co": ["https://*.hf.co", "https://*.huggingface.co"],
};

/** The sources of a content security policy's connect-src for these hubs. */
export function sourcesOf(hubs: readonly string[]): string[] {
  const origins = hubs.map((hub) => new URL(hub).origin);
  return [...new Set(origins.flatMap((origin) => [origin, ...(FILES_OF[origin] ?? [])]))];
}

/** "huggingface.co/models" → "https://huggingface.co", "127.0.0.1:80/hub/" → its base URL; null for anything but https, or http on this machine. */
export function hubOf(address: string): string | null {
  const text = address.trim();
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) return null;
  const { protocol, hostname, origin, pathname } = new URL(full);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLocal)) return null;
  if (!isLocal && !/^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(hostname)) return null;
  return origin in FILES_OF ? origin : `${origin}${pathname.replace(/\/+$/, "")}`;
}
