// `npm run -s loam -- <verb>`: builds the command line when its sources are newer than the build, then runs it.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "dist/cli/cli.js");

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return time;
}

if (!existsSync(join(root, "node_modules/vite"))) {
  console.error("loam: the dependencies are not installed; run `npm ci` first");
  process.exit(1);
}
// A process that another one started runs what that one runs.
const isOld = () => !process.env.LOAM_NO_BUILD && statSync(built).mtimeMs < sources();
const sources = () => Math.max(...["worker", "shaders", "server"].map((f) => newest(join(root, f))));
if (!existsSync(built) || isOld()) {
  const { build } = await import("vite");
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "error",
    build: { ssr: "server/cli.ts", outDir: "dist/cli", emptyOutDir: true, target: "node20", minify: false },
  });
}
const { main } = await import(pathToFileURL(built).href);
process.exit(await main(process.argv.slice(2)));
