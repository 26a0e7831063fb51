// A decoder at work: its key-value cache and the compiled programs that read a prompt and decode. The only thing that changes
// while a model answers. Programs are compiled once; what differs from step to step lies in residents that the GPU itself
// advances, so a step in the steady state is one submit and nothing else.
import { packSettings, STATE } from "../../shaders/sample/sample.ts";
import type { Sampling } from "../contract/inference.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { BLOCK } from "../engine/graph.ts";
import { weightSpecs, type Weights } from "../engine/model/weights.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { isSameShape, type AdapterWeights } from "../models/adapter.ts";
import { BUCKETS, ReadTokens, slicesOf, type PromptSlice } from "./prefix.ts";
import {
  allocate,
  allocateAdapter,
  cacheBytes,
  grow,
  GUESS_ROWS,
  mostRows,
  RING_SIZE,
  STATE_BYTES,
  stagingBuffers,
  turnFor,
  type Residents,
  type Worn,
} from "./session-memory.ts";
import { Programs, type Decoding, type DecodingKind, type Prompt } from "./session-programs.ts";

const FIRST_ROWS = 1024; // of a cache; it doubles when a conversation outgrows it

export class Session {
  /** Whether greedy answers are guessed several tokens a pass where that changes no token. Costs a pass over more rows. */
  guesses = false;
  readonly #readTokens = new ReadTokens();
  #worn: Worn | null = null;
  #residents: Residents;
  #programs: Programs;
  #kind: DecodingKind = "greedy"; // of the answer under way
  #isShown = false; // whether its steps leave their logits
  #current: Decoding | null = null; // its programs, from its beginning on
  #head!: Program;
  #turnedFor: number; // tokens: the prompt whose angles the rope table holds, where they depend on it

  private constructor(
    readonly runtime: Runtime,
    readonly config: DecoderConfig,
    readonly weights: Weights,
    readonly capacity: number, // the most tokens the cache may grow to
    residents: Residents,
    readonly staging: readonly GPUBuffer[], // two, for reading the ring back
  ) {
    this.#residents = residents;
    this.#programs = this.#newPrograms();
    this.#turnedFor = this.#trainedLength;
  }

  /** Allocates a cache that may grow to `capacity` tokens. Throws gpu-out-of-memory. */
  static async open(
    runtime: Runtime,
    config: DecoderConfig,
    weights: Weights,
    capacity = mostRows(runtime, config),
  ): Promise<Session> {
    const residents = await allocate(runtime, config, Math.min(capacity, FIRST_ROWS));
    const session = new Session(runtime, config, weights, capacity, residents, stagingBuffers(runtime));
    await session.#programs.head();
    return session;
  }

  /** Tokens the cache holds before it grows again. */
  get rows(): number {
    return this.#residents.table.shape[0];
  }

