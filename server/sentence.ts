// One plain line for every failure, for the terminal. The page has longer ones in web/messages.
import type { AppErrorCode } from "../worker/contract/errors.ts";

export function sentence(detail: AppErrorCode): string {
  switch (detail.code) {
    case "shape-mismatch":
      return `${detail.op}: ${detail.tensor} is ${detail.got}, expected ${detail.expected}`;
    case "wgsl-slot":
      return `${detail.file}: ${detail.slot} is declared ${detail.found} times`;
    case "wgsl-compile":
      return `${detail.file}: ${detail.message}`;
    case "gpu-unavailable":
      return `no GPU can be used: ${detail.reason}`;
    case "gpu-lost":
      return `the GPU was lost: ${detail.reason}`;
    case "gpu-out-of-memory":
      return `the GPU has no room for ${detail.what}${detail.neededBytes ? ` (${detail.neededBytes} bytes)` : ""}`;
    case "gpu-validation":
      return `the GPU refused ${detail.what}: ${detail.message}`;
    case "bad-file":
      return `${detail.file} is no good ${detail.format}: ${detail.reason}`;
    case "model-unsupported":
      return `this model cannot be run: ${detail.reason}`;
    case "engine-cannot":
    case "engine-failed":
      return `${detail.engine} runs ${detail.model}: ${detail.code === "engine-cannot" ? `no ${detail.what}` : detail.reason}`;
    case "library-missing":
      return `${detail.model} lacks its compiled model library ${detail.file}`;
    case "document-unreadable":
      return `${detail.document} cannot be read (${detail.reason}): ${detail.detail}`;
    case "storage-full":
      return `no room: ${detail.neededBytes} bytes needed, ${detail.freeBytes} free`;
    case "storage-unavailable":
      return `storage cannot be used: ${detail.reason}`;
    case "not-found":
      return `there is no ${detail.what} "${detail.id}"`;
    case "invalid-argument":
      return `${detail.name}: ${detail.reason}`;
    case "context-full":
      return `the prompt has ${detail.tokenCount} tokens, the model reads ${detail.maxTokenCount}`;
    case "network":
      return `${detail.url} could not be reached: ${detail.reason}`;
    case "hub-refused":
      return `${detail.url} answered ${detail.status}`;
    case "data-unreadable":
      return `${detail.file} cannot be read as training data: ${detail.reason}`;
    case "data-refused":
      return `refused (${detail.reason}): ${detail.rows.map(({ row, other }) => (other === "" ? row : `${row} is like ${other}`)).join(", ")}`;
    case "training-diverged":
      return `training diverged at step ${detail.step}: ${detail.reason}`;
    case "run-elsewhere":
      return `"${detail.run}" is being trained in another tab`;
    case "team-away":
      return "the team's server cannot be reached";
    case "team-refused":
      return `the team's server refused (${detail.refusal}): ${detail.message}`;
    case "unexpected":
      return detail.message;
    default:
      return detail satisfies never;
  }
}
