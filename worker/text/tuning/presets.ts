// Starting points for a run, by the size of the model: small models learn at rates that would ruin large ones.
import type { ModelInfo, Preset, PresetId, TuningMethod, TuningSettings } from "../../contract/index.ts";

const rateFor = (parameters: number): number => (parameters < 20e6 ? 4e-3 : parameters < 200e6 ? 1e-3 : 2e-4);

const shape: Readonly<Record<PresetId, { rank: number; epochs: number; patience: number }>> = {
  quick: { rank: 8, epochs: 3, patience: 0 },
  balanced: { rank: 16, epochs: 8, patience: 4 },
  thorough: { rank: 16, epochs: 14, patience: 4 },
};

const PREFERENCE_SHARE = 1 / 8; // of the rate for examples: preferring is learned from little, and unlearns the rest at more

export function presetsFor({ parameterCount, maxTokenCount }: ModelInfo, method: TuningMethod): Preset[] {
  return (Object.keys(shape) as PresetId[]).map((id) => {
    const { rank, epochs, patience } = shape[id];
    const settings: TuningSettings = {
      ...(method === "dpo" && { method, beta: 0.1 }),
      adapter: {
        rank,
        alpha: 2 * rank,
        rankStabilized: false,
        dropout: 0,
        targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
      },
      training: {
        epochs,
        batch: 8,
        context: Math.min(512, maxTokenCount),
        learningRate: rateFor(parameterCount) * (method === "dpo" ? PREFERENCE_SHARE : 1),
        warmupSteps: 5,
        finalFraction: 0,
        weightDecay: 0,
        beta1: 0.9,
        beta2: 0.999,
        maxGradNorm: 1,
        seed: 0,
        logEvery: 1,
        validEvery: 25,
        checkpointEvery: 50,
        patience,
        checkpointing: "auto",
      },
    };
    return { id, settings };
  });
}
