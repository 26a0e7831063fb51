import { fail } from "../../worker/contract/errors.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { openFolder } from "../folder.ts";
import { wornAdapter } from "./adapter-files.ts";
import { openRuntime, print, text, type Command } from "./command.ts";
import { precisionOf, precisionOptions } from "./precision.ts";

export const logits: Command = {
  name: "logits",
  usage: "--model M --ids 1,2,3 [--adapter DIR --precision full|half|q8|q4]   logits of the token after these",
  options: { model: { type: "string" }, ids: { type: "string" }, adapter: { type: "string" }, ...precisionOptions },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const ids = text(values, "ids")
      .split(",")
      .map((id) =>
        /^\s*\d+\s*$/.test(id)
          ? Number(id)
          : fail({ code: "invalid-argument", name: "--ids", reason: `"${id}" is no token id` }),
      );
    const model = await ChatModel.load(await openRuntime(), folder, undefined, precisionOf(values));
    const adapter = await wornAdapter(values, "adapter", model);
    print(values, { logits: [...(await model.logits(ids, adapter))] }, (r) => r.logits.join(" "));
  },
};
