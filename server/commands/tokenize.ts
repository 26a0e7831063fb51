import { readTokenizer } from "../../worker/models/folder.ts";
import { openFolder } from "../folder.ts";
import { print, text, type Command } from "./command.ts";

export const tokenize: Command = {
  name: "tokenize",
  usage: "--model M --text T                         token ids of a text",
  options: { model: { type: "string" }, text: { type: "string" } },
  async run(values) {
    const tokenizer = await readTokenizer(openFolder(text(values, "model")));
    const ids = tokenizer.encode(text(values, "text"));
    print(values, { ids, tokens: ids.map((id) => tokenizer.tokenOf(id)) }, (r) => r.ids.join(" "));
  },
};
