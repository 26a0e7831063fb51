// Around a whole run of the bench: at its end, every comparison in one table.
import { printRecorded, recordedLines } from "../bench/table.ts";

export function setup(): () => void {
  const before = recordedLines().length;
  return () => printRecorded(recordedLines().slice(before));
}
