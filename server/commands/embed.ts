import { StaticEmbedder } from "../../worker/embedding/static.ts";
import { openFolder } from "../folder.ts";
import { inputLines, openRuntime, text, type Command } from "./command.ts";

export const embed: Command = {
  name: "embed",
  usage: "--model M < lines                           a vector a line",
  options: { model: { type: "string" } },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const lines = await inputLines();
    const embedder = await StaticEmbedder.load(await openRuntime(), folder);
    const vectors = await embedder.embed(lines);
    for (const [i, line] of lines.entries()) {
      const embedding = [...vectors.subarray(i * embedder.dimensions, (i + 1) * embedder.dimensions)];
      console.log(values.json ? JSON.stringify({ text: line, embedding }) : embedding.join(" "));
    }
  },
};
