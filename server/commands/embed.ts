import { loadEmbedder } from "../../worker/embedding/load.ts";
import { fail } from "../../worker/contract/errors.ts";
import { openFolder } from "../folder.ts";
import { inputLines, openRuntime, text, type Command } from "./command.ts";

export const embed: Command = {
  name: "embed",
  usage: "--model M [--role query] < lines            a vector a line",
  options: { model: { type: "string" }, role: { type: "string" } },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const role = values.role ?? "document";
    if (role !== "query" && role !== "document")
      fail({ code: "invalid-argument", name: "--role", reason: `${String(role)} is neither query nor document` });
    const lines = await inputLines();
    const embedder = await loadEmbedder(await openRuntime(), folder);
    const vectors = await embedder.embed(lines, role);
    for (const [i, line] of lines.entries()) {
      const embedding = [...vectors.subarray(i * embedder.dimensions, (i + 1) * embedder.dimensions)];
      console.log(values.json ? JSON.stringify({ text: line, embedding }) : embedding.join(" "));
    }
  },
};
