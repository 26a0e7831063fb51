// How long a download waits for the network before it tries again, and when it stops trying.

const MOST_TRIES = 6; // in a row without a byte
const MOST_WAIT_MS = 30_000;

/** Waits 1, 2, 4 … s before the n-th try in a row, less when the network comes back; false once there were too many. */
export async function patience(n: number, signal: AbortSignal): Promise<boolean> {
  if (n > MOST_TRIES) return false;
  const waited = Math.min(MOST_WAIT_MS, 1000 * 2 ** (n - 1));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, waited);
    const give = (end: () => void) => () => {
      clearTimeout(timer);
      end();
    };
    signal.addEventListener(
      "abort",
      give(() => reject(signal.reason)),
      { once: true },
    );
    globalThis.addEventListener?.("online", give(resolve), { once: true });
  });
  return true;
}
