// Every comparison that runs in Node and in a page.
import type { Row } from "../contest.ts";
import type { Stage } from "../peers.ts";
import { decode } from "./decode.ts";
import { gemm } from "./gemm.ts";
import { gemv } from "./gemv.ts";
import { million, search } from "./search.ts";

export interface Case {
  readonly title: string;
  rows(stage: Stage): Promise<Row[]>;
}
export const cases: Readonly<Record<string, Case>> = {
  gemm: { title: "y = x Wᵀ in f32", rows: gemm },
  gemv: { title: "one row times a q4 matrix", rows: gemv },
  decode: { title: "a decoder in q4", rows: decode },
  search: { title: "the ten best vectors", rows: search },
};

/** Too large for every run: where LOAM_MILLION is set. */
export const largeCases: Readonly<Record<string, Case>> = { million: { title: "the ten best vectors", rows: million } };
