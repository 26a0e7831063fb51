// A decoder at work: its key-value cache and the compiled programs that read a prompt and decode. The only thing that changes
// while a model answers. Programs are compiled once; what differs from step to step lies in residents that the GPU itself
// advances, so a step in the steady state is one submit and nothing else.
import { attentionCached } from "../../shaders/attention/attention.ts";
import { embedding } from "../../shaders/embed/embed.ts";
import { ropeAppend } from "../../shaders/rope/rope.ts";
import { packSettings, sample, sampleGreedy, STATE, type SampleTensors } from "../../shaders/sample/sample.ts";
import type { Sampling } from "../contract/inference.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { adapterNames, adapterSpecs, type AdapterConfig, type AdapterSpec } from "../engine/model/adapter.ts";
import { decode, headsOf, logitsOf, type Adapter, type Attend, type DecoderParts } from "../engine/model/decoder.ts";
import { weightsIn, type Weights } from "../engine/model/weights.ts";
import { run } from "../engine/op.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { isSameShape, type AdapterWeights } from "../models/adapter.ts";
import {
  allocate,
  allocateRows,
  turnFor,
  RING_SIZE,
  stagingBuffers,
  type Residents,
  type Rows,
} from "./session-memory.ts";

/** Rows a prompt is read in: the largest that fits, the rest padded. A slice stays short, so that Stop is immediate. */
const BUCKETS = [8, 64] as const;
/** The programs that choose tokens: with all filters, or the largest logit alone. */
interface Decoding {
  readonly sample: Program; // logits → token
  readonly step: Program; // token → logits → token
}

/** The adapter a session wears: how it is laid out, and its tensors on the GPU by name. */
interface Worn {
  readonly config: AdapterConfig;
  readonly specs: ReadonlyMap<string, AdapterSpec>;
  readonly tensors: ReadonlyMap<string, Resident>;
}

export class Session {
  #worn: Worn | null = null;
  readonly #prompts = new Map<number, { rows: Rows; program: Program }>();
  readonly #decoding = new Map<"greedy" | "sampled", Decoding>(); // compiled when first needed
  #current!: Decoding; // of the answer under way
  #head!: Program; // last → logits
  #turnedFor = 0; // tokens: the prompt whose angles the rope table holds, where they depend on it

  private constructor(
    readonly runtime: Runtime,
    readonly config: DecoderConfig,
    readonly weights: Weights,
    readonly capacity: number, // S: tokens the cache holds
    readonly residents: Residents,
    readonly staging: readonly GPUBuffer[], // two, for reading the ring back
  ) {}

