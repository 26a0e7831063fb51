// A pretraining run killed with SIGKILL and started again ends with the same weights as one that was left alone.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const config = `
model: { architectures: [LlamaForCausalLM], hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 32, tie_word_embeddings: true }
tokenizer: { vocabulary: 300 }
data: { train: [train.txt] }
training: { steps: 40, rows: 64, context: 32, checkpointEvery: 5, seed: 3 }
`;
const root = join(import.meta.dirname, "../..");
const command = (folder: string, out: string) => [
  "server/loam.mjs",
  "pretrain",
  "--config",
  join(folder, "run.yaml"),
  "--out",
  join(folder, out),
  "--json",
];
const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);

it("a run killed with SIGKILL and resumed equals the uninterrupted one bit for bit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loam-kill-"));
  writeFileSync(join(folder, "run.yaml"), config);
  writeFileSync(
    join(folder, "train.txt"),
    Array.from({ length: 400 }, (_, i) => `The pump ${i % 37} lifts ${(i * i) % 91} litres.`).join("\n"),
  );

  expect(spawnSync("node", command(folder, "whole"), { cwd: root }).status).toBe(0);

  const killed = spawn("node", command(folder, "killed"), { cwd: root, stdio: "ignore" });
  const ended = new Promise<string | null>((resolve) => killed.once("exit", (_, signal) => resolve(signal)));
  while (linesOf(join(folder, "killed/log.jsonl")) < 13 && killed.exitCode === null)
    await new Promise((wait) => setTimeout(wait, 10));
  killed.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(existsSync(join(folder, "killed/model.safetensors"))).toBe(false);
  expect(existsSync(join(folder, "killed/checkpoint.safetensors"))).toBe(true);

  expect(spawnSync("node", command(folder, "killed"), { cwd: root }).status).toBe(0);
  for (const file of ["model.safetensors", "checkpoint.safetensors"])
    expect(readFileSync(join(folder, "killed", file)).equals(readFileSync(join(folder, "whole", file))), file).toBe(
      true,
    );
});
