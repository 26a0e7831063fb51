import { fail } from "../../worker/contract/errors.ts";
import { serveParent } from "../engine/child.ts";
import type { Command } from "./command.ts";

export const engine: Command = {
  name: "engine",
  usage: "                                             the part of serve that holds the GPU; serve starts it",
  options: {},
  async run() {
    if (!process.send) fail({ code: "invalid-argument", name: "engine", reason: "it is started by `loam serve`" });
    await serveParent();
  },
};
