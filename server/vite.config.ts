// Builds the server's entry for Node; what is in node_modules stays there.
import { defineConfig } from "vite";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  publicDir: false,
  build: { ssr: "server/main.ts", outDir: "dist/server", emptyOutDir: true, target: "node20" },
});
