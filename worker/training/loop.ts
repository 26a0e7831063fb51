// The loop of every training run: steps, log, validation, checkpoints, early stopping. What is learned from which batches is the
// caller's; so is where logs and checkpoints go.
import { fail } from "../contract/errors.ts";
import type { Slice } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { ParameterSpec } from "./flat.ts";
import { learningRate } from "./schedule.ts";
import { Trainer, type Measured, type Objective, type TrainerState } from "./trainer.ts";

export interface StepLog {
  readonly step: number; // updates done; 0 is the model before the first
  readonly loss: number | null; // nats a token; null at step 0
  readonly validLoss: number | null; // null where it was not measured
  readonly learningRate: number;
  readonly gradNorm: number | null;
  readonly tokensPerSecond: number;
  readonly pairs?: PairMeasures; // of preference training, where `loss` is
  readonly validPairs?: PairMeasures; // where `validLoss` is
}
/** How pairs of a chosen and a rejected answer are judged. */
export interface PairMeasures {
  readonly margin: number; // mean of β·(log p(chosen) − log p(rejected), beyond what the base says); nats
  readonly accuracy: number; // share of the pairs whose margin is above 0, 0..1; a tie is half
}

/** Everything a run needs to go on as if it had not stopped. */
export interface RunState extends TrainerState {
  readonly best: Best | null; // kept only by runs that stop early
}
export interface Best {
  readonly step: number;
  readonly validLoss: number;
  readonly p: Float32Array;
  readonly misses: number; // validations since, none of them better
}

export interface RunHooks {
  readonly onLog: (log: StepLog) => void;
  readonly onCheckpoint: (state: RunState) => Promise<void>;
  /** After a validation: a moment to try what was learned so far. */
  readonly onValidated?: (step: number, values: () => Promise<Map<string, Float32Array<ArrayBuffer>>>) => Promise<void>;
  readonly signal?: AbortSignal; // stops after the current step, with a checkpoint
  readonly slice?: Slice; // whose turn it is on a GPU that others use too
}
export interface RunResult {
  readonly step: number;
  readonly isFinished: boolean; // false: stopped by the signal
  readonly values: ReadonlyMap<string, Float32Array<ArrayBuffer>>; // parameters, by our names; the best of a run that stops early
  readonly validLoss: number | null; // of those values
  readonly bestStep: number | null;
}

export interface LoopSettings {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly finalFraction: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly maxGradNorm: number;
  readonly logEvery: number;
  readonly validEvery: number;
  readonly checkpointEvery: number;
  readonly patience?: number; // validations without improvement before the run stops; 0 or absent: never
}

/** The part that differs between kinds of model: what to learn from which batches. */
export interface Work<Batch> {
  readonly objective: Objective<Batch>;
  step(step: number): { readonly batches: readonly Batch[]; readonly tokens: number };
  readonly valid: readonly Batch[]; // their losses sum to the validation loss; empty: none
  initial(spec: ParameterSpec): Float32Array<ArrayBuffer>;
}

/** Throws training-diverged, gpu-out-of-memory; the last checkpoint stays as it is. */
export async function trainAll<Batch>(
  runtime: Runtime,
  work: Work<Batch>,
  settings: LoopSettings,
  hooks: RunHooks,
  from?: RunState,
): Promise<RunResult> {
  const trainer = await Trainer.create(runtime, work.objective, work.initial, { ...settings, eps: 1e-8 });
  try {
    return await new Run(trainer, work, settings, hooks).go(from);
  } finally {
    trainer.dispose();
  }
}

const MAX_UNSAVED_MS = 45_000; // of work that a crash may cost

class Run<Batch> {
  #best: Best | null = null;
  #lastValid: number | null = null;
  #losses: number[] = [];
  #logged = { at: performance.now(), tokens: 0 };
  #savedAt = performance.now();

  constructor(
    readonly trainer: Trainer<Batch>,
    readonly work: Work<Batch>,
    readonly settings: LoopSettings,
    readonly hooks: RunHooks,
  ) {}

