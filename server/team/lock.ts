// One process at a time has a folder's database open; two would destroy it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";

const held = new Set<string>(); // by this process

/** Takes the folder for this process; what comes back lets it go. Throws storage-unavailable when a living process has it. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "server.pid");
  const owner = ownerOf(file);
  if (owner !== null && (owner === process.pid ? held.has(file) : isAlive(owner)))
    fail({
      code: "storage-unavailable",
      reason: `${folder} is in use by process ${owner}: stop that server, or choose another folder`,
    });
  rmSync(file, { force: true }); // of a process that was killed
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    fail({ code: "storage-unavailable", reason: `${folder} was taken by another server just now` }, error);
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}

function ownerOf(file: string): number | null {
  try {
    return Number(readFileSync(file, "utf8")) || null;
  } catch {
    return null; // nobody's
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's
  }
}
