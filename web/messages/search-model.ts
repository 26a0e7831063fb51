// The words of the embedding model that search goes by.
import { formatNumber } from "./format.ts";

export const searchModel = {
  title: "Search by meaning",
  use: "Use for search",
  inUse: "Used for search",
  coming: "Being prepared for search",
  states: {
    indexing: (model: string) => `Preparing search with ${model}`,
    paused: (model: string) => `Preparing search with ${model} is paused`,
    failed: (model: string) => `Preparing search with ${model} has stopped`,
  },
  progress: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)} passages`,
  meanwhile: (model: string) => `Until it is complete, search goes on with ${model}. What is done is kept.`,
  pause: "Pause",
  resume: "Continue",
  cancel: (model: string) => `Stay with ${model}`,
  lost: (model: string) => `${model}, which search went by, is no longer here.`,
  lostMeans: (model: string) =>
    `Your documents are all here. Search goes by ${model} now; to go back, open or download the other model again and choose it.`,
} as const;
