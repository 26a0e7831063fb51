// Opens the page's GPUDevice and says what it is. Reopening after a loss is the caller's decision.
import { fail } from "../contract/errors.ts";
import type { GpuStatus } from "../contract/inference.ts";

const WANTED: readonly GPUFeatureName[] = ["shader-f16", "subgroups", "timestamp-query"];
const SHOWN_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxStorageBuffersPerShaderStage",
] as const;

export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly status: Omit<GpuStatus, "allocatedBytes">;
}

/** Throws gpu-unavailable with what is missing. */
export async function openBrowserDevice(gpu: GPU | undefined): Promise<OpenedDevice> {
  if (!gpu) fail({ code: "gpu-unavailable", reason: "this browser has no WebGPU" });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) fail({ code: "gpu-unavailable", reason: "WebGPU found no graphics adapter" });
  const device = await deviceOf(adapter);
  return { device, status: statusOf(adapter, device) };
}

/** A device with the limits of the adapter and the features the engine has variants for; the same in the page and in Node. */
export async function deviceOf(adapter: GPUAdapter): Promise<GPUDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return adapter.requestDevice({
    requiredFeatures: WANTED.filter((f) => adapter.features.has(f)),
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
}

/** What an adapter and its device are, in words and numbers. */
export function statusOf(adapter: GPUAdapter, device: GPUDevice): Omit<GpuStatus, "allocatedBytes"> {
  const { vendor, architecture, description } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || "graphics adapter";
  return {
    state: "ready",
    reason: "",
    adapter: name,
    isSoftware: /swiftshader|llvmpipe|lavapipe|software/i.test(`${name} ${vendor} ${architecture}`),
    features: [...device.features].toSorted(),
    limits: Object.fromEntries(SHOWN_LIMITS.map((limit) => [limit, device.limits[limit]])),
  };
}
