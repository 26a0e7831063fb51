// A webhook as https://www.standardwebhooks.com has it: signed, to http(s) alone, never followed elsewhere, and never to this machine
// itself or a cloud's metadata, whatever a name resolves to, unless the server is for this machine alone.
import { createHmac, randomBytes } from "node:crypto";
import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as http } from "node:http";
import { request as https } from "node:https";
import { BlockList, isIP } from "node:net";
import type { LookupFunction } from "node:net";

const MOST_WAIT_MS = 10_000;
const SECRET_PREFIX = "whsec_";

export const newWebhookSecret = (): string => SECRET_PREFIX + randomBytes(32).toString("base64");

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: object;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
const never = new BlockList(); // this host by other names, link-local (metadata), multicast and broadcast
for (const [net, bits] of [["0.0.0.0", 8], ["169.254.0.0", 16], ["224.0.0.0", 3]] as const) never.addSubnet(net, bits, "ipv4"); // prettier-ignore
for (const [net, bits] of [["::", 128], ["fe80::", 10], ["ff00::", 8], ["fd00:ec2::254", 128], ["64:ff9b::", 96], ["2002::", 16]] as const) never.addSubnet(net, bits, "ipv6"); // prettier-ignore

/** Whether a webhook may go to this address. */
export function mayReach(address: string, isLocal: boolean): boolean {
  const plain = address.replace(/^\[|\]$/g, "");
  const mapped = /^::ffff:(.+)$/i.exec(new URL(isIP(plain) === 6 ? `http://[${plain}]` : "http://[::]").hostname.slice(1, -1))?.[1]; // prettier-ignore
  if (mapped !== undefined) return mayReach(dotted(mapped), isLocal);
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  return isIP(plain) !== 0 && !never.check(plain, family) && (isLocal || !loopback.check(plain, family));
}

/** "7f00:1" as "127.0.0.1". */
function dotted(mapped: string): string {
  const [high, low] = mapped.split(":").map((part) => parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** What is wrong with a target, as far as that can be said before it is asked; null: nothing. */
export function targetProblem(text: string, isLocal: boolean): string | null {
  if (!URL.canParse(text)) return "must be an address, as https://chat.example/hook";
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") return "must begin with http:// or https://";
  if (username || password) return "must not hold a name or a password";
  const host = hostname.replace(/^\[|\]$/g, "");
  const isRefused = isIP(host) ? !mayReach(host, isLocal) : /(^|\.)localhost\.?$/i.test(host) && !isLocal;
  return isRefused ? "must not lead to the server's own machine" : null;
}

/** Sends it once. Resolves to null, or to why it did not arrive. */
export function send({ id, url, secret, body }: Webhook, isLocal: boolean, now: number): Promise<string | null> {
  const problem = targetProblem(url, isLocal);
  if (problem !== null) return Promise.resolve(`the target ${problem}`);
  const [text, seconds] = [JSON.stringify(body), Math.floor(now / 1000)];
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    "User-Agent": "Loam",
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${signatureOf(`${id}.${seconds}.${text}`, secret)}`,
  };
  return new Promise((resolve) => {
    const ask = new URL(url).protocol === "https:" ? https : http;
    const options = { method: "POST", headers, agent: false, lookup: guarded(isLocal), timeout: MOST_WAIT_MS };
    const asking = ask(url, options, (answer) => {
      const status = answer.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? null : `it answered ${status}`);
      answer.destroy();
    });
    const late = setTimeout(() => asking.destroy(new Error(`no answer within ${MOST_WAIT_MS / 1000} s`)), MOST_WAIT_MS);
    asking.once("close", () => clearTimeout(late));
    asking.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asking.end(text);
  });
}

export const signatureOf = (signed: string, secret: string): string =>
  createHmac("sha256", Buffer.from(secret.slice(SECRET_PREFIX.length), "base64"))
    .update(signed)
    .digest("base64");

/** Looks a name up as Node does, and lets pass only addresses that may be reached: the very ones that are then connected to. */
export const guarded =
  (isLocal: boolean): LookupFunction =>
  (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, "", 0);
      const allowed = (found as LookupAddress[]).filter(({ address }) => mayReach(address, isLocal));
      if (allowed.length === 0) return done(new Error("the target must not lead to the server's own machine"), "", 0);
      return options.all ? done(null, allowed) : done(null, allowed[0].address, allowed[0].family);
    });
  };
