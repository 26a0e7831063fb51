// The models on this device: those that come with the app and those the user opened from disk. Knows what they are, not
// whether they are on the GPU. A model is checked in full before it is kept.
import { fail } from "../contract/errors.ts";
import type { ModelInfo, WeightPrecision } from "../contract/inference.ts";
import { blobSource, readText, type ByteSource } from "../engine/format/bytes.ts";
import { decoderConfig } from "../engine/model/config.ts";
import { encoderSpecs, plainNames } from "../engine/model/encoder.ts";
import { encoderConfig, isEncoder } from "../engine/model/encoder-config.ts";
import { checkSpecs, checkWeights, parameterCount, sizeOfSpecs } from "../engine/model/weights.ts";
import type { KeptFile } from "../contract/downloads.ts";
import { bytesOf, deleteUnused, keepFiles } from "../storage/kept-files.ts";
import type { Store } from "../storage/store.ts";
import { engineOf, foreignFacts, type ForeignFacts } from "./foreign.ts";
import { groundingOf } from "./grounding.ts";
import { filesOf, folderBytes, readConfig, readHeaders, readTokenizer, type ModelFolder } from "./folder.ts";
import { readSentenceConfig } from "./sentence.ts";
import { STATIC_ARCHITECTURE, staticTable } from "./static.ts";

/** The two models that come with the app, and their files. */
export const DEFAULT_MODELS = { "loam-chat": "decoder", "loam-embed": "static-embedding" } as const;
const DEFAULT_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "README.md"];

interface StoredModel {
  readonly id: string;
  readonly files: readonly KeptFile[];
}
const precisionKey = (id: string): string => `precision of ${id}`;
export type ModelFacts = Omit<ModelInfo, "isLoaded" | "gpuBytes">;

export class ModelCatalog {
  readonly #defaults = new Map<string, Promise<ModelFolder>>();
  readonly #foreign = new Map<string, Promise<ForeignFacts>>(); // by the files: a graph of thousands of nodes is read once

  /** `fetchFile` gets a file of a default model; null when it is not there. */
  constructor(
    readonly store: Store,
    readonly fetchFile: (path: string) => Promise<Blob | null>,
  ) {}

  async list(): Promise<ModelFacts[]> {
    const ids = [...Object.keys(DEFAULT_MODELS), ...(await this.store.list("models")).map(({ key }) => key)];
    const facts = await Promise.allSettled(ids.map((id) => this.facts(id)));
    return facts.flatMap((f) => (f.status === "fulfilled" ? [f.value] : [])); // one that cannot be read hides no other
  }

  async facts(id: string): Promise<ModelFacts> {
    const folder = await this.folder(id);
    const card = (await filesOf(folder)).get("README.md");
    const text = card ? await readText(card) : "";
    const foreign = await this.#foreignFacts(folder);
    if (foreign) return { ...sharedFacts(folder, false, text), ...foreign };
    return { ...(await factsOf(folder, id in DEFAULT_MODELS, text)), precision: await this.precision(id) };
  }

  /** How a model's matrices are to lie on the GPU. */
  async precision(id: string): Promise<WeightPrecision> {
    return (await this.store.get<WeightPrecision>("settings", precisionKey(id))) ?? "stored";
  }

  async setPrecision(id: string, precision: WeightPrecision): Promise<void> {
    await this.folder(id); // throws when there is no such model
    await this.store.put("settings", precisionKey(id), precision);
  }

