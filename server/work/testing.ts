// For tests of what workers do: verbs of the command line, and a model so small that it trains in seconds.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../folder.ts";

/** The configuration of its pretraining. */
export const tiny = `
model: { architectures: [LlamaForCausalLM], hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 64, tie_word_embeddings: true }
tokenizer: { vocabulary: 300 }
data: { train: [train.txt] }
training: { steps: 4, rows: 64, context: 32, seed: 3 }
`;
/** Runs a verb to its end; its exit status. */
export const loam = (...argv: string[]): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn("node", ["server/loam.mjs", ...argv], { cwd: projectRoot(), stdio: "ignore" });
    child.once("exit", resolve);
  });

/** Makes the model "tiny" in the folder `models`; it has no chat template. */
export async function tinyModel(models: string): Promise<void> {
  const plan = join(models, "plan");
  mkdirSync(plan, { recursive: true });
  writeFileSync(join(plan, "run.yaml"), tiny);
  const text = Array.from({ length: 200 }, (_, i) => `The pump ${i % 37} lifts ${(i * i) % 91} litres.`);
  writeFileSync(join(plan, "train.txt"), text.join("\n"));
  const status = await loam("pretrain", "--config", join(plan, "run.yaml"), "--out", join(models, "tiny"));
  if (status !== 0) throw new Error(`loam pretrain ended with ${status}`);
}
