// What a session keeps on the GPU between steps: caches, the state that steps advance, and where tokens are read back from.
import { ropeTable } from "../../shaders/rope/rope.ts";
import type { DType, Resident } from "../engine/graph.ts";
import { adapterNames, adapterSpecs, type AdapterConfig, type AdapterSpec } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import type { Runtime } from "../engine/runtime.ts";

/** Generated tokens the GPU holds until they are read back. */
export const RING_SIZE = 256;

/** What is read back: the decode state, then the ring. */
export const STATE_BYTES = 32;
export const STAGING_BYTES = STATE_BYTES + RING_SIZE * 4;

/** What a pass over T rows reads: written by the CPU for a prompt, by the sampler for decoding. */
export interface Rows {
  readonly ids: Resident; // (T) u32
  readonly positions: Resident; // (T) u32
  readonly ranges: Resident; // (T, 2) u32
}

/** Rows of a pass that guesses: the token chosen last, and three guesses. As many as `fusedLinear` takes at once. */
export const GUESS_ROWS = 4;

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
  readonly promptIds: Resident; // (S) u32: where guesses are looked up
  readonly choices: Resident; // (GUESS_ROWS) u32: what the model chose at each row
  readonly rows: Rows; // T = GUESS_ROWS
  readonly step: Rows; // T = 1: the first of `rows`
}

/** Two buffers for reading the ring back. */
export function stagingBuffers(runtime: Runtime): GPUBuffer[] {
  const size = STAGING_BYTES;
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  return [1, 2].map((n) => runtime.device.createBuffer({ label: `tokens ${n}`, size, usage }));
}

export async function allocateRows(runtime: Runtime, T: number): Promise<Rows> {
  return {
    ids: await runtime.allocate("ids", [T], "u32"),
    positions: await runtime.allocate("positions", [T], "u32"),
    ranges: await runtime.allocate("ranges", [T, 2], "u32"),
  };
}

/** The parts that grow with a conversation. */
type Cache = Pick<Residents, "kCaches" | "vCaches" | "table" | "promptIds">;
const cacheParts = ({ kCaches, vCaches, table, promptIds }: Cache): readonly Resident[] => [
  ...kCaches,
  ...vCaches,
  table,
  promptIds,
];

/** Bytes of all that grows. */
export const cacheBytes = (cache: Cache): number => cacheParts(cache).reduce((sum, { buffer }) => sum + buffer.size, 0);

/** The most tokens a cache may hold: the model's context, or what one binding of this device takes. */
export function mostRows({ device }: Runtime, { P, K, D }: DecoderConfig): number {
  const bytes = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  return Math.min(P, Math.floor(bytes / (K * D * 4)));
}

/** All or nothing. Throws gpu-out-of-memory. The table is not filled. */
async function allocateCache(runtime: Runtime, { L, K, D }: DecoderConfig, S: number): Promise<Cache> {
  const made: Resident[] = [];
  const one = async (name: string, shape: readonly number[], dtype: DType = "f32") => {
    const resident = await runtime.allocate(name, shape, dtype);
    made.push(resident);
    return resident;
  };
  try {
    for (let i = 0; i < L; i++) await one(`k ${i}`, [S, K * D]);
    for (let i = 0; i < L; i++) await one(`v ${i}`, [S, K * D]);
    const [table, promptIds] = [await one("rope table", [S, D]), await one("prompt", [S], "u32")];
    return { kCaches: made.slice(0, L), vCaches: made.slice(L, 2 * L), table, promptIds };
  } catch (error) {
    runtime.free(...made);
    throw error;
  }
}

/**
 * The same with caches of S rows, a copy of the old ones at their beginning; the old ones are freed. Throws gpu-out-of-memory,
 * nothing changed then. The table is not filled.
 */
export async function grow(
  runtime: Runtime,
  config: DecoderConfig,
  residents: Residents,
  S: number,
): Promise<Residents> {
  const cache = await allocateCache(runtime, config, S);
  const encoder = runtime.device.createCommandEncoder({ label: "grow" });
  const [from, to] = [cacheParts(residents), cacheParts(cache)];
  for (const [i, { buffer }] of from.entries()) encoder.copyBufferToBuffer(buffer, 0, to[i].buffer, 0, buffer.size);
  runtime.submit(encoder);
  runtime.free(...from);
  return { ...residents, ...cache };
}

/** The first row, in the same buffers. */
const firstOf = ({ ids, positions, ranges }: Rows): Rows => ({
  ids: { ...ids, shape: [1] },
  positions: { ...positions, shape: [1] },
  ranges: { ...ranges, shape: [1, 2] },
});

export async function allocate(runtime: Runtime, config: DecoderConfig, S: number): Promise<Residents> {
  const { C, V } = config;
  const rows = await allocateRows(runtime, GUESS_ROWS);
  const residents: Residents = {
    ...(await allocateCache(runtime, config, S)),
    lastRow: await runtime.allocate("last row", [1], "u32"),
    last: await runtime.allocate("last", [1, C]),
    logits: await runtime.allocate("logits", [1, V]),
    counts: await runtime.allocate("counts", [V], "u32"),
    settings: await runtime.allocate("settings", [8]),
    state: await runtime.allocate("state", [8], "u32"),
    ring: await runtime.allocate("ring", [RING_SIZE], "u32"),
    choices: await runtime.allocate("choices", [GUESS_ROWS], "u32"),
    rows,
    step: firstOf(rows),
  };
  turnFor(runtime, residents.table, config, 0);
  return residents;
}

/** Writes the angles (S, D) as a prompt of `length` tokens and what is decoded after it have them. */
export function turnFor(runtime: Runtime, table: Resident, config: DecoderConfig, length: number): void {
  runtime.write(table, ropeTable(table.shape[0], config.D, config.ropeTheta, config.ropeScaling, length));
}

/** The adapter a session wears: how it is laid out, and its tensors on the GPU by name. */
export interface Worn {
  readonly config: AdapterConfig;
  readonly specs: ReadonlyMap<string, AdapterSpec>;
  readonly tensors: ReadonlyMap<string, Resident>;
}

/** Throws gpu-out-of-memory. */
export async function allocateAdapter(runtime: Runtime, model: DecoderConfig, config: AdapterConfig): Promise<Worn> {
  const specs = adapterSpecs(model, config);
  const tensors = new Map<string, Resident>();
  try {
    for (const { matrix, A, B } of specs) {
      const names = adapterNames(matrix);
      tensors.set(names.A, await runtime.allocate(names.A, A, "f32", "weights"));
      tensors.set(names.B, await runtime.allocate(names.B, B, "f32", "weights"));
    }
  } catch (error) {
    runtime.free(...tensors.values());
    throw error;
  }
  return { config, specs: new Map(specs.map((spec) => [spec.matrix, spec])), tensors };
}
