import { statfsSync } from "node:fs";
import { deviceOf, statusOf } from "../../worker/gpu/device.ts";
import { openAdapter, softwareDrivers } from "../gpu.ts";
import { projectRoot } from "../folder.ts";
import { print, type Command } from "./command.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "                                             adapter, limits, features, storage",
  options: {},
  async run(values) {
    const adapter = await openAdapter();
    const gpu = adapter ? statusOf(adapter, await deviceOf(adapter)) : null;
    const { bsize, bavail, blocks } = statfsSync(projectRoot());
    const report = {
      node: process.version,
      gpu,
      softwareDrivers: [...softwareDrivers().keys()],
      storage: { folder: projectRoot(), freeBytes: bavail * bsize, totalBytes: blocks * bsize },
    };
    print(values, report, (r) =>
      [
        `Node      ${r.node}`,
        r.gpu
          ? `Adapter   ${r.gpu.adapter}${r.gpu.isSoftware ? " (software: right, but slow)" : ""}`
          : "Adapter   none: install a GPU driver, or Debian's chromium for a software one",
        ...(r.gpu
          ? [
              `Features  ${r.gpu.features.join(", ")}`,
              ...Object.entries(r.gpu.limits).map(([name, limit]) => `Limit     ${name} = ${limit}`),
            ]
          : []),
        `Storage   ${(r.storage.freeBytes / 2 ** 30).toFixed(1)} of ${(r.storage.totalBytes / 2 ** 30).toFixed(1)} GiB free at ${r.storage.folder}`,
      ].join("\n"),
    );
    if (!gpu) process.exitCode = 1;
  },
};
