// A session of Transformers.js over onnxruntime-web. Every byte comes from the folder; the runtime's WebAssembly comes from this
// origin; the library is kept from asking anybody else.
import {
  AutoModel,
  AutoModelForCausalLM,
  env,
  LogLevel,
  PretrainedConfig,
  Tensor,
  type PreTrainedModel,
} from "@huggingface/transformers";
import factoryUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url"; // of the version Transformers.js pins
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import type { LoadProgress } from "../contract/inference.ts";
import type { OnnxModel } from "../models/onnx/folder.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Reading } from "./bytes.ts";
import { engineFailure } from "./failure.ts";
import { Turns } from "./foreign.ts";

const served = new Map<string, ReadonlyMap<string, () => Promise<Uint8Array<ArrayBuffer>>>>(); // files by model, while it is loaded
let modelCount = 0;

env.logLevel = LogLevel.ERROR; // optional files that are not there are no news
env.allowRemoteModels = false;
env.allowLocalModels = true; // or the library refuses at once; what is not served below is not there
env.useBrowserCache = false;
env.useWasmCache = false;
env.useCustomCache = true;
env.customCache = { match: serve, put: () => Promise.resolve() };
env.fetch = () => Promise.reject(new Error("models come from this device only")); // it takes that as a file that is not there
Object.assign(env.backends.onnx.wasm!, { numThreads: 1, wasmPaths: { mjs: factoryUrl, wasm: wasmUrl } });

/** The library's only source of files: paths end in the model's key and the file's name. */
async function serve(request: string): Promise<Response | undefined> {
  const [, key, path] = /(loam-model\/\d+)\/+(.+)$/.exec(request) ?? [];
  const read = served.get(key ?? "")?.get(path ?? "");
  return read && new Response(await read());
}

/** What a chat and an embedding model of ONNX share. */
export abstract class OnnxBase {
  readonly isForeign = true;
  readonly tokenizer: Tokenizer;
  readonly isOnProcessor: boolean;
  protected readonly turns = new Turns();

  constructor(
    readonly id: string,
    readonly opened: OpenedOnnx,
  ) {
    this.tokenizer = opened.tokenizer;
    this.isOnProcessor = opened.isOnProcessor;
  }

  async dispose(): Promise<void> {
    await this.turns.take(() => this.opened.model.dispose());
  }
}

export interface OpenedOnnx {
  readonly model: PreTrainedModel;
  readonly tokenizer: Tokenizer;
  readonly isOnProcessor: boolean;
}

/** Throws engine-failed with what the library says. */
export async function openSession(
  id: string,
  { file, path, outside, kind, config }: OnnxModel,
  isOnProcessor: boolean,
  onProgress: (progress: LoadProgress) => void,
): Promise<PreTrainedModel> {
  const total = [file, ...outside.values()].reduce((sum, { size }) => sum + size, 0);
  const reading = new Reading(total, onProgress);
  const key = `loam-model/${++modelCount}`;
  served.set(key, new Map([[path, () => reading.bytes(file)]]));
  const [folder, name] = [path.slice(0, Math.max(0, path.lastIndexOf("/"))), path.replace(/^.*\/|\.onnx$/g, "")];
  try {
    const externalData = [];
    for (const [path, source] of outside) externalData.push({ path, data: await reading.bytes(source) });
    const model = await (kind === "decoder" ? AutoModelForCausalLM : AutoModel).from_pretrained(key, {
      config: new PretrainedConfig(config),
      device: isOnProcessor ? "wasm" : "webgpu",
      dtype: "fp32", // that is: the file of exactly this name
      model_file_name: name,
      subfolder: folder,
      use_external_data_format: false, // they are handed in
      session_options: { externalData },
    });
    const forward = model.forward.bind(model);
    model.forward = async (inputs) => {
      await nextTask(); // else an answer on the processor would let no Stop through
      return forward(inputs);
    };
    return model;
  } catch (error) {
    return engineFailure("transformers", id, error);
  } finally {
    served.delete(key);
  }
}

/** Lets the worker's other messages in. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const arrived = () => {
      port1.close();
      resolve();
    };
    port1.addEventListener("message", arrived, { once: true });
    port1.start();
    port2.postMessage(null);
  });

export const row = (values: readonly number[]): Tensor =>
  new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
export const onesLike = (values: readonly number[]): Tensor => row(values.map(() => 1));
