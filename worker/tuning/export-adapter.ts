// Takes an adapter out of the app, and checks what goes out: the files are read back and must give the same tokens.
import type { AdapterFormat, ExportedFile, ParityCheck } from "../contract/training.ts";
import { greedy } from "../contract/inference.ts";
import { bytesSource, type ByteSource } from "../engine/format/bytes.ts";
import type { Slice } from "../engine/program.ts";
import { ChatModel } from "../inference/chat-model.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { readAdapter } from "../models/adapter-files.ts";
import { filesOf as folderFiles, type ModelFolder } from "../models/folder.ts";
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

/** Weights are new files; configuration and tokenizer of a merged model are the base's. */
export async function exportAdapter(request: ExportRequest): Promise<{ files: ExportedFile[]; parity: ParityCheck }> {
  return request.format === "merged" ? exportMerged(request) : exportAlone(request);
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

async function exportMerged({ model, folder, adapter, slice }: ExportRequest) {
  const weights = await mergeAdapter(folder, model.config, adapter);
  const kept = [...(await folderFiles(folder))].filter(([name]) => KEPT.includes(name));
  const merged: ModelFolder = {
    id: `${folder.id} merged`,
    files: new Map([...kept, ["model.safetensors", bytesSource("model.safetensors", weights)]]),
  };
  const again = await ChatModel.load(model.session.runtime, merged);
  try {
    const parity = await parityOf(
      (prompt) => tokensOf(model, prompt, adapter, slice),
      (prompt) => tokensOf(again, prompt, null, slice),
    );
    const files = [{ name: "model.safetensors", bytes: new Blob([weights]) }];
    for (const [name, source] of kept) files.push({ name, bytes: new Blob([await source.read(0, source.size)]) });
    return { files, parity };
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
