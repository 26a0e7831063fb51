// The models of a server on one device: loaded once, each answering as itself or with one of its adapters on. One job at a time.
import { detailOf, fail } from "../../worker/contract/errors.ts";
import type { Embedder } from "../../worker/embedding/embedder.ts";
import { loadEmbedder } from "../../worker/embedding/load.ts";
import { isEncoder } from "../../worker/engine/model/encoder-config.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { readAdapter } from "../../worker/models/adapter-files.ts";
import type { AdapterWeights } from "../../worker/models/adapter.ts";
import { readConfig, type ModelFolder } from "../../worker/models/folder.ts";
import { STATIC_ARCHITECTURE } from "../../worker/models/static.ts";
import { adapterFolder } from "../commands/adapter-files.ts";
import { openFolder } from "../folder.ts";
import { answer } from "./answer.ts";
import type { AdapterSpec, EmbedJob, Embedded, EngineSpec, GenerateJob, Generated, OnText, ServedModel, WearFailure } from "./protocol.ts"; // prettier-ignore

/** A chat model and the adapter its session wears now. */
interface Base {
  readonly model: ChatModel;
  worn: AdapterWeights | null;
}
interface Speaker {
  readonly base: Base;
  readonly adapter: AdapterWeights | null;
}

export class Models {
  readonly #speakers = new Map<string, Speaker>(); // by the name they are asked for
  readonly #embedders = new Map<string, Embedder>();
  readonly #adopted = new Map<string, { readonly folder: string; readonly speaker: Speaker }>(); // of the team, by their names

  /** Loads everything. Throws not-found, bad-file, model-unsupported, gpu-out-of-memory, invalid-argument. */
  static async open(runtime: Runtime, { models, adapters }: EngineSpec): Promise<Models> {
    const opened = new Models();
    for (const model of models) await opened.#add(runtime, openFolder(model));
    for (const adapter of adapters) await opened.#wear(adapter);
    return opened;
  }

  list(): ServedModel[] {
    const chat = [...this.#speakers.keys()].map((id) => ({ id, kind: "chat" as const }));
    const embedding = [...this.#embedders.keys()].map((id) => ({ id, kind: "embedding" as const }));
    return [...chat, ...embedding];
  }

  /** Throws not-found, invalid-argument, context-full. */
  async generate(job: GenerateJob, onText: OnText, cancelled: AbortSignal): Promise<Generated> {
    const { base, adapter } = this.#speakers.get(job.model) ?? missing(job.model);
    await wear(base, adapter);
    return answer(base.model, job, onText, cancelled);
  }

  /** Throws not-found. */
  async embed({ model, texts }: EmbedJob): Promise<Embedded> {
    const embedder = this.#embedders.get(model) ?? missing(model);
    const vectors = await embedder.embed(texts);
    const tokens = texts.reduce((sum, text) => sum + embedder.tokenizer.encode(text).length, 0);
    return { vectors, dimensions: embedder.dimensions, tokens };
  }

  async #add(runtime: Runtime, folder: ModelFolder): Promise<void> {
    if (this.#speakers.has(folder.id) || this.#embedders.has(folder.id))
      fail({ code: "invalid-argument", name: "--model", reason: `two models are called ${folder.id}` });
    if (await isEmbedder(folder)) this.#embedders.set(folder.id, await loadEmbedder(runtime, folder));
    else {
      const model = await ChatModel.load(runtime, folder);
      this.#speakers.set(folder.id, { base: { model, worn: null }, adapter: null });
    }
  }

  /** Takes the team's adapters, in place of those it had of the team; what cannot be read is left out. */
  async adopt(adapters: readonly AdapterSpec[]): Promise<WearFailure[]> {
    const [before, failures] = [new Map(this.#adopted), [] as WearFailure[]];
    for (const id of before.keys()) this.#speakers.delete(id);
    this.#adopted.clear();
    for (const spec of adapters) {
      const known = before.get(spec.name);
      try {
        if (known?.folder === spec.folder && !this.#speakers.has(spec.name))
          this.#speakers.set(spec.name, known.speaker);
        else await this.#wear(spec);
        this.#adopted.set(spec.name, { folder: spec.folder, speaker: this.#speakers.get(spec.name)! });
      } catch (error) {
        failures.push({ name: spec.name, detail: detailOf(error) });
      }
    }
    return failures;
  }

  async #wear({ name, folder }: AdapterSpec): Promise<void> {
    const first = [...this.#speakers.keys()][0];
    const id = name.includes(":") ? name : `${first}:${name}`;
    const base = this.#speakers.get(id.slice(0, id.indexOf(":")))?.base;
    const bad = (reason: string) => fail({ code: "invalid-argument", name: "--adapter", reason });
    if (!base) return bad(`${name} has no model to be worn by: no chat model of that name is served`);
    if (this.#speakers.has(id)) return bad(`two adapters are called ${id}`);
    const { adapter } = await readAdapter(adapterFolder(folder), base.model.config);
    this.#speakers.set(id, { base, adapter });
  }
}

const missing = (id: string): never => fail({ code: "not-found", what: "model", id });

async function isEmbedder(folder: ModelFolder): Promise<boolean> {
  const json = (await readConfig(folder)) as Record<string, unknown>;
  return (json.architectures as string[] | undefined)?.[0] === STATIC_ARCHITECTURE || isEncoder(json);
}

/** Between two answers only. */
async function wear(base: Base, adapter: AdapterWeights | null): Promise<void> {
  if (base.worn === adapter) return;
  base.worn = null; // what the session wears if this fails
  await base.model.session.wear(adapter);
  base.worn = adapter;
}
