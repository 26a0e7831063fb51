import { describe, expect, test } from "vitest";
import { AppError, type Comparison, type DatasetInfo, type EvaluateProgress } from "../../worker/contract/index.ts";
import type { EvaluateRequest, EvaluationInfo } from "../../worker/contract/index.ts";
import { settled } from "./fakes.ts";
import { ProveState, type ProveClient } from "./prove.svelte.ts";

const dataset = (hash: string, test = 4): DatasetInfo => ({
  ...{ id: "d", name: "Notes", description: "", licence: "", createdAt: 1 },
  version: { number: 1, hash, parent: null, at: 1, what: "", counts: { train: 9, valid: 3, test } },
});

function fakeEvaluations() {
  const kept: EvaluationInfo[] = [];
  const asked: EvaluateRequest[] = [];
  const cancelled: string[] = [];
  const waiting: { finish: () => void; fail: (error: unknown) => void; progress: (p: EvaluateProgress) => void }[] = [];
  let hash = "one";
  const client: ProveClient = {
    evaluations: async () => [...kept],
    evaluate: (request, onProgress) => {
      asked.push(request);
      const { model, adapter, dataset, scorer } = request;
      const report = { dataHash: hash, scorer } as EvaluationInfo["report"];
      const evaluation = { id: `e${asked.length}`, model, adapter, dataset, report };
      return new Promise((resolve, reject) => {
        const finish = () => {
          kept.push(evaluation);
          resolve(evaluation);
        };
        waiting.push({ finish, fail: reject, progress: onProgress });
      });
    },
    cancelEvaluation: async (id) => void cancelled.push(id),
    compare: async (baseline, candidate) => ({ baseline, candidate }) as Comparison,
  };
  return { client, asked, cancelled, waiting, edit: (next: string) => (hash = next) };
}

function chosen(fake: ReturnType<typeof fakeEvaluations>): ProveState {
  const prove = new ProveState(fake.client);
  prove.choose({ dataset: "d", model: "m", candidate: "notes" });
  return prove;
}
async function run(prove: ProveState, fake: ReturnType<typeof fakeEvaluations>, data = dataset("one")) {
  const done = prove.compare(data);
  for (let i = 0; i < 2; i++) {
    await settled();
    fake.waiting.at(-1)?.finish();
  }
  await done;
}

describe("a comparison", () => {
  test("evaluates the baseline first, then the new version, and says how far it is", async () => {
    const fake = fakeEvaluations();
    const prove = chosen(fake);
    const done = prove.compare(dataset("one"));
    await settled();
    expect(fake.asked.map(({ adapter }) => adapter)).toEqual([null]);
    fake.waiting[0]!.progress({ done: 2, total: 4 });
    expect(prove.evaluating).toMatchObject({ version: "baseline", progress: { done: 2 } });
    fake.waiting[0]!.finish();
    await settled();
    expect(prove.evaluating?.version).toBe("candidate");
    fake.waiting[1]!.finish();
    await done;
    expect(fake.asked.map(({ adapter }) => adapter)).toEqual([null, "notes"]);
    expect(prove.proof?.comparison).toEqual({ baseline: "e1", candidate: "e2" });
    expect(prove.evaluating).toBeNull();
  });
  test("takes what was evaluated before, as long as rows and scorer are the same", async () => {
    const fake = fakeEvaluations();
    const prove = chosen(fake);
    await run(prove, fake);
    prove.choose({ candidate: "other" });
    expect(prove.proof).toBeNull();
    await run(prove, fake);
    expect(fake.asked.map(({ adapter }) => adapter)).toEqual([null, "notes", "other"]);
    prove.choose({ scorer: { id: "contains" } });
    await run(prove, fake);
    expect(fake.asked).toHaveLength(5);
    fake.edit("two");
    await run(prove, fake, dataset("two"));
    expect(fake.asked).toHaveLength(7);
  });
  test("that was made before is shown without evaluating anything", async () => {
    const fake = fakeEvaluations();
    await run(chosen(fake), fake);
    const later = chosen(fake);
    await later.recall(dataset("one"));
    expect(later.proof?.comparison).toEqual({ baseline: "e1", candidate: "e2" });
    expect(fake.asked).toHaveLength(2);
  });
  test("that is cancelled is no failure, and keeps the version that was done", async () => {
    const fake = fakeEvaluations();
    const prove = chosen(fake);
    const done = prove.compare(dataset("one"));
    await settled();
    fake.waiting[0]!.finish();
    await settled();
    await prove.cancel();
    expect(fake.cancelled).toEqual([fake.asked[1]!.id]);
    fake.waiting[1]!.fail(new AppError({ code: "unexpected", message: "cancelled" }));
    await done;
    expect([prove.error, prove.proof, prove.evaluating]).toEqual([null, null, null]);
    await run(prove, fake);
    expect(fake.asked.map(({ adapter }) => adapter)).toEqual([null, "notes", "notes"]);
  });
  test("that fails says why", async () => {
    const fake = fakeEvaluations();
    const prove = chosen(fake);
    const done = prove.compare(dataset("one"));
    await settled();
    fake.waiting[0]!.fail(new AppError({ code: "gpu-lost", reason: "gone" }));
    await done;
    expect(prove.error?.code).toBe("gpu-lost");
    expect(prove.evaluating).toBeNull();
  });
  test("says what is missing before it can begin", () => {
    const prove = new ProveState(fakeEvaluations().client);
    expect(prove.missing(undefined)).toBe("dataset");
    expect(prove.missing(dataset("one", 0))).toBe("rows");
    expect(prove.missing(dataset("one"))).toBe("model");
    prove.choose({ model: "m" });
    expect(prove.missing(dataset("one"))).toBe("versions");
    prove.choose({ candidate: "notes", scorer: { id: "regular-expression", pattern: "(" } });
    expect(prove.missing(dataset("one"))).toBe("pattern");
    prove.choose({ scorer: { id: "regular-expression" } });
    expect(prove.missing(dataset("one"))).toBeNull();
  });
});
