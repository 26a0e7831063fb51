// The index follows its documents: whatever was added, changed and deleted before, it finds what a new one would. And it
// answers with vectors, without them, and while they are exchanged.
import { expect, it } from "vitest";
import { hashPort } from "../../test/harness/hash-vectors.ts";
import type { Passage } from "../contract/index.ts";
import { Collection } from "./collection.ts";
import type { DocumentVectors } from "./vectors.ts";

const vocabulary = "well pump handle water litre clinic nurse vaccine apron seal rod valve depth metre fuel".split(" ");

function numbers(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * count);
  };
}
const passage = (documentId: string, start: number, text: string, headingPath: string[] = []): Passage => ({
  id: `${documentId}:${start}`,
  documentId,
  documentName: `${documentId}.txt`,
  start,
  end: start + text.length,
  text,
  headingPath,
});
function randomPassages(documentId: string, pick: (count: number) => number): Passage[] {
  return Array.from({ length: 1 + pick(4) }, (_, i) => {
    const words = Array.from({ length: 3 + pick(12) }, () => vocabulary[pick(vocabulary.length)]);
    return passage(documentId, i * 1000, words.join(" "), [vocabulary[pick(vocabulary.length)]!]);
  });
}

it.each([[false], [true]])("after any changes it finds what a rebuild finds (vectors: %s)", async (hasVectors) => {
  for (let seed = 1; seed <= 25; seed++) {
    const pick = numbers(seed);
    const port = hashPort();
    const index = new Collection();
    const documents = new Map<string, Passage[]>();
    for (let step = 0; step < 30; step++) {
      const id = `d${pick(8)}`;
      if (pick(3) === 0) {
        documents.delete(id);
        index.delete(id);
      } else {
        const passages = randomPassages(id, pick);
        documents.set(id, passages);
        index.set(id, passages);
      }
      if (hasVectors && pick(4) === 0) await index.complete(port);
    }
    const rebuilt = new Collection();
    for (const [id, passages] of documents) rebuilt.set(id, passages);
    if (hasVectors) await Promise.all([index.complete(port), rebuilt.complete(hashPort())]);
    for (const query of ["pump handle", "deep wells", "vaccine fuel nurse", "litre"]) {
      const shape = (found: Awaited<ReturnType<Collection["search"]>>) =>
        found
          .map(({ id, textRank, vectorRank }) => ({ id, textRank, isNear: vectorRank !== undefined }))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
      const request = { query, k: 1000 };
      expect(shape(await index.search(request)), `seed ${seed}, ${query}`).toEqual(
        shape(await rebuilt.search(request)),
      );
    }
  }
});

it("only passages of the wanted documents are found, by words and by vectors", async () => {
  const index = new Collection();
  for (const id of ["a", "b", "c"]) index.set(id, [passage(id, 0, `the pump of ${id}`)]);
  await index.complete(hashPort());
  const found = await index.search({ query: "pump", k: 10, documentIds: ["a", "c"] });
  expect(found.map(({ documentId }) => documentId).toSorted()).toEqual(["a", "c"]);
  expect(found.every(({ vectorRank }) => vectorRank !== undefined)).toBe(true);
});

it("finds by vectors what shares no indexed word, ranked after what does", async () => {
  const index = new Collection();
  index.set("a", [passage("a", 0, "who are they"), passage("a", 100, "pump")]);
  await index.complete(hashPort());
  const found = await index.search({ query: "who pump", k: 5 });
  expect(found.map(({ id, textRank }) => [id, textRank])).toEqual([
    ["a:100", 1],
    ["a:0", undefined],
  ]);
});

it("goes on by full text when the port fails, and without one", async () => {
  const index = new Collection();
  index.set("a", [passage("a", 0, "the pump stands here")]);
  expect((await index.search({ query: "pumps", k: 5 })).map(({ id }) => id)).toEqual(["a:0"]);
  const port = hashPort();
  await index.complete(port);
  port.failure = new Error("device lost");
  const found = await index.search({ query: "pumps", k: 5 });
  expect(found.map(({ id, vectorRank }) => [id, vectorRank])).toEqual([["a:0", undefined]]);
  await expect(index.complete(hashPort("other"))).resolves.toBeUndefined();
  expect((await index.search({ query: "pumps", k: 5 }))[0]!.vectorRank).toBe(1);
});

it("while another model's vectors are computed the old ones answer, also for what is added meanwhile", async () => {
  const [old, next] = [hashPort("old"), hashPort("next", 99)];
  const index = new Collection();
  index.set("a", [passage("a", 0, "one pump")]);
  await index.complete(old);
  let open = () => {};
  next.gate = new Promise((resolve) => (open = resolve));
  const changing = index.complete(next);
  index.set("b", [passage("b", 0, "two pumps")]);
  old.embedded.length = 0;
  const during = await index.search({ query: "one pump", k: 5 });
  expect(old.embedded).toEqual(["one pump"]);
  expect(during.map(({ id, vectorRank }) => [id, vectorRank])).toEqual([
    ["a:0", 1],
    ["b:0", undefined],
  ]);
  open();
  await changing;
  old.failure = new Error("the old model is gone");
  expect((await index.search({ query: "one pump", k: 5 })).every(({ vectorRank }) => vectorRank !== undefined)).toBe(
    true,
  );
});

it("vectors that were kept are not computed again, unless the model or the passages changed", async () => {
  const kept = new Map<string, DocumentVectors>();
  const keeper = {
    load: async (id: string) => kept.get(id),
    save: async (id: string, vectors: DocumentVectors) => void kept.set(id, vectors),
  };
  const computed = async (model: string, passages: Passage[]) => {
    const port = hashPort(model);
    const index = new Collection({ keeper });
    index.set("a", passages);
    await index.complete(port);
    return port.embedded.length;
  };
  const passages = [passage("a", 0, "one"), passage("a", 50, "two")];
  expect(await computed("m", passages)).toBe(2);
  expect(await computed("m", passages)).toBe(0);
  expect(await computed("other", passages)).toBe(2);
  expect(await computed("other", [passage("a", 0, "one"), passage("a", 60, "two")])).toBe(2);
});