  /** Allocates the cache for `capacity` tokens and compiles the head. Throws gpu-out-of-memory. */
  static async open(
    runtime: Runtime,
    config: DecoderConfig,
    weights: Weights,
    capacity = Math.min(config.P, 4096),
  ): Promise<Session> {
    const session = new Session(
      runtime,
      config,
      weights,
      capacity,
      await allocate(runtime, config, capacity),
      stagingBuffers(runtime),
    );
    const { last, logits } = session.residents;
    session.#head = await session.#compile("head", (graph, parts) =>
      graph.copy(logitsOf(parts, graph.resident(last)), graph.resident(logits)),
    );
    return session;
  }

  /** Bytes of the cache and of the programs' activations. */
  get bytes(): number {
    const residents = [
      ...this.residents.kCaches,
      ...this.residents.vCaches,
      this.residents.table,
      this.residents.logits,
      this.residents.counts,
    ];
    const programs = this.#programs();
    return (
      [...residents, ...(this.#worn?.tensors.values() ?? [])].reduce((sum, r) => sum + r.buffer.size, 0) +
      programs.reduce((sum, p) => sum + p.plan.bytes.activations, 0)
    );
  }

  /**
   * Wears this adapter from the next prompt on, or none. Not while an answer is under way. One that is laid out as the last is
   * only written; another layout compiles the programs anew. Throws gpu-out-of-memory; the session then wears none.
   */
  async wear(adapter: AdapterWeights | null): Promise<void> {
    if (!adapter || !this.#worn || !isSameShape(adapter.config, this.#worn.config)) {
      this.#takeOff();
      if (adapter) this.#worn = await this.#allocateAdapter(adapter.config);
    }
    if (adapter)
      for (const [name, resident] of this.#worn!.tensors) this.runtime.write(resident, adapter.values.get(name)!);
  }

  async #allocateAdapter(config: AdapterConfig): Promise<Worn> {
    const specs = adapterSpecs(this.config, config);
    const tensors = new Map<string, Resident>();
    for (const { matrix, A, B } of specs) {
      const names = adapterNames(matrix);
      tensors.set(names.A, await this.runtime.allocate(names.A, A, "f32", "weights"));
      tensors.set(names.B, await this.runtime.allocate(names.B, B, "f32", "weights"));
    }
    return { config, specs: new Map(specs.map((spec) => [spec.matrix, spec])), tensors };
  }

  /** Frees the adapter and every program that knew of it. */
  #takeOff(): void {
    for (const { sample, step } of this.#decoding.values()) for (const program of [sample, step]) program.dispose();
    for (const { rows, program } of this.#prompts.values()) {
      program.dispose();
      this.runtime.free(rows.ids, rows.positions, rows.ranges);
    }
    this.#decoding.clear();
    this.#prompts.clear();
    if (this.#worn) this.runtime.free(...this.#worn.tensors.values());
    this.#worn = null;
  }

  /** How many rows the next slice of a prompt with `remaining` tokens takes. */
  sliceOf(remaining: number): number {
    return Math.min(remaining, BUCKETS.find((rows) => rows >= remaining) ?? BUCKETS.at(-1)!);
  }

  /** Prepares for a prompt of so many tokens: before its first `read`. Only models whose angles depend on it have anything to do. */
  prepare(length: number): void {
    if (this.config.ropeScaling?.type !== "dynamic" || length === this.#turnedFor) return;
    turnFor(this.runtime, this.residents.table, this.config, length);
    this.#turnedFor = length;
  }

  /** Reads prompt tokens at `position` into the cache: one submit. At most `sliceOf` of them. */
  async read(ids: readonly number[], position: number): Promise<void> {
    const bucket = BUCKETS.find((rows) => rows >= ids.length)!;
    const { rows, program } = this.#prompts.get(bucket) ?? (await this.#compilePrompt(bucket));
    const padding = bucket - ids.length; // padded rows write nothing and attend nothing
    const positions = ids.map((_, t) => position + t);
    const pad = (fill: number) => Array.from({ length: padding }, () => fill);
    this.runtime.write(rows.ids, Uint32Array.from([...ids, ...pad(0)]));
    this.runtime.write(rows.positions, Uint32Array.from([...positions, ...pad(this.capacity)]));
    this.runtime.write(rows.ranges, Uint32Array.from([...positions.flatMap((p) => [0, p + 1]), ...pad(0), ...pad(0)]));
    this.runtime.write(this.residents.lastRow, Uint32Array.of(ids.length - 1));
    program.replay();
  }

  /** Prepares decoding after a prompt that fills the cache up to `length`. */
  async begin(promptIds: readonly number[], sampling: Sampling): Promise<void> {
    this.#current = await this.#decodingFor(sampling.temperature > 0 ? "sampled" : "greedy");
    const counts = new Uint32Array(this.config.V);
    for (const id of promptIds) counts[id]++;
    const state = new Uint32Array(8);
    state[STATE.seed] = sampling.seed >>> 0;
    this.runtime.write(this.residents.counts, counts);
    this.runtime.write(this.residents.settings, packSettings(sampling));
    this.runtime.write(this.residents.state, state);
    this.runtime.write(this.residents.step.positions, Uint32Array.of(promptIds.length - 1));
    this.runtime.write(this.residents.step.ranges, Uint32Array.of(0, promptIds.length));
  }

  /** Chooses the first token: the prompt's last row → logits → token. `staging` receives a copy of the ring. */
  first(staging?: GPUBuffer): void {
    this.#submit([this.#head, this.#current.sample], staging);
  }

  /** One step of decoding: one submit; the token stays on the GPU. */
  step(staging?: GPUBuffer): void {
    this.#submit([this.#current.step], staging);
  }

  #submit(programs: readonly Program[], staging: GPUBuffer | undefined): void {
    const encoder = this.runtime.device.createCommandEncoder({ label: "decode" });
    for (const program of programs) program.encode(encoder);
    if (staging) encoder.copyBufferToBuffer(this.residents.ring.buffer, 0, staging, 0, RING_SIZE * 4);
    this.runtime.submit(encoder);
  }

  /** The logits that follow the prompt read last, (V). */
  async logits(): Promise<Float32Array> {
    this.#head.replay();
    return this.runtime.readF32(this.residents.logits);
  }

  dispose(): void {
    this.#takeOff();
    this.#head.dispose();
    for (const buffer of this.staging) buffer.destroy();
    const { kCaches, vCaches, step, ...rest } = this.residents;
    this.runtime.free(...kCaches, ...vCaches, step.ids, step.positions, step.ranges, ...Object.values(rest));
  }

  #programs(): Program[] {
    const decoding = [...this.#decoding.values()].flatMap(({ sample, step }) => [sample, step]);
    return [this.#head, ...decoding, ...[...this.#prompts.values()].map(({ program }) => program)];
  }

  async #decodingFor(kind: "greedy" | "sampled"): Promise<Decoding> {
    const known = this.#decoding.get(kind);
    if (known) return known;
    const record = kind === "greedy" ? sampleGreedy : sample;
    const [sampled, step] = await Promise.all([
      this.#compile(`sample, ${kind}`, (graph) =>
        record(this.#sampleTensors(graph, graph.resident(this.residents.logits))),
      ),
      this.#compile(`decode, ${kind}`, (graph, parts) => {
        const hidden = this.#recordRows(graph, parts, this.residents.step);
        record(this.#sampleTensors(graph, logitsOf(parts, hidden)));
      }),
    ]);
    const decoding = { sample: sampled, step };
    this.#decoding.set(kind, decoding);
    return decoding;
  }

  async #compilePrompt(bucket: number): Promise<{ rows: Rows; program: Program }> {
    const rows = await allocateRows(this.runtime, bucket);
    const program = await this.#compile(`read ${bucket}`, (graph, parts) => {
      const hidden = this.#recordRows(graph, parts, rows);
      graph.copy(
        run(embedding, { table: hidden, ids: graph.resident(this.residents.lastRow) }),
        graph.resident(this.residents.last),
      );
    });
    this.#prompts.set(bucket, { rows, program });
    return { rows, program };
  }

  async #compile(label: string, record: (graph: Graph, parts: DecoderParts) => void): Promise<Program> {
    const graph = new Graph(this.runtime.tuning);
    const adapter = (name: string) => this.#adapterIn(graph, name);
    record(graph, { apply: run, config: this.config, weight: weightsIn(graph, this.weights), adapter });
    return this.runtime.compile(label, graph);
  }

  #adapterIn(graph: Graph, matrix: string): Adapter | undefined {
    const spec = this.#worn?.specs.get(matrix);
    if (!spec) return undefined;
    const names = adapterNames(matrix);
    const [A, B] = [names.A, names.B].map((name) => graph.resident(this.#worn!.tensors.get(name)!));
    return { A, B, attrs: spec.attrs };
  }

  /** The layers over `rows`, with this session's cache. → hidden states (T, C). */
  #recordRows(graph: Graph, parts: DecoderParts, rows: Rows): Tensor {
    const [positions, ranges, table] = [rows.positions, rows.ranges, this.residents.table].map((r) =>
      graph.resident(r),
    );
    const attend: Attend = (layer, qkv) => {
      const kCache = graph.resident(this.residents.kCaches[layer]);
      const vCache = graph.resident(this.residents.vCaches[layer]);
      const heads = headsOf(this.config, layer);
      const q = ropeAppend({ qkv, positions, table, kCache, vCache }, heads);
      return attentionCached({ q, kCache, vCache, ranges }, heads);
    };
    return decode(parts, attend, graph.resident(rows.ids));
  }

  #sampleTensors(graph: Graph, logits: Tensor): SampleTensors {
    const { counts, settings, state, ring, step } = this.residents;
    const on = (r: Resident) => graph.resident(r);
    return {
      logits,
      counts: on(counts),
      settings: on(settings),
      state: on(state),
      ring: on(ring),
      token: on(step.ids),
      positions: on(step.positions),
      ranges: on(step.ranges),
    };
  }
}
