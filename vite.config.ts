// One file for the page's build and for the tests. The page's root is web/; what it needs from worker/ is bundled in.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const icon = (name: string, size: number, purpose: string) => ({
  ...{ src: `./icons/${name}-${size}.png`, sizes: `${size}x${size}`, type: "image/png", purpose },
});

const pwa = VitePWA({
  strategies: "injectManifest",
  srcDir: ".",
  filename: "service-worker.ts",
  registerType: "prompt",
  injectRegister: false,
  manifest: {
    id: "./",
    name: "Loam",
    short_name: "Loam",
    description: "Private chat over your own documents, on this device, offline.",
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: "#fbfaf6",
    theme_color: "#fbfaf6",
    categories: ["productivity", "education"],
    icons: [
      { src: "./icons/mark.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
      ...[192, 512].flatMap((size) => [icon("icon", size, "any"), icon("maskable", size, "maskable")]),
    ],
  },
  injectManifest: {
    // The shell, the default models and the examples: all that is needed with the server gone.
    globPatterns: ["**/*.{html,js,mjs,css,svg,png,json,wasm,safetensors,md,jsonl,txt,pdf,docx,csv,bcmap,pfb,ttf}"],
    // Engines of others come with the first model that needs them; the service worker keeps them from then on.
    globIgnores: ["assets/engine-*"],
    maximumFileSizeToCacheInBytes: 96 * 1024 * 1024,
    rollupFormat: "iife",
  },
});

/** Files of engines of others carry their mark in their names. */
const isForeignCode =
  /node_modules\/(@huggingface\/transformers|onnxruntime|@mlc-ai)|worker\/engines\/(transformers|webllm)/;
const marked = {
  chunkFileNames: ({ moduleIds }: { moduleIds: readonly string[] }) =>
    `assets/${moduleIds.some((id) => isForeignCode.test(id)) ? "engine-" : ""}[name]-[hash].js`,
  assetFileNames: ({ names }: { names: readonly string[] }) =>
    `assets/${names.some((name) => name.startsWith("ort-wasm")) ? "engine-" : ""}[name]-[hash][extname]`,
};

export default defineConfig(({ mode }) => ({
  root: "web",
  base: "./",
  plugins: [svelte(), mode === "test" ? null : pwa],
  worker: { format: "es", rollupOptions: { output: marked } },
  build: { outDir: "../dist/web", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 4000 },
  server: {
    host: "127.0.0.1",
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
  },
  test: {
    root: ".",
    environment: "node",
    pool: "forks",
    include: ["{shaders,worker,server,web,test}/**/*.test.ts"],
    exclude: ["test/e2e/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
}));
