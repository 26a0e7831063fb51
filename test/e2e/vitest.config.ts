// The whole app in a real browser: `vitest run --config test/e2e/vitest.config.ts`. One file at a time, since each has a GPU.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/*.e2e.ts"],
    globalSetup: ["test/e2e/build.ts"],
    environment: "node",
    pool: "forks",
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
