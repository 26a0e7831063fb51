// `npm start` from a fresh clone: installs what is missing, builds what is stale, serves. Plain Node, no dependencies.
// With --build-only it stops before serving.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(home, "dist/server/main.js");
const neededNode = [20, 20];

/** When a file was last changed, in ms since the epoch; 0 when it is not there. */
function changedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** The latest change below the given files and folders. */
function newestBelow(paths) {
  return Math.max(...paths.map((path) => newestOf(join(home, path))));
}

function newestOf(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestOf(join(path, name))));
}

/** Whether every package of the lock file is there in its version; optional ones may be for another platform. */
function isInstalled() {
  const installedLock = join(home, "node_modules/.package-lock.json");
  if (!existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(home, "package-lock.json"), "utf8")).packages);
  return wanted.every(([path, { version, optional, devOptional }]) => {
    return path === "" || optional || devOptional || installed[path]?.version === version;
  });
}

function run(words, sentence) {
  console.log(sentence);
  const { status, error } = spawnSync("npm", words, {
    cwd: home,
    // Started from a test run, the build is still the one that people get.
    env: { ...process.env, NODE_ENV: "production", VITEST: undefined },
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error(error?.message ?? `npm ${words.join(" ")} failed.`);
  process.exit(status ?? 1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < neededNode[0] || (major === neededNode[0] && minor < neededNode[1])) {
  console.error(`Loam needs Node ${neededNode.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
if (!isInstalled()) run(["ci", "--include=dev"], "Installing …");
const sources = ["web", "worker", "shaders", "server", "vite.config.ts", "package-lock.json"];
if (changedAt(built) < newestBelow(sources)) run(["run", "--silent", "build"], "Building …");
if (!process.argv.includes("--build-only")) await import(pathToFileURL(built).href);
