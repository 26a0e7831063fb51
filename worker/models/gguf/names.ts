// The tensors of a model by their names in GGUF and in a Hugging Face folder, and the architectures whose tensors they are.
// Source: github.com/ggml-org/ggml, docs/gguf.md, "Standardized tensor names".

interface Architecture {
  readonly name: string; // of the class in config.json
  readonly modelType: string;
  /** Whether the rows of each head of q and k lie in rotary pairs. */
  readonly isPaired: boolean;
}

/** By `general.architecture`. Mistral's files call themselves llama. */
export const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  ["llama", { name: "LlamaForCausalLM", modelType: "llama", isPaired: true }],
  ["qwen2", { name: "Qwen2ForCausalLM", modelType: "qwen2", isPaired: false }],
  ["qwen3", { name: "Qwen3ForCausalLM", modelType: "qwen3", isPaired: false }],
]);
/** What a file that calls itself llama is when it attends in a window. */
export const WINDOWED: Architecture = { name: "MistralForCausalLM", modelType: "mistral", isPaired: true };

/** `general.architecture` of a class in config.json; undefined for one without a GGUF form here. */
export function architectureOf(name: string): string | undefined {
  if (name === WINDOWED.name) return "llama";
  return [...ARCHITECTURES].find(([, architecture]) => architecture.name === name)?.[0];
}

const whole = [
  ["token_embd", "model.embed_tokens"],
  ["output_norm", "model.norm"],
  ["output", "lm_head"],
] as const;
const ofLayer = [
  ["attn_norm", "input_layernorm"],
  ["attn_q", "self_attn.q_proj"],
  ["attn_k", "self_attn.k_proj"],
  ["attn_v", "self_attn.v_proj"],
  ["attn_output", "self_attn.o_proj"],
  ["attn_q_norm", "self_attn.q_norm"],
  ["attn_k_norm", "self_attn.k_norm"],
  ["ffn_norm", "post_attention_layernorm"],
  ["ffn_gate", "mlp.gate_proj"],
  ["ffn_up", "mlp.up_proj"],
  ["ffn_down", "mlp.down_proj"],
] as const;
const toFolder = new Map<string, string>([...whole, ...ofLayer]);
const toGguf = new Map<string, string>([...whole, ...ofLayer].map(([gguf, folder]) => [folder, gguf]));

/** "blk.3.attn_q.weight" → "model.layers.3.self_attn.q_proj.weight"; null for a name that has no place in a model. */
export function folderName(name: string): string | null {
  const [, layer, module, end] = /^(?:blk\.(\d+)\.)?(\w+)(\.(?:weight|bias)(?:\.lora_[ab])?)$/.exec(name) ?? [];
  const found = module === undefined ? undefined : toFolder.get(module);
  if (found === undefined || (layer === undefined) !== isWhole(found)) return null;
  return layer === undefined ? found + end : `model.layers.${layer}.${found}${end}`;
}

/** The inverse of folderName. */
export function ggufName(name: string): string | null {
  const [, layer, module, end] =
    /^(?:model\.layers\.(\d+)\.)?([\w.]+?)(\.(?:weight|bias)(?:\.lora_[ab])?)$/.exec(name) ?? [];
  const found = module === undefined ? undefined : toGguf.get(module);
  if (found === undefined || (layer === undefined) !== isWhole(module)) return null;
  return layer === undefined ? found + end : `blk.${layer}.${found}${end}`;
}

const isWhole = (folder: string): boolean => whole.some(([, name]) => name === folder);

/** How many heads' rows a tensor of a paired architecture holds in pairs; undefined for one that holds none so. */
export function pairedHeadsOf(
  folderName: string,
  { isPaired, heads, kvHeads }: { readonly isPaired: boolean; readonly heads: number; readonly kvHeads: number },
): number | undefined {
  if (!isPaired) return undefined;
  if (folderName.includes(".q_proj.")) return heads;
  return folderName.includes(".k_proj.") ? kvHeads : undefined;
}
