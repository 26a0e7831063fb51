// Real models and data that the tests use from beside the project; they are not part of it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";

const folder = join(import.meta.dirname, "../../../shared/data");

/** The path of something in the shared data folder. */
export const sharedData = (path: string): string => join(folder, path);

/** A test that needs `path`; skipped, with a message, where it is not there. */
export const itWith = (path: string) => {
  if (existsSync(sharedData(path))) return it;
  console.warn(`skipped: ../shared/data/${path} is not on this machine`);
  return it.skip;
};
