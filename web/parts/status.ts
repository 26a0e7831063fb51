// The status line in words.
import { t } from "../messages/index.ts";
import type { SystemState } from "../state/system.svelte.ts";

type Known = Pick<SystemState, "gpu" | "usage" | "workers">;

export function gpuLine({ gpu, workers }: Known): string {
  if (workers.gpu === "stopped" || workers.text === "stopped") return t.status.workerStopped;
  if (gpu === null) return t.status.gpuStarting;
  if (gpu.state === "lost") return t.status.gpuLost;
  if (gpu.state === "unavailable") return t.status.noGpu;
  return gpu.isSoftware ? t.status.gpuSoftware(gpu.adapter) : t.status.gpu(gpu.adapter);
}

export function storageLine({ usage }: Known): string {
  return usage === null ? t.status.storageUnknown : t.status.storage(usage.usedBytes, usage.quotaBytes);
}

/** Whether something about the workers or the GPU wants the user's attention. */
export function isAttentionNeeded({ gpu, workers }: Known): boolean {
  return workers.gpu === "stopped" || workers.text === "stopped" || (gpu !== null && gpu.state !== "ready");
}
