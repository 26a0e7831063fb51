// Names of a static embedding's files, shared by those who list, load and train one.
export const STATIC_ARCHITECTURE = "StaticEmbedding";
export const STATIC_TENSOR = "embedding.weight"; // (V, C), as sentence-transformers names it
