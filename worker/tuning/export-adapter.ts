// Takes an adapter out of the app, and checks what goes out: the files are read back and must give the same tokens.
import type { AdapterFormat, ExportedFile, ParityCheck } from "../contract/training.ts";
import { greedy } from "../contract/inference.ts";
import { bytesSource, type ByteSource } from "../engine/format/bytes.ts";
import type { Slice } from "../engine/program.ts";
import { ChatModel } from "../inference/chat-model.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { readAdapter } from "../models/adapter-files.ts";
import { filesOf as folderFiles, type ModelFolder } from "../models/folder.ts";
import { writeGgufModel, type GgufType } from "../models/gguf/export.ts";
import { writeGgufAdapter } from "../models/gguf/lora.ts";
import { mergeAdapter } from "../models/merge.ts";
import { writePeft } from "../models/peft.ts";

export interface ExportRequest {
  readonly model: ChatModel;
  readonly folder: ModelFolder;
  readonly adapter: AdapterWeights;
  readonly fingerprint: string; // of the base
  readonly format: AdapterFormat;
  readonly slice: Slice;
}
interface Exported {
  readonly files: ExportedFile[];
  readonly parity: ParityCheck;
}

/** Weights are new files; configuration and tokenizer of a merged model are the base's. */
export async function exportAdapter(request: ExportRequest): Promise<Exported> {
  if (request.format === "merged") return exportMerged(request);
  return request.format === "merged-gguf" ? exportGguf({ ...request, type: "F16" }) : exportAlone(request);
}

/** A model, with an adapter added into it or without, as one GGUF file that holds everything. */
export async function exportGguf(
  request: Pick<ExportRequest, "model" | "folder" | "slice"> & {
    readonly adapter: AdapterWeights | null;
    readonly type: GgufType;
  },
): Promise<Exported> {
  const { model, folder, adapter, type, slice } = request;
  const whole = adapter ? (await merged(folder, model, adapter)).folder : folder;
  const name = `${folder.id
    .split("/")
    .at(-1)!
    .replace(/\.gguf$/i, "")}-${type}.gguf`;
  const bytes = await writeGgufModel({ ...whole, id: folder.id }, type);
  const again = { id: name, files: new Map([[name, bytesSource(name, bytes)]]) };
  return { files: filesOf(new Map([[name, bytes]])), parity: await parityWith(again, model, adapter, slice) };
}

async function exportAlone({ model, adapter, fingerprint, format, slice }: ExportRequest) {
  const base = { name: model.id, fingerprint };
  const files =
    format === "peft"
      ? writePeft(adapter, model.config, base)
      : new Map([["adapter.gguf", writeGgufAdapter(adapter, model.config, base)]]);
  const again = await readAdapter(sourcesOf(files), model.config);
  const parity = await parityOf(
    (prompt) => tokensOf(model, prompt, adapter, slice),
    (prompt) => tokensOf(model, prompt, again.adapter, slice),
  );
  return { files: filesOf(files), parity };
}

const KEPT = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
];

/** The model with the adapter added in, as a folder in memory. */
async function merged(folder: ModelFolder, model: ChatModel, adapter: AdapterWeights) {
  const weights = await mergeAdapter(folder, model.config, adapter);
  const kept = [...(await folderFiles(folder))].filter(([name]) => KEPT.includes(name));
  const files = new Map([...kept, ["model.safetensors", bytesSource("model.safetensors", weights)]]);
  return { weights, kept, folder: { id: `${folder.id} merged`, files } satisfies ModelFolder };
}

async function exportMerged({ model, folder, adapter, slice }: ExportRequest): Promise<Exported> {
  const { weights, kept, folder: again } = await merged(folder, model, adapter);
  const parity = await parityWith(again, model, adapter, slice);
  const files = [{ name: "model.safetensors", bytes: new Blob([weights]) }];
  for (const [name, source] of kept) files.push({ name, bytes: new Blob([await source.read(0, source.size)]) });
  return { files, parity };
}

/** Reads what was written, and compares what it says with what the model says. */
async function parityWith(
  written: ModelFolder,
  model: ChatModel,
  adapter: AdapterWeights | null,
  slice: Slice,
): Promise<ParityCheck> {
  const again = await ChatModel.load(model.session.runtime, written);
  try {
    return await parityOf(
      (prompt) => tokensOf(model, prompt, adapter, slice),
      (prompt) => tokensOf(again, prompt, null, slice),
    );
  } finally {
    again.dispose();
  }
}

const PROMPTS = [
  "Hello",
  "What can you do?",
  "[1] The pump holds 24 litres.\n\nQuestion: How much does the pump hold?",
];
const TOKENS = 32; // a prompt

type Tokens = (prompt: string) => Promise<readonly number[]>;

async function parityOf(before: Tokens, after: Tokens): Promise<ParityCheck> {
  let [tokens, equalTokens] = [0, 0];
  for (const prompt of PROMPTS) {
    const [a, b] = [await before(prompt), await after(prompt)];
    tokens += Math.max(a.length, b.length);
    equalTokens += a.filter((id, i) => id === b[i]).length;
  }
  return { prompts: PROMPTS.length, tokens, equalTokens };
}

async function tokensOf(model: ChatModel, prompt: string, adapter: AdapterWeights | null, slice: Slice) {
  const messages = [{ role: "user", content: prompt }] as const;
  return (await model.generate({ messages, maxTokens: TOKENS, sampling: greedy }, { adapter, slice })).ids;
}

/** Files as they leave the worker. */
export const filesOf = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): ExportedFile[] =>
  [...files].map(([name, bytes]) => ({ name, bytes: new Blob([bytes]) }));

const sourcesOf = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Map<string, ByteSource> =>
  new Map([...files].map(([name, bytes]) => [name, bytesSource(name, bytes)]));
