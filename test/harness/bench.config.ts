// `npm run bench`: every *.bench.ts, one after another, as they share the GPU. Not part of `npm test`.
// `npm run bench -- test/bench/compare` are the comparisons alone, `npm run bench -- -t decode` a case.
import { defineConfig } from "vitest/config";

/** Measures that are no comparisons, and take long: run where the command line names them. */
const only = ["grounded", "import"].filter((name) => !process.argv.some((argument) => argument.includes(name)));

export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    include: ["shaders/**/*.bench.ts", "test/bench/*.bench.ts"],
    exclude: ["**/node_modules/**", ...only.map((name) => `test/bench/${name}.bench.ts`)],
    globalSetup: ["test/harness/bench-setup.ts"],
    fileParallelism: false,
    testTimeout: 1_800_000, // software adapters on a busy machine
    hookTimeout: 1_800_000, // installs the peers
    disableConsoleIntercept: true,
  },
});
