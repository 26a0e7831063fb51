import { describe, expect, test } from "vitest";
import type { RequestRecord } from "../../worker/contract/index.ts";
import { LedgerState } from "./ledger.svelte.ts";

const own = "http://127.0.0.1:4173";
function record(url: string, change: Partial<RequestRecord> = {}): RequestRecord {
  return { url, method: null, seenBy: "page", at: 1000, bytes: 10, isBlocked: false, ...change };
}

describe("the privacy ledger", () => {
  test("fetching the app's own files leaves it sealed", () => {
    const ledger = new LedgerState(own);
    ledger.add([record(`${own}/assets/a.js`), record("blob:http://127.0.0.1:4173/1"), record("data:text/plain,x")]);
    expect(ledger.isSealed).toBe(true);
    expect(ledger.total).toBe(3);
  });
  test("one request to another origin breaks the seal for good", () => {
    const ledger = new LedgerState(own);
    ledger.add([record("https://elsewhere.example/x")]);
    for (let at = 0; at < 3000; at++) ledger.add([record(`${own}/${at}`, { at: 10_000 + at * 5000 })]);
    expect(ledger.entries).toHaveLength(2000);
    expect(ledger.isSealed).toBe(false);
    expect(ledger.foreignCount).toBe(1);
  });
  test("requests to hosts the user allowed are told apart, and the page is no longer called sealed", () => {
    const ledger = new LedgerState(own, () => ["https://hub.example", "https://*.files.example"]);
    ledger.add([
      record("https://hub.example/api/models?search=x"),
      record("https://eu.files.example/a/b"),
      record("https://files.example/c"),
      record("http://hub.example/plain"),
      record("https://hub.example.evil/x"),
    ]);
    expect(ledger.allowedCount).toBe(2);
    expect(ledger.foreignCount).toBe(3);
    expect(ledger.isSealed).toBe(false);
  });
  test("an origin that only begins like ours is another one", () => {
    const ledger = new LedgerState(own);
    ledger.add([record("http://127.0.0.1:41730/x"), record("http://127.0.0.1:4173.evil.example/x")]);
    expect(ledger.foreignCount).toBe(2);
  });
  test("what the policy blocked never left", () => {
    const ledger = new LedgerState(own);
    ledger.add([record("https://elsewhere.example/x", { isBlocked: true })]);
    expect(ledger.isSealed).toBe(true);
    expect(ledger.blockedCount).toBe(1);
  });
  test("a request with a body counts as sent, also when the method is learnt later", () => {
    const ledger = new LedgerState(own);
    ledger.add([record(`${own}/log`)]);
    expect(ledger.isSealed).toBe(true);
    ledger.add([record(`${own}/log`, { seenBy: "service-worker", method: "POST", at: 1200 })]);
    expect(ledger.sentCount).toBe(1);
    expect(ledger.isSealed).toBe(false);
    expect(ledger.total).toBe(1);
  });
  test("what is brought to the team's server is counted apart; reading from it takes nothing out", () => {
    const ledger = new LedgerState(own);
    ledger.add([record(`${own}/api/account`, { method: "GET" }), record(`${own}/apiary`, { method: "GET" })]);
    expect([ledger.isSealed, ledger.teamCount]).toEqual([true, 0]);
    ledger.add([record(`${own}/api/account/sign-in`, { method: "POST", bytes: 0 })]);
    ledger.add([record(`${own}/api/account/sign-in`, { at: 1010, bytes: 300 })]); // the same, once it was over
    ledger.add([record(`${own}/api/account/sign-in`, { at: 1015, method: "POST", seenBy: "service-worker" })]);
    expect([ledger.isSealed, ledger.teamCount, ledger.sentCount, ledger.total]).toEqual([false, 1, 0, 3]);
    expect(ledger.isTeamOnly).toBe(true);
    expect(ledger.entries.find(({ url }) => url.endsWith("sign-in"))).toMatchObject({
      ...{ teamTopic: "account", isOwn: true, bytes: 300, seenBy: ["page", "service-worker"] },
    });
    ledger.add([record(`${own}/apiary`, { method: "POST", at: 9000 })]);
    expect([ledger.teamCount, ledger.sentCount, ledger.isTeamOnly]).toEqual([1, 1, false]);
  });
  test("one request seen by two is one entry; the same address later is another", () => {
    const ledger = new LedgerState(own);
    ledger.add([record(`${own}/a`), record(`${own}/a`, { seenBy: "service-worker", method: "GET", bytes: 0 })]);
    ledger.add([record(`${own}/a`, { at: 9000 })]);
    expect(ledger.entries.map(({ seenBy, method, bytes }) => [seenBy, method, bytes])).toEqual([
      [["page"], null, 10],
      [["page", "service-worker"], "GET", 10],
    ]);
  });
});
