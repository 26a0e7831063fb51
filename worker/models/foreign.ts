// Models that another engine runs: which one, and what is known of them before it is loaded. Ours runs everything else.
import { ENGINE_NAMES, type ForeignEngine, type ModelInfo } from "../contract/inference.ts";
import { fail } from "../contract/errors.ts";
import { readTokenizer, type ModelFolder } from "./folder.ts";
import { MLC_CONFIG, openMlc } from "./mlc.ts";
import { isOnnxPath, openOnnx } from "./onnx/folder.ts";

/** The engine that files of these names need; undefined: ours. */
export function engineOf(names: Iterable<string>): ForeignEngine | undefined {
  const all = [...names];
  if (all.includes(MLC_CONFIG)) return "webllm";
  return all.some(isOnnxPath) && !all.some((name) => /\.(safetensors|gguf)$/i.test(name)) ? "transformers" : undefined;
}

export type ForeignFacts = Pick<
  ModelInfo,
  "kind" | "architecture" | "parameterCount" | "maxTokenCount" | "engine" | "isWithoutLibrary"
>;

/** Reads all but the weights' values. Throws bad-file, model-unsupported. */
export async function foreignFacts(folder: ModelFolder, engine: ForeignEngine): Promise<ForeignFacts> {
  await readTokenizer(folder);
  const shared = { engine, parameterCount: 0 };
  if (engine === "webllm") {
    const { architecture, quantization, contextTokens, library } = await openMlc(folder);
    return {
      ...shared,
      ...(library === null && { isWithoutLibrary: true }),
      kind: "decoder",
      architecture: `${architecture}, ${quantization}`,
      maxTokenCount: contextTokens,
    };
  }
  const { kind, config, contextTokens } = await openOnnx(folder);
  const [architecture = `ONNX ${kind}`] = Array.isArray(config.architectures) ? (config.architectures as string[]) : [];
  return { ...shared, kind, architecture, maxTokenCount: contextTokens };
}

/** Throws engine-cannot for a model of another engine; `what` it cannot, as a noun. */
export function refuseForeign({ id, engine }: Pick<ModelInfo, "id" | "engine">, what: string): void {
  if (engine !== undefined) fail({ code: "engine-cannot", model: id, engine: ENGINE_NAMES[engine], what });
}
