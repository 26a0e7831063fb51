import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: "web",
  base: "./",
  plugins: [svelte()],
  worker: { format: "es" },
  build: { outDir: "../dist/web", emptyOutDir: true, target: "es2023" },
  test: {
    root: ".",
    environment: "node",
    pool: "forks",
    include: ["{shaders,worker,server,web,test}/**/*.test.ts"],
    exclude: ["test/e2e/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
