// What a session keeps on the GPU between steps: caches, the state that steps advance, and where tokens are read back from.
import { ropeTable } from "../../shaders/rope/rope.ts";
import type { Resident } from "../engine/graph.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import type { Runtime } from "../engine/runtime.ts";

/** Generated tokens the GPU holds until they are read back. */
export const RING_SIZE = 256;

/** What a pass over T rows reads: written by the CPU for a prompt, by the sampler for decoding. */
export interface Rows {
  readonly ids: Resident; // (T) u32
  readonly positions: Resident; // (T) u32
  readonly ranges: Resident; // (T, 2) u32
}

export interface Residents {
  readonly kCaches: readonly Resident[]; // by layer: (S, K·D)
  readonly vCaches: readonly Resident[];
  readonly table: Resident; // (S, D) cos and sin
  readonly lastRow: Resident; // (1) u32: the row of a prompt's pass whose successor is wanted
  readonly last: Resident; // (1, C): its hidden state
  readonly logits: Resident; // (1, V)
  readonly counts: Resident; // (V) u32: how often each token stands in the context
  readonly settings: Resident; // (8) f32
  readonly state: Resident; // (8) u32
  readonly ring: Resident; // (RING_SIZE) u32
  readonly step: Rows; // T = 1
}

/** Two buffers for reading the ring back. */
export function stagingBuffers(runtime: Runtime): GPUBuffer[] {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  return [1, 2].map((n) => runtime.device.createBuffer({ label: `tokens ${n}`, size: RING_SIZE * 4, usage }));
}

export async function allocateRows(runtime: Runtime, T: number): Promise<Rows> {
  return {
    ids: await runtime.allocate("ids", [T], "u32"),
    positions: await runtime.allocate("positions", [T], "u32"),
    ranges: await runtime.allocate("ranges", [T, 2], "u32"),
  };
}

export async function allocate(runtime: Runtime, config: DecoderConfig, S: number): Promise<Residents> {
  const { L, K, D, C, V } = config;
  const caches = (name: string) =>
    Promise.all(Array.from({ length: L }, (_, i) => runtime.allocate(`${name} ${i}`, [S, K * D])));
  const residents: Residents = {
    kCaches: await caches("k"),
    vCaches: await caches("v"),
    table: await runtime.allocate("rope table", [S, D]),
    lastRow: await runtime.allocate("last row", [1], "u32"),
    last: await runtime.allocate("last", [1, C]),
    logits: await runtime.allocate("logits", [1, V]),
    counts: await runtime.allocate("counts", [V], "u32"),
    settings: await runtime.allocate("settings", [8]),
    state: await runtime.allocate("state", [8], "u32"),
    ring: await runtime.allocate("ring", [RING_SIZE], "u32"),
    step: await allocateRows(runtime, 1),
  };
  turnFor(runtime, residents.table, config, 0);
  return residents;
}

/** Writes the angles (S, D) as a prompt of `length` tokens and what is decoded after it have them. */
export function turnFor(runtime: Runtime, table: Resident, config: DecoderConfig, length: number): void {
  runtime.write(table, ropeTable(table.shape[0], config.D, config.ropeTheta, config.ropeScaling, length));
}
