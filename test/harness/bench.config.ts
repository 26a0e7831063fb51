// `npm run bench`: every *.bench.ts, one after another, as they share the GPU. Not part of `npm test`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    include: ["shaders/**/*.bench.ts", "test/bench/*.bench.ts"],
    fileParallelism: false,
    testTimeout: 1_800_000, // software adapters on a busy machine
    hookTimeout: 1_800_000, // installs the peers
    disableConsoleIntercept: true,
  },
});