  /** Bytes of the cache and of the programs' activations. */
  get bytes(): number {
    const { logits, counts } = this.#residents;
    const others = [logits, counts, ...(this.#worn?.tensors.values() ?? [])];
    return (
      cacheBytes(this.#residents) + others.reduce((sum, { buffer }) => sum + buffer.size, 0) + this.#programs.bytes
    );
  }

  /**
   * Wears this adapter from the next prompt on, or none. Not while an answer is under way. One that is laid out as the last is
   * only written; another layout compiles the programs anew. Throws gpu-out-of-memory; the session then wears none.
   */
  async wear(adapter: AdapterWeights | null): Promise<void> {
    this.#readTokens.cut(0); // keys and values are another adapter's
    if (!adapter && !this.#worn) return;
    if (!adapter || !this.#worn || !isSameShape(adapter.config, this.#worn.config)) {
      this.#takeOff();
      if (adapter) this.#worn = await allocateAdapter(this.runtime, this.config, adapter.config);
      this.#programs = this.#newPrograms();
    }
    if (adapter)
      for (const [name, resident] of this.#worn!.tensors) this.runtime.write(resident, adapter.values.get(name)!);
  }

  /** Frees the adapter and every program that knew of it. */
  #takeOff(): void {
    this.#programs.dispose();
    if (this.#worn) this.runtime.free(...this.#worn.tensors.values());
    this.#worn = null;
    this.#programs = this.#newPrograms();
  }

  /**
   * Makes room for so many tokens, `capacity` at most: the cache doubles and is copied then, not a token at a time. Between two
   * submits. Throws gpu-out-of-memory; the cache is as before then.
   */
  async reserve(length: number): Promise<void> {
    let rows = this.rows;
    while (rows < length && rows < this.capacity) rows = Math.min(2 * rows, this.capacity);
    if (rows === this.rows) return;
    this.#residents = await grow(this.runtime, this.config, this.#residents, rows);
    turnFor(this.runtime, this.#residents.table, this.config, this.#turnedFor);
    this.#programs.dispose();
    this.#programs = this.#newPrograms();
    if (this.#current) await this.#resolve();
  }

  /** Prepares for a prompt of so many tokens: before its first `read`. */
  async prepare(length: number): Promise<void> {
    await this.reserve(length + 1);
    const known = Math.max(length, this.#trainedLength);
    if (this.config.ropeScaling?.type !== "dynamic" || known === this.#turnedFor) return;
    turnFor(this.runtime, this.#residents.table, this.config, known);
    this.#turnedFor = known;
    this.#readTokens.cut(0); // its keys were turned by other angles
  }

  /** Up to this length the angles of a dynamic scaling are the same. */
  get #trainedLength(): number {
    return this.config.ropeScaling?.type === "dynamic" ? this.config.ropeScaling.originalPositions : 0;
  }

  /** How to read a prompt: what the cache does not hold of it, or all `from` a token on. Empty when all is there. After `prepare`. */
  slicesOf(ids: readonly number[], from: number = this.#readTokens.reusable(ids)): PromptSlice[] {
    return slicesOf(ids.length, from);
  }

  /** Reads prompt tokens at `position` into the cache: one submit. At most `bucket` of them. */
  async read(
    ids: readonly number[],
    position: number,
    bucket: number = BUCKETS.find((rows) => rows >= ids.length)!,
  ): Promise<void> {
    this.#pass(await this.#programs.prompt(bucket), ids, position, bucket);
  }

  /** The same; the logits of what follows each of them, (ids, V). */
  async readForLogits(ids: readonly number[], position: number, bucket: number): Promise<Float32Array> {
    const shown = await this.#programs.shownPrompt(bucket);
    this.#pass(shown, ids, position, bucket);
    return (await this.runtime.readF32(shown.logits)).subarray(0, ids.length * this.config.V);
  }

  #pass({ rows, program }: Prompt, ids: readonly number[], position: number, bucket: number): void {
    const padding = bucket - ids.length; // padded rows write nothing and attend nothing
    const positions = ids.map((_, t) => position + t);
    const pad = (fill: number) => Array.from({ length: padding }, () => fill);
    this.runtime.write(rows.ids, Uint32Array.from([...ids, ...pad(0)]));
    this.runtime.write(rows.positions, Uint32Array.from([...positions, ...pad(this.rows)]));
    this.runtime.write(rows.ranges, Uint32Array.from([...positions.flatMap((p) => [0, p + 1]), ...pad(0), ...pad(0)]));
    this.runtime.write(this.#residents.lastRow, Uint32Array.of(ids.length - 1));
    program.replay();
    this.#readTokens.add(ids, position, bucket);
  }

  /** Prepares decoding after a prompt that fills the cache up to `length`; `isShown`: so that each step's logits can be read. */
  async begin(promptIds: readonly number[], sampling: Sampling, isShown = false): Promise<void> {
    const mayGuess = !isShown && this.#mayGuess(sampling);
    this.#kind = sampling.temperature > 0 ? "sampled" : mayGuess ? "guessed" : "greedy";
    this.#isShown = isShown;
    await this.#resolve();
    this.#readTokens.cut(promptIds.length); // what stands behind is overwritten
    const counts = new Uint32Array(this.config.V);
    for (const id of promptIds) counts[id]++;
    const state = new Uint32Array(8);
    state[STATE.seed] = sampling.seed >>> 0;
    state[STATE.prompt] = promptIds.length;
    const { step, ...residents } = this.#residents;
    this.runtime.write(residents.counts, counts);
    this.runtime.write(residents.settings, packSettings(sampling));
    this.runtime.write(residents.state, state);
    this.runtime.write(residents.promptIds, Uint32Array.from(promptIds));
    this.runtime.write(step.positions, Uint32Array.of(promptIds.length - 1));
    this.runtime.write(step.ranges, Uint32Array.of(0, promptIds.length));
  }

  /** The most tokens one step of the answer under way may give. */
  get tokensAStep(): number {
    return this.#kind === "guessed" ? GUESS_ROWS : 1;
  }

  /** One token a step from here on. Between two submits. */
  async stopGuessing(): Promise<void> {
    if (this.#kind !== "guessed") return;
    this.#kind = "greedy";
    await this.#resolve();
  }

  /**
   * Where rows of a pass are computed as a row alone is, to the bit: by `fusedLinear`, so without an adapter and in whole blocks. A penalty
   * would have to know the guesses.
   */
  #mayGuess({ repetitionPenalty }: Sampling): boolean {
    const areFused = weightSpecs(this.config).every(({ isMatrix, shape }) => !isMatrix || shape[1] % BLOCK === 0);
    return this.guesses && repetitionPenalty === 1 && this.#worn === null && areFused;
  }

  /** Chooses the first token: the prompt's last row → logits → token. `staging` receives a copy of the ring. */
  first(staging?: GPUBuffer): void {
    this.#submit([this.#head, this.#current!.sample], staging);
  }

  /** One step of decoding: one submit; the token stays on the GPU. */
  step(staging?: GPUBuffer): void {
    this.#submit([this.#current!.step], staging);
  }

  #submit(programs: readonly Program[], staging: GPUBuffer | undefined): void {
    const encoder = this.runtime.device.createCommandEncoder({ label: "decode" });
    for (const program of programs) program.encode(encoder);
    const { state, ring } = this.#residents;
    if (staging) {
      encoder.copyBufferToBuffer(state.buffer, 0, staging, 0, STATE_BYTES);
      encoder.copyBufferToBuffer(ring.buffer, 0, staging, STATE_BYTES, RING_SIZE * 4);
    }
    this.runtime.submit(encoder);
  }

  /** The logits that follow the prompt read last, (V). */
  async logits(): Promise<Float32Array> {
    (await this.#programs.head()).replay();
    return this.shownLogits();
  }

  /** The logits the last token was chosen from, (V), in an answer that shows them. */
  shownLogits(): Promise<Float32Array> {
    return this.runtime.readF32(this.#residents.logits);
  }

  dispose(): void {
    this.#takeOff();
    this.#programs.dispose();
    for (const buffer of this.staging) buffer.destroy();
    const { kCaches, vCaches, rows, step: _, ...rest } = this.#residents;
    this.runtime.free(...kCaches, ...vCaches, rows.ids, rows.positions, rows.ranges, ...Object.values(rest));
  }

  #newPrograms(): Programs {
    const { runtime, config, weights } = this;
    return new Programs({ runtime, config, weights, residents: this.#residents, worn: this.#worn });
  }

  async #resolve(): Promise<void> {
    const decoding = this.#programs.decoding(this.#kind, this.#isShown);
    [this.#head, this.#current] = await Promise.all([this.#programs.head(), decoding]);
  }
}
