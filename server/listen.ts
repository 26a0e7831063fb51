// An app on a port of this machine.
import { createServer } from "node:http";
import { isIP } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface Listening {
  readonly port: number;
  /** Takes no more requests, gives those under way so long, then closes every connection. */
  close(graceMs: number): Promise<void>;
}

/** Listens on the first free port from `firstPort` on, of so many; 0 is any. Throws EADDRINUSE. */
export async function listen(
  app: Pick<Hono, "fetch">,
  host: string,
  firstPort: number,
  triedPorts = 1,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, createServer }) as ReturnType<typeof createServer>;
  const tryPort = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  for (let port = firstPort; ; port++) {
    try {
      await tryPort(port);
      break;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || port + 1 >= firstPort + triedPorts) throw error;
    }
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : firstPort,
    close: (graceMs) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Connections that a browser keeps open would hold the process back.
        setTimeout(() => server.closeAllConnections(), graceMs).unref();
      }),
  };
}

/** Whether only this machine can reach a server there. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** A host's address as one types it. */
export const addressOf = (host: string, port: number): string =>
  `http://${host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
