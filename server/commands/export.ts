// `loam export`: an adapter in another form, or a model as GGUF, read back and compared token by token before anyone relies on it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { readHeaders } from "../../worker/models/folder.ts";
import { GGUF_TYPES } from "../../worker/models/gguf/export.ts";
import { fingerprintOf } from "../../worker/models/peft.ts";
import { exportAdapter, exportGguf } from "../../worker/tuning/export-adapter.ts";
import { openFolder } from "../folder.ts";
import { wornAdapter } from "./adapter-files.ts";
import { openRuntime, print, text, type Command, type Values } from "./command.ts";
import { writeAtomically } from "./run-files.ts";

const FORMATS = ["peft", "gguf", "merged", "merged-gguf"] as const;

export const exportCommand: Command = {
  name: "export",
  usage:
    "--model M [--adapter DIR[=strength],…] --to peft|gguf|merged|merged-gguf [--type F32|F16|Q8_0|Q4_0] --out DIR   an adapter alone, or added into its model; gguf without an adapter: the model",
  options: {
    model: { type: "string" },
    adapter: { type: "string" },
    to: { type: "string" },
    type: { type: "string" },
    out: { type: "string" },
  },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const out = text(values, "out");
    const format = oneOf(values, "to", FORMATS);
    const isWhole = format === "merged-gguf" || (format === "gguf" && values.adapter === undefined);
    const type = values.type === undefined ? "F16" : oneOf(values, "type", GGUF_TYPES);
    if (values.type !== undefined && !isWhole)
      fail({ code: "invalid-argument", name: "--type", reason: "only a whole model in GGUF has one" });
    if (format !== "gguf") text(values, "adapter");
    const model = await ChatModel.load(await openRuntime(), folder);
    const adapter = await wornAdapter(values, "adapter", model);
    const slice = <T>(work: () => Promise<T> | T) => Promise.resolve(work());
    const { files, parity } = isWhole
      ? await exportGguf({ model, folder, adapter, type, slice })
      : await exportAdapter({
          ...{ model, folder, format, slice, adapter: adapter! },
          fingerprint: await fingerprintOf(await readHeaders(folder)),
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

function oneOf<Name extends string>(values: Values, option: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === values[option]);
  const reason = `${String(values[option])} is not one of ${names.join(", ")}`;
  return found ?? fail({ code: "invalid-argument", name: `--${option}`, reason });
}
