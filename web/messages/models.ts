// The words of Models.
import { ENGINE_NAMES as engineNames, type ForeignEngine, type WeightPrecision } from "../../worker/contract/index.ts";
import { formatBytes } from "./format.ts";

export const models = {
  title: "Models",
  lead: "What is on this device, and who answers.",
  open: "Open a model",
  openTitle: "Open a model from disk",
  openText:
    "Choose a folder in Hugging Face layout (config.json, tokenizer.json and one or more .safetensors files), or a .gguf file. Llama-style chat models (Llama, SmolLM2, Mistral, Qwen2, Qwen3) and BERT-style embedding models (MiniLM, BGE, GTE, E5) are supported. A folder with ONNX files, or one that MLC compiled, is run by another engine, which can answer and search, not learn. It is copied to this device's storage; nothing is downloaded.",
  chooseFolder: "Choose a folder",
  chooseFiles: "Choose files",
  name: "Name",
  adding: "Checking and copying the model",
  added: (name: string) => `${name} is on this device.`,
  missing: (files: string) =>
    `Missing: ${files}. A model folder has config.json, tokenizer.json and .safetensors files, or tokenizer.json and an .onnx file; a .gguf file has all in one.`,
  chosen: (count: number, bytes: number) => `${count} files, ${formatBytes(bytes)}`,
  empty: "No models are here.",
  unavailable: "The models cannot be listed",
  kinds: { decoder: "Chat", encoder: "Search (embedding)", "static-embedding": "Search (embedding)" },
  isDefault: "Came with Loam",
  answers: "Answers by default",
  use: "Answer with this",
  load: "Load",
  loading: "Loading",
  unload: "Unload",
  loaded: "Loaded",
  notLoaded: "Not loaded",
  remove: "Remove",
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: (bytes: number) =>
    `This frees ${formatBytes(bytes)}. The model is deleted from this device; chats and documents stay. To use it again, open it from disk once more.`,
  removed: (name: string) => `Removed ${name}.`,
  card: "Model card",
  facts: {
    parameters: "Parameters",
    size: "On disk",
    context: "Context",
    gpu: "GPU memory",
    licence: "Licence",
    architecture: "Architecture",
  },
  gpuPlanned: (bytes: number) => `${formatBytes(bytes)}, as planned`,
  precision: "Weights on the GPU",
  precisions: {
    stored: "As stored",
    q8: "8 bit: half the memory or less, hardly a difference",
    q4: "4 bit: less than half the memory, answers change a little",
  } satisfies Record<WeightPrecision, string>,
  gpuUnknown: "known once loaded",
  gpuOther: "taken by its own engine",
  gpuNone: "none: runs on the processor here",
  engines: {
    transformers: `ONNX, by ${engineNames.transformers}`,
    webllm: `MLC, by ${engineNames.webllm}`,
  } satisfies Record<ForeignEngine, string>,
  engineNote: (engine: ForeignEngine, isChat: boolean) =>
    `${engineNames[engine]} (Apache 2.0) runs this model, not Loam's own engine. It can ${isChat ? "answer" : "find passages"}. Not possible with it: learning from your examples, adapters, choosing how weights lie on the GPU, taking it out in another format.`,
  onProcessor:
    "It runs on the processor here, which is slower: this device's graphics cannot compute with its numbers.",
  noLibrary:
    "Its compiled model library (a .wasm file) is not in its folder, so it cannot be loaded yet. Load says which file it is.",
  cannotLearn: (name: string, engine: ForeignEngine) => `${name} (no adapters: run by ${engineNames[engine]})`,
  cannotLearnReason: (engine: ForeignEngine) =>
    `Cannot learn: ${engineNames[engine]} runs it. Only Loam's own engine trains.`,
  contextTokens: (tokens: string) => `${tokens} tokens`,
  unknownLicence: "not stated",
} as const;