  async go(from?: RunState): Promise<RunResult> {
    const { trainer, settings, hooks } = this;
    if (from) {
      trainer.restore(from);
      this.#best = from.best;
    } else {
      const valid = await this.#validate();
      hooks.onLog({ step: 0, loss: null, learningRate: 0, gradNorm: null, tokensPerSecond: 0, ...validFields(valid) });
    }
    this.#logged.at = performance.now();
    while (trainer.step < settings.steps && !hooks.signal?.aborted && !this.#isPatienceOver) await this.#step();
    const isFinished = trainer.step >= settings.steps || this.#isPatienceOver;
    if (!isFinished) await this.#save();
    if (this.#best) trainer.restore({ ...(await trainer.save()), p: this.#best.p });
    return {
      step: trainer.step,
      isFinished,
      values: await this.#values(),
      validLoss: this.#best?.validLoss ?? this.#lastValid,
      bestStep: this.#best?.step ?? null,
    };
  }

  async #step(): Promise<void> {
    const { trainer, settings } = this;
    const schedule = { ...settings, peak: settings.learningRate };
    const rate = learningRate(schedule, trainer.step);
    const { batches, tokens } = this.work.step(trainer.step);
    await trainer.run(batches, rate, this.hooks.slice);
    this.#logged.tokens += tokens;
    const { step } = trainer;
    const isDue = (every: number) => step % every === 0 || step === settings.steps;
    const [mayLog, mayValidate, isSaveDue] = [settings.logEvery, settings.validEvery, settings.checkpointEvery].map(
      isDue,
    );
    const maySave = isSaveDue || performance.now() - this.#savedAt > MAX_UNSAVED_MS;
    if (mayLog || mayValidate || maySave) await this.#log(rate, mayValidate);
    if (maySave) await this.#save();
  }

  async #log(rate: number, mayValidate: boolean): Promise<void> {
    const { loss, measures, gradNorm } = await this.trainer.report();
    this.#watch(loss, rate);
    const tokensPerSecond = this.#logged.tokens / ((performance.now() - this.#logged.at) / 1000);
    const valid = validFields(mayValidate ? await this.#validate() : null);
    const own = { ...fieldsOf("pairs", measures), ...valid };
    this.hooks.onLog({ step: this.trainer.step, loss, learningRate: rate, gradNorm, tokensPerSecond, ...own });
    this.#logged = { at: performance.now(), tokens: 0 };
  }

  /** Throws training-diverged when the loss has long been far above where it began. */
  #watch(loss: number, rate: number): void {
    this.#losses.push(loss);
    const recent = this.#losses.slice(-8);
    const mean = recent.reduce((a, b) => a + b, 0) / recent.length;
    if (this.#losses.length > 8 && mean > 1.5 * this.#losses[0] + 0.5)
      fail({
        code: "training-diverged",
        step: this.trainer.step,
        reason: `the loss rose from ${this.#losses[0].toFixed(2)} to ${mean.toFixed(2)} at a learning rate of ${rate.toPrecision(2)}`,
      });
  }

  async #validate(): Promise<Measured | null> {
    if (this.work.valid.length === 0) return null;
    const { trainer, hooks } = this;
    const valid = await trainer.evaluate(this.work.valid, hooks.slice);
    const { loss: validLoss } = valid;
    this.#lastValid = validLoss;
    if (this.settings.patience) {
      const isBetter = !this.#best || validLoss < this.#best.validLoss;
      if (isBetter) this.#best = { step: trainer.step, validLoss, p: (await trainer.save()).p, misses: 0 };
      else this.#best = { ...this.#best!, misses: this.#best!.misses + 1 };
    }
    await hooks.onValidated?.(trainer.step, () => this.#values());
    return valid;
  }

  get #isPatienceOver(): boolean {
    const { patience = 0 } = this.settings;
    return patience > 0 && (this.#best?.misses ?? 0) >= patience;
  }

  async #save(): Promise<void> {
    this.#savedAt = performance.now();
    await this.hooks.onCheckpoint({ ...(await this.trainer.save()), best: this.#best });
  }

  async #values(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const values = new Map<string, Float32Array<ArrayBuffer>>();
    for (const { name } of this.work.objective.specs) values.set(name, await this.trainer.values(name));
    return values;
  }
}

/** What a validation says in the log. */
const validFields = (valid: Measured | null) => ({
  validLoss: valid?.loss ?? null,
  ...fieldsOf("validPairs", valid?.measures ?? []),
});

/** The two measures of pairs under a name, if there are any. */
function fieldsOf(name: "pairs" | "validPairs", [margin, accuracy]: readonly number[]): Partial<StepLog> {
  return margin === undefined ? {} : { [name]: { margin, accuracy } };
}
