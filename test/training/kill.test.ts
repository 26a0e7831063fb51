// A run killed with SIGKILL and started again ends with the same bytes as one that was left alone, through the command line.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>; // what the run reads
  readonly command: (folder: string) => readonly string[]; // without --out
  readonly again: readonly string[]; // said besides when it goes on
  readonly killAfter: number; // lines of the log
  readonly result: string; // the file that only a finished run has
}
const pretraining: Case = {
  name: "pretraining",
  files: {
    "run.yaml": `
model: { architectures: [LlamaForCausalLM], hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 32, tie_word_embeddings: true }
tokenizer: { vocabulary: 300 }
data: { train: [train.txt] }
training: { steps: 40, rows: 64, context: 32, checkpointEvery: 5, seed: 3 }
`,
    "train.txt": Array.from({ length: 400 }, (_, i) => `The pump ${i % 37} lifts ${(i * i) % 91} litres.`).join("\n"),
  },
  command: (folder) => ["pretrain", "--config", join(folder, "run.yaml")],
  again: [],
  killAfter: 13,
  result: "model.safetensors",
};
const row = (i: number) =>
  JSON.stringify({ prompt: `Pump ${i}:`, completion: ` ${(i * i) % 91} litres.` }); // prettier-ignore
const fineTuning: Case = {
  name: "fine-tuning with dropout and early stopping",
  files: {
    "run.yaml": `
adapter: { rank: 3, alpha: 6, dropout: 0.1, targets: [q_proj, v_proj, down_proj] }
training: { steps: 16, batch: 4, context: 32, checkpointEvery: 3, validEvery: 4, patience: 9, seed: 3 }
`,
    "train.jsonl": Array.from({ length: 24 }, (_, i) => row(i)).join("\n"),
    "valid.jsonl": Array.from({ length: 4 }, (_, i) => row(100 + i)).join("\n"),
  },
  command: (folder) => [
    ...["finetune", "--model", "loam-chat", "--config", join(folder, "run.yaml")],
    ...["--data", join(folder, "train.jsonl"), "--valid", join(folder, "valid.jsonl")],
  ],
  again: ["--resume"],
  killAfter: 6,
  result: "adapter_model.safetensors",
};
const pair = (i: number) =>
  JSON.stringify({ prompt: `Pump ${i}:`, chosen: `${(i * i) % 91} litres.`, rejected: `About ${i} litres, I think.` });
const preferring: Case = {
  ...fineTuning,
  name: "preference training with dropout and early stopping",
  files: {
    "run.yaml": `
method: dpo
adapter: { rank: 3, alpha: 6, dropout: 0.1, targets: [q_proj, v_proj, down_proj] }
training: { steps: 7, batch: 2, context: 32, checkpointEvery: 2, validEvery: 3, patience: 9, seed: 3 }
`,
    "train.jsonl": Array.from({ length: 6 }, (_, i) => pair(i)).join("\n"),
    "valid.jsonl": Array.from({ length: 2 }, (_, i) => pair(100 + i)).join("\n"),
  },
  killAfter: 4,
};
const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);

it.each([pretraining, fineTuning, preferring])(
  "$name killed with SIGKILL and resumed equals the uninterrupted run bit for bit",
  async ({ files, command, again, killAfter, result }) => {
    const folder = mkdtempSync(join(tmpdir(), "loam-kill-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const args = (out: string, ...more: string[]) => ["server/loam.mjs", ...command(folder), "--out", join(folder, out), ...more]; // prettier-ignore

    expect(spawnSync("node", args("whole"), { cwd: root }).status).toBe(0);

    const killed = spawn("node", args("killed"), { cwd: root, stdio: "ignore" });
    const ended = new Promise<string | null>((resolve) => killed.once("exit", (_, signal) => resolve(signal)));
    while (linesOf(join(folder, "killed/log.jsonl")) < killAfter && killed.exitCode === null)
      await new Promise((wait) => setTimeout(wait, 10));
    killed.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect(existsSync(join(folder, "killed", result))).toBe(false);
    expect(existsSync(join(folder, "killed/checkpoint.safetensors"))).toBe(true);

    expect(spawnSync("node", args("killed", ...again), { cwd: root }).status).toBe(0);
    for (const file of [result, "checkpoint.safetensors"])
      expect(readFileSync(join(folder, "killed", file)).equals(readFileSync(join(folder, "whole", file))), file).toBe(
        true,
      );
  },
);
