// ONNX models by Transformers.js over onnxruntime-web: what a chat or an embedding model of ONNX is, once its session is open.
import type { LoadProgress } from "../contract/inference.ts";
import { readTokenizer, type ModelFolder } from "../models/folder.ts";
import { openOnnx } from "../models/onnx/folder.ts";
import { readSentenceConfig } from "../models/sentence.ts";
import { endTokensOf } from "./end-tokens.ts";
import type { ForeignModel } from "./foreign.ts";
import type { ForeignDevice } from "./load.ts";
import { OnnxDecoder } from "./onnx-decoder.ts";
import { OnnxEncoder } from "./onnx-encoder.ts";
import { openSession } from "./onnx-session.ts";

/** Throws bad-file, model-unsupported, engine-failed. */
export async function loadTransformers(
  folder: ModelFolder,
  device: ForeignDevice,
  onProgress: (progress: LoadProgress) => void,
): Promise<ForeignModel> {
  const onnx = await openOnnx(folder);
  const tokenizer = await readTokenizer(folder);
  const sentence = onnx.kind === "encoder" ? await readSentenceConfig(folder) : null;
  const endTokens = await endTokensOf(folder, onnx.config, tokenizer);
  const isOnProcessor = device.isSoftware || (onnx.isHalf && !device.hasHalf);
  const opened = { model: await openSession(folder.id, onnx, isOnProcessor, onProgress), tokenizer, isOnProcessor };
  if (sentence) return new OnnxEncoder(folder.id, opened, sentence);
  return new OnnxDecoder(folder.id, opened, endTokens, onnx.contextTokens);
}
