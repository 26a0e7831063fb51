// The compiled programs of a session: they read a prompt, and decode. Compiled when first needed, over the residents and the
// adapter they are given; when one of those is replaced, so are the programs.
import { attentionCached } from "../../shaders/attention/attention.ts";
import { embedding } from "../../shaders/embed/embed.ts";
import { guess } from "../../shaders/guess/guess.ts";
import { ropeAppend } from "../../shaders/rope/rope.ts";
import { sample, sampleGreedy, type SampleTensors } from "../../shaders/sample/sample.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import { adapterNames } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { decode, headsOf, logitsOf, type Adapter, type Attend, type DecoderParts } from "../engine/model/decoder.ts";
import { weightsIn, type Weights } from "../engine/model/weights.ts";
import { run } from "../engine/op.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { allocateRows, type Residents, type Rows, type Worn } from "./session-memory.ts";

/** The programs that choose tokens: with all filters, the largest logit alone, or that and guesses of what follows. */
export interface Decoding {
  readonly sample: Program; // logits → token
  readonly step: Program; // token → logits → token; several where it guesses
}
export type DecodingKind = "greedy" | "sampled" | "guessed";
export interface Prompt {
  readonly rows: Rows;
  readonly program: Program;
}
/** One that keeps the logits of what follows each row. */
export interface ShownPrompt extends Prompt {
  readonly logits: Resident; // (T, V)
}

/** What programs are recorded over. */
export interface Parts {
  readonly runtime: Runtime;
  readonly config: DecoderConfig;
  readonly weights: Weights;
  readonly residents: Residents;
  readonly worn: Worn | null;
}

export class Programs {
  readonly #made: Program[] = [];
  readonly #rows: Resident[] = []; // that prompts are written to, and logits they leave
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(readonly parts: Parts) {}

  /** Bytes of their activations. */
  get bytes(): number {
    return this.#made.reduce((sum, { plan }) => sum + plan.bytes.activations, 0);
  }

  /** last → logits */
  head(): Promise<Program> {
    const { last, logits } = this.parts.residents;
    return this.#once("head", () =>
      this.#compile("head", (graph, parts) =>
        graph.copy(logitsOf(parts, graph.resident(last)), graph.resident(logits)),
      ),
    );
  }

  /** Rows of a prompt → the cache, and the hidden state of the last. */
  prompt(bucket: number): Promise<Prompt> {
    return this.#once(`read ${bucket}`, () => this.#prompt(`read ${bucket}`, bucket));
  }

  /** The same, and the logits of every row. */
  shownPrompt(bucket: number): Promise<ShownPrompt> {
    return this.#once(`show ${bucket}`, async () => {
      const logits = await this.parts.runtime.allocate("shown logits", [bucket, this.parts.config.V]);
      this.#rows.push(logits);
      return { ...(await this.#prompt(`show ${bucket}`, bucket, logits)), logits };
    });
  }

  async #prompt(label: string, bucket: number, shown?: Resident): Promise<Prompt> {
    const { runtime, residents } = this.parts;
    const rows = await allocateRows(runtime, bucket);
    this.#rows.push(rows.ids, rows.positions, rows.ranges);
    const program = await this.#compile(label, (graph, parts) => {
      const hidden = this.#recordRows(graph, parts, rows);
      const ids = graph.resident(residents.lastRow);
      graph.copy(run(embedding, { table: hidden, ids }), graph.resident(residents.last));
      if (shown) graph.copy(logitsOf(parts, hidden), graph.resident(shown));
    });
    return { rows, program };
  }

  /** `isShown`: each step leaves the logits it chose from. */
  decoding(kind: DecodingKind, isShown = false): Promise<Decoding> {
    return this.#once(isShown ? `${kind}, shown` : kind, async () => {
      const { logits, step, rows: several } = this.parts.residents;
      const rows = kind === "guessed" ? several : step;
      const [sampled, stepped] = await Promise.all([
        this.#compile(`sample, ${kind}`, (graph) => this.#recordChoice(graph, graph.resident(logits), kind)),
        this.#compile(`decode, ${kind}`, (graph, parts) => {
          const given = logitsOf(parts, this.#recordRows(graph, parts, rows));
          if (isShown) graph.copy(given, graph.resident(logits));
          this.#recordChoice(graph, given, kind);
        }),
      ]);
      return { sample: sampled, step: stepped };
    });
  }

  dispose(): void {
    for (const program of this.#made) program.dispose();
    this.parts.runtime.free(...this.#rows);
  }

  #once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#known.get(name) as Promise<T> | undefined;
    if (known) return known;
    const making = make();
    this.#known.set(name, making);
    making.catch(() => this.#known.delete(name)); // tried again when it is asked for again
    return making;
  }

  async #compile(label: string, record: (graph: Graph, parts: DecoderParts) => void): Promise<Program> {
    const { runtime, config, weights } = this.parts;
    const graph = new Graph(runtime.tuning);
    const adapter = (name: string) => this.#adapterIn(graph, name);
    record(graph, { apply: run, config, weight: weightsIn(graph, weights), adapter });
    const program = await runtime.compile(label, graph);
    this.#made.push(program);
    return program;
  }

  #adapterIn(graph: Graph, matrix: string): Adapter | undefined {
    const { worn } = this.parts;
    const spec = worn?.specs.get(matrix);
    if (!spec) return undefined;
    const names = adapterNames(matrix);
    const [A, B] = [names.A, names.B].map((name) => graph.resident(worn!.tensors.get(name)!));
    return { A, B, attrs: spec.attrs };
  }

  /** The layers over `rows`, with the session's cache. → hidden states (T, C). */
  #recordRows(graph: Graph, parts: DecoderParts, rows: Rows): Tensor {
    const { residents, config } = this.parts;
    const [positions, ranges, table] = [rows.positions, rows.ranges, residents.table].map((r) => graph.resident(r));
    const attend: Attend = (layer, qkv) => {
      const kCache = graph.resident(residents.kCaches[layer]);
      const vCache = graph.resident(residents.vCaches[layer]);
      const heads = headsOf(config, layer);
      const q = ropeAppend({ qkv, positions, table, kCache, vCache }, heads);
      return attentionCached({ q, kCache, vCache, ranges }, heads);
    };
    return decode(parts, attend, graph.resident(rows.ids));
  }

  #recordChoice(graph: Graph, logits: Tensor, kind: DecodingKind): void {
    const { counts, settings, state, ring, step, choices, promptIds, rows } = this.parts.residents;
    const on = (r: Resident) => graph.resident(r);
    if (kind === "guessed") {
      const [ids, positions, ranges] = [on(rows.ids), on(rows.positions), on(rows.ranges)];
      guess({ logits, choices: on(choices), prompt: on(promptIds), ring: on(ring), state: on(state), ids, positions, ranges }); // prettier-ignore
      return;
    }
    const tensors: SampleTensors = {
      logits,
      counts: on(counts),
      settings: on(settings),
      state: on(state),
      ring: on(ring),
      token: on(step.ids),
      positions: on(step.positions),
      ranges: on(step.ranges),
    };
    if (kind === "greedy") sampleGreedy(tensors);
    else sample(tensors);
  }
}
