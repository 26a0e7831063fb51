// A folder with an ONNX model, as Transformers.js lays it out (onnx/model_q4.onnx) or onnxruntime-genai (model.onnx with
// model.onnx.data): which file is the model, whether its bytes are all there, whether it chats or embeds, and the config.json that
// Transformers.js wants, made from the graph where the folder has none.
import { fail } from "../../contract/errors.ts";
import { readJson, type ByteSource } from "../../engine/format/bytes.ts";
import type { ModelFolder } from "../folder.ts";
import { FLOAT16, readGraph, type OnnxGraph } from "./graph.ts";

export interface OnnxModel {
  readonly file: ByteSource;
  readonly path: string; // of the file within the folder
  readonly outside: ReadonlyMap<string, ByteSource>; // files of weights, by the name the graph calls them
  readonly kind: "decoder" | "encoder";
  readonly isHalf: boolean; // some weights, or keys and values, are floats of 16 bits
  readonly config: Readonly<Record<string, unknown>>;
  readonly contextTokens: number;
}

/** Of several, the first that is there: smaller first, as such a model is run where memory is short. */
const PREFERRED = [/_q4f16\.onnx$/, /_q4\.onnx$/, /_(quantized|int8|uint8)\.onnx$/, /_fp16\.onnx$/, /model\.onnx$/];
const DEFAULT_CONTEXT = 2048;

export const isOnnxPath = (path: string): boolean => /\.onnx$/i.test(path);

/** Throws bad-file, model-unsupported. */
export async function openOnnx(folder: ModelFolder): Promise<OnnxModel> {
  const paths = [...folder.files.keys()].filter(isOnnxPath);
  const path = PREFERRED.flatMap((wanted) => paths.filter((path) => wanted.test(path)))[0] ?? paths[0];
  const file = path === undefined ? undefined : folder.files.get(path);
  if (path === undefined || !file)
    return fail({ code: "bad-file", file: "model.onnx", format: "ONNX", reason: `${folder.id} has no .onnx file` });
  const graph = await readGraph(file);
  const outside = outsideOf(folder, path, graph);
  const caches = graph.inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name));
  const kind = caches.length > 0 ? "decoder" : kindOf(folder, graph);
  const said = await saidOf(folder);
  const config = said.config ?? configOf(folder, path, graph, said.genai);
  const contextTokens = contextOf(config, said.genai, graph);
  const isHalf = [...graph.weights, ...graph.inputs].some(({ elementType }) => elementType === FLOAT16);
  return { file, path, outside, kind, isHalf, config, contextTokens };
}

/** The files beside the graph that hold weights. Throws bad-file for one that is not there or too short. */
function outsideOf(folder: ModelFolder, path: string, { weights }: OnnxGraph): Map<string, ByteSource> {
  const beside = path.slice(0, path.lastIndexOf("/") + 1);
  const found = new Map<string, ByteSource>();
  for (const { name, outside } of weights) {
    if (!outside) continue;
    const file = folder.files.get(beside + outside.file);
    if (!file) {
      const reason = `${path} keeps its weights in it, and it is not in the folder`;
      return fail({ code: "bad-file", file: outside.file, format: "ONNX", reason });
    }
    if (outside.end > file.size)
      fail({ code: "bad-file", file: outside.file, format: "ONNX", reason: `it is too short for ${name}` });
    found.set(outside.file, file);
  }
  return found;
}

function kindOf(folder: ModelFolder, { inputs, outputs }: OnnxGraph): "encoder" {
  const embeds = outputs.some(({ name }) => /^(last_hidden_state|token_embeddings)$/.test(name));
  if (embeds && inputs.some(({ name }) => name === "input_ids")) return "encoder";
  const [ins, outs] = [inputs, outputs].map((values) =>
    values
      .slice(0, 6)
      .map(({ name }) => name)
      .join(", "),
  );
  const reason = `its graph takes ${ins} and gives ${outs}; Loam uses ONNX models that chat (with past_key_values) or embed (last_hidden_state)`;
  return fail({ code: "model-unsupported", model: folder.id, reason });
}

type Json = Readonly<Record<string, unknown>>;

async function saidOf(folder: ModelFolder): Promise<{ config: Json | null; genai: Json }> {
  const read = async (name: string): Promise<Json | null> => {
    const file = folder.files.get(name);
    if (!file) return null;
    const json = await readJson(file);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
    return fail({ code: "bad-file", file: name, format: "JSON", reason: "it is not an object" });
  };
  const { model = {} } = (await read("genai_config.json")) ?? {};
  return { config: await read("config.json"), genai: (model ?? {}) as Json };
}

/** A decoder's config.json from its graph: keys and values are (batch, heads, past, head size). Throws bad-file. */
function configOf(folder: ModelFolder, path: string, { inputs, outputs }: OnnxGraph, genai: Json): Json {
  const bad = (reason: string): never => fail({ code: "bad-file", file: path, format: "ONNX", reason });
  const keys = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name));
  const [, heads, , headSize] = keys[0]?.shape ?? [];
  const vocabulary = outputs.find(({ name }) => name === "logits")?.shape.at(-1);
  if (keys.length === 0) bad(`${folder.id} has no config.json, and an embedding model cannot do without`);
  if (!heads || !headSize) return bad("its graph leaves open how many heads there are; a config.json would say it");
  return {
    model_type: "llama", // what Transformers.js calls a plain decoder
    num_hidden_layers: keys.length,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    head_dim: headSize,
    hidden_size: heads * headSize,
    ...(vocabulary && { vocab_size: vocabulary }),
    ...(genai.eos_token_id !== undefined && { eos_token_id: genai.eos_token_id }),
  };
}

/** The longest context: as said, else the rows of the table of rotary angles. */
function contextOf(config: Json, genai: Json, { weights }: OnnxGraph): number {
  const angles = weights.find(({ name }) => name === "cos_cache")?.shape[0];
  const said = [config.max_position_embeddings, genai.context_length, angles];
  return said.find((count): count is number => Number.isSafeInteger(count) && Number(count) > 0) ?? DEFAULT_CONTEXT;
}
