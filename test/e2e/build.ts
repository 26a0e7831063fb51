// Before the browser tests: the page and the server are built, as `npm start` would build them.
import { spawnSync } from "node:child_process";
import { root } from "./server.ts";

export default function build(): void {
  const { status } = spawnSync("node", ["server/start.mjs", "--build-only"], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("The app could not be built.");
}