  /** Throws not-found. */
  async folder(id: string): Promise<ModelFolder> {
    if (id in DEFAULT_MODELS) {
      const known = this.#defaults.get(id);
      if (known) return known;
      const opening = this.#fetchFolder(id);
      this.#defaults.set(id, opening);
      opening.catch(() => this.#defaults.delete(id)); // the next call tries again
      return opening;
    }
    const stored = (await this.store.get<StoredModel>("models", id)) ?? fail({ code: "not-found", what: "model", id });
    const files = await Promise.all(
      stored.files.map(async (file): Promise<[string, ByteSource]> => {
        const { name } = file;
        const blob =
          (await bytesOf(this.store, file)) ??
          fail({ code: "bad-file", file: name, format: "model folder", reason: "its bytes are gone from storage" });
        return [name, blobSource(name, blob)];
      }),
    );
    return { id, files: new Map(files) };
  }

  /** Checks the files as a model, then keeps them. Throws bad-file, model-unsupported, storage-full; nothing is kept then. */
  async add(name: string, files: readonly { readonly name: string; readonly bytes: Blob }[]): Promise<ModelFacts> {
    const id = await this.#freeId(name);
    await checkFolder({ id, files: new Map(files.map((f) => [f.name, blobSource(f.name, f.bytes)])) });
    await keepFiles(this.store, "models", id, files, (kept): StoredModel => ({ id, files: kept }));
    return this.facts(id);
  }

  /** Makes a model of files whose bytes are in the store already; the same twice is the same. Throws bad-file, model-unsupported. */
  async adopt(id: string, files: readonly KeptFile[]): Promise<ModelFacts> {
    await this.store.put("models", id, { id, files } satisfies StoredModel);
    try {
      await checkFolder(await this.folder(id));
    } catch (error) {
      await this.store.delete("models", id);
      throw error;
    }
    return this.facts(id);
  }

  async remove(id: string): Promise<void> {
    if (id in DEFAULT_MODELS) fail({ code: "invalid-argument", name: "model", reason: `${id} comes with the app` });
    const stored = await this.store.get<StoredModel>("models", id);
    await this.store.delete("models", id);
    await this.store.delete("settings", precisionKey(id));
    await deleteUnused(this.store, stored?.files ?? []);
  }

  async #foreignFacts(folder: ModelFolder): Promise<ForeignFacts | null> {
    const engine = engineOf(folder.files.keys());
    if (engine === undefined) return null;
    const key = JSON.stringify((await this.store.get<StoredModel>("models", folder.id))?.files);
    const facts = this.#foreign.get(key) ?? foreignFacts(folder, engine);
    this.#foreign.set(key, facts);
    facts.catch(() => this.#foreign.delete(key));
    return facts;
  }

  async #fetchFolder(id: string): Promise<ModelFolder> {
    const files = await Promise.all(
      DEFAULT_FILES.map(async (name): Promise<[string, ByteSource][]> => {
        const blob = await this.fetchFile(`${id}/${name}`);
        return blob ? [[name, blobSource(name, blob)]] : [];
      }),
    );
    if (files.every((f) => f.length === 0)) fail({ code: "not-found", what: "model", id });
    return { id, files: new Map(files.flat()) };
  }

  async #freeId(name: string): Promise<string> {
    const taken = new Set([...Object.keys(DEFAULT_MODELS), ...(await this.store.list("models")).map(({ key }) => key)]);
    const base = name.trim() || "model";
    for (let n = 1; ; n++) if (!taken.has(n === 1 ? base : `${base} ${n}`)) return n === 1 ? base : `${base} ${n}`;
  }
}

/** Reads everything but the weights' values. Throws bad-file or model-unsupported with what is wrong. */
export async function checkFolder(folder: ModelFolder): Promise<void> {
  const engine = engineOf(folder.files.keys());
  if (engine !== undefined) {
    await foreignFacts(folder, engine);
    return;
  }
  const json = await readConfig(folder);
  await readTokenizer(folder);
  if (isStatic(json)) {
    await staticTable(folder);
    return;
  }
  if (!isEncoder(json)) {
    checkWeights(decoderConfig(json), await readHeaders(folder));
    return;
  }
  await readSentenceConfig(folder);
  checkSpecs(encoderSpecs(encoderConfig(json)), plainNames(await readHeaders(folder)));
}

const isStatic = (json: unknown): boolean =>
  (json as { architectures?: readonly string[] }).architectures?.[0] === STATIC_ARCHITECTURE;

const sharedFacts = (folder: ModelFolder, isDefault: boolean, card: string) => ({
  ...{ id: folder.id, name: folder.id, sizeBytes: folderBytes(folder), licence: licenceOf(card), isDefault, card },
});

async function factsOf(folder: ModelFolder, isDefault: boolean, card: string): Promise<ModelFacts> {
  const json = (await readConfig(folder)) as Record<string, unknown>;
  const shared = sharedFacts(folder, isDefault, card);
  if (isStatic(json)) {
    const [V, C] = [Number(json.vocab_size), Number(json.hidden_size)];
    return {
      ...shared,
      kind: "static-embedding",
      architecture: STATIC_ARCHITECTURE,
      parameterCount: V * C,
      maxTokenCount: 512,
    };
  }
  if (isEncoder(json)) {
    const config = encoderConfig(json);
    return {
      ...shared,
      kind: "encoder",
      architecture: config.architecture,
      parameterCount: sizeOfSpecs(encoderSpecs(config)),
      maxTokenCount: config.P,
    };
  }
  const config = decoderConfig(json);
  const grounding = groundingOf(json);
  return {
    ...shared,
    kind: "decoder",
    architecture: config.architecture,
    parameterCount: parameterCount(config),
    maxTokenCount: config.P,
    ...(grounding && { grounding }),
  };
}

/** `license:` of the card's front matter, as hubs read it; "" when it says none. */
const licenceOf = (card: string): string => /^license:\s*(.+)$/m.exec(card)?.[1].trim() ?? "";
