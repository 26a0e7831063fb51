// A training run's state as one file: step, parameters and moments, in safetensors, with the hash of the run it belongs to.
import { fail } from "../contract/errors.ts";
import { bytesSource } from "../engine/format/bytes.ts";
import { openSafetensors, writeSafetensors } from "../engine/format/safetensors.ts";
import { readTensor } from "../engine/format/tensor.ts";
import type { RunState } from "./loop.ts";

/** `runHash` says which configuration and data the state is of. */
export function writeCheckpoint({ step, p, m, v, best }: RunState, runHash: string): Uint8Array<ArrayBuffer> {
  const shape = [p.length];
  const tensors = [
    { name: "p", shape, values: p },
    { name: "m", shape, values: m },
    { name: "v", shape, values: v },
    ...(best ? [{ name: "best", shape, values: best.p }] : []),
  ];
  const bestMark = best ? JSON.stringify([best.step, best.validLoss, best.misses]) : "";
  return writeSafetensors(tensors, "F32", { step: String(step), runHash, ...(best && { best: bestMark }) });
}

/** Throws bad-file when it is damaged, invalid-argument when it is of another run. */
export async function readCheckpoint(
  bytes: Uint8Array<ArrayBuffer>,
  runHash: string,
  name = "checkpoint",
): Promise<RunState> {
  const source = bytesSource(name, bytes);
  const tensors = await openSafetensors(source);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as {
    __metadata__?: { step?: string; runHash?: string; best?: string };
  };
  const { step, runHash: written, best } = header.__metadata__ ?? {};
  if (written !== runHash)
    fail({
      code: "invalid-argument",
      name: "checkpoint",
      reason: "it is of another configuration or other data; use another --out to begin anew",
    });
  const values = async (tensor: string) =>
    readTensor(
      tensors.get(tensor) ??
        fail({ code: "bad-file", file: name, format: "checkpoint", reason: `${tensor} is missing` }),
    );
  const [bestStep, validLoss, misses] = best ? (JSON.parse(best) as number[]) : [];
  return {
    step: Number(step),
    p: await values("p"),
    m: await values("m"),
    v: await values("v"),
    best: best ? { step: bestStep, validLoss, misses, p: await values("best") } : null,
  };
}
