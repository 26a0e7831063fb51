// A few models that suit small devices, with the figures of their cards. A list to start from; search finds the rest.

export interface Curated {
  readonly repo: string; // on huggingface.co
  readonly kind: "chat" | "embedding";
  readonly sizeBytes: number; // of the safetensors
  readonly licence: string;
  readonly languages: string;
  readonly contextTokens: number;
}

export const CURATED: readonly Curated[] = [
  chat("HuggingFaceTB/SmolLM2-135M-Instruct", 269_060_552, "Apache 2.0", "English", 8192),
  chat("HuggingFaceTB/SmolLM2-360M-Instruct", 723_674_912, "Apache 2.0", "English", 8192),
  chat("Qwen/Qwen2.5-0.5B-Instruct", 988_097_824, "Apache 2.0", "29 languages", 32768),
  chat("Qwen/Qwen3-0.6B", 1_503_300_328, "Apache 2.0", "119 languages", 40960),
  embedding("sentence-transformers/all-MiniLM-L6-v2", 90_868_376, "Apache 2.0", "English", 256),
  embedding("BAAI/bge-small-en-v1.5", 133_466_304, "MIT", "English", 512),
  embedding("intfloat/multilingual-e5-small", 470_641_600, "MIT", "94 languages", 512),
];

function chat(repo: string, sizeBytes: number, licence: string, languages: string, contextTokens: number): Curated {
  return { repo, kind: "chat", sizeBytes, licence, languages, contextTokens };
}
function embedding(
  repo: string,
  sizeBytes: number,
  licence: string,
  languages: string,
  contextTokens: number,
): Curated {
  return { repo, kind: "embedding", sizeBytes, licence, languages, contextTokens };
}
