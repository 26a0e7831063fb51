// The page's default Trusted Types policy: workers and the service worker may start from this origin only; no string becomes
// HTML here (answers are sanitized under DOMPurify's own policy).

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/** Installs the policy; does nothing where the browser has no Trusted Types. */
export function installScriptPolicy(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy("default", {
    createScriptURL(url) {
      if (new URL(url, location.href).origin === location.origin) return url;
      throw new TypeError(`Scripts come from ${location.origin} only.`);
    },
  });
}
