// `loam export`: an adapter in another form, read back and compared token by token before anyone relies on it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import type { AdapterFormat } from "../../worker/contract/training.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { readHeaders } from "../../worker/models/folder.ts";
import { fingerprintOf } from "../../worker/models/peft.ts";
import { exportAdapter } from "../../worker/tuning/export-adapter.ts";
import { openFolder } from "../folder.ts";
import { wornAdapter } from "./adapter-files.ts";
import { openRuntime, print, text, type Command, type Values } from "./command.ts";
import { writeAtomically } from "./run-files.ts";

const FORMATS: readonly AdapterFormat[] = ["peft", "gguf", "merged"];

export const exportCommand: Command = {
  name: "export",
  usage:
    "--model M --adapter DIR[=strength],… --to peft|gguf|merged --out DIR   an adapter alone, or added into its model",
  options: {
    model: { type: "string" },
    adapter: { type: "string" },
    to: { type: "string" },
    out: { type: "string" },
  },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const out = text(values, "out");
    const format = formatOf(values);
    text(values, "adapter");
    const model = await ChatModel.load(await openRuntime(), folder);
    const { files, parity } = await exportAdapter({
      model,
      folder,
      adapter: (await wornAdapter(values, "adapter", model))!,
      fingerprint: await fingerprintOf(await readHeaders(folder)),
      format,
      slice: (work) => Promise.resolve(work()),
    });
    mkdirSync(out, { recursive: true });
    for (const { name, bytes } of files) writeAtomically(join(out, name), new Uint8Array(await bytes.arrayBuffer()));
    print(
      values,
      { out, files: files.map(({ name }) => name), parity },
      () => `${files.length} files in ${out}; read back, ${parity.equalTokens} of ${parity.tokens} tokens are the same`,
    );
  },
};

function formatOf({ to }: Values): AdapterFormat {
  const found = FORMATS.find((format) => format === to);
  return (
    found ??
    fail({ code: "invalid-argument", name: "--to", reason: `${String(to)} is not one of ${FORMATS.join(", ")}` })
  );
}
