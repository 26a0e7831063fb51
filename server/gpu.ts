// The server's half of the bargain: find a GPUDevice in Node, through Dawn. A real GPU's driver comes first; where there is
// none, a software one that is on the machine (Mesa's lavapipe, or the SwiftShader that comes with Chromium).
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { create, globals } from "webgpu";
import { fail } from "../worker/contract/errors.ts";
import { deviceOf } from "../worker/gpu/device.ts";

Object.assign(globalThis, globals); // GPUBufferUsage, GPUMapMode, …

// Dawn lives as long as this object is reachable; collected, it aborts the process.
let gpu: GPU | undefined;

const CHROMIUM_FOLDERS = [
  "/usr/lib/chromium",
  "/usr/lib/chromium-browser",
  "/opt/google/chrome",
  "/snap/chromium/current/usr/lib/chromium-browser",
];
const RTLD_NODELETE = 0x1000; // keep the library although it is no Node module

/** Software Vulkan drivers on this machine, by name → manifest. */
export function softwareDrivers(): ReadonlyMap<"swiftshader" | "lavapipe", string> {
  const found = new Map<"swiftshader" | "lavapipe", string>();
  const folder = CHROMIUM_FOLDERS.find((f) => existsSync(`${f}/vk_swiftshader_icd.json`));
  if (folder) found.set("swiftshader", `${folder}/vk_swiftshader_icd.json`);
  const lavapipe = ["/usr/share/vulkan/icd.d/lvp_icd.json", "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"].find(
    existsSync,
  );
  if (lavapipe) found.set("lavapipe", lavapipe);
  return found;
}

/** The adapter: the one LOAM_ADAPTER (`swiftshader` | `lavapipe`) asks for, else the machine's best. Null when there is none. */
export async function openAdapter(): Promise<GPUAdapter | null> {
  const drivers = softwareDrivers();
  const wanted = process.env.LOAM_ADAPTER;
  if (wanted === "swiftshader" || wanted === "lavapipe") {
    const manifest =
      drivers.get(wanted) ?? fail({ code: "gpu-unavailable", reason: `no ${wanted} driver on this machine` });
    return adapterOf(manifest);
  }
  const best = await adapterOf(process.env.VK_DRIVER_FILES);
  if (best) return best;
  for (const manifest of drivers.values()) {
    const adapter = await adapterOf(manifest);
    if (adapter) return adapter;
  }
  return null;
}

async function adapterOf(manifest: string | undefined): Promise<GPUAdapter | null> {
  if (manifest) process.env.VK_DRIVER_FILES = manifest;
  loadVulkan();
  gpu = create([]);
  return gpu.requestAdapter();
}

/** Loads Chromium's copy of the Vulkan loader where the system has none: Dawn then finds it by its name. */
function loadVulkan(): void {
  const library = CHROMIUM_FOLDERS.map((f) => `${f}/libvulkan.so.1`).find(existsSync);
  if (!library || process.platform !== "linux") return;
  if (
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/local/lib"].some((f) =>
      existsSync(`${f}/libvulkan.so.1`),
    )
  )
    return;
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // "Module did not self-register": expected, the library is loaded all the same
  }
}

/** A device on the adapter of `openAdapter`. Throws gpu-unavailable. */
export async function openDevice(): Promise<GPUDevice> {
  const adapter = await openAdapter();
  if (!adapter)
    fail({
      code: "gpu-unavailable",
      reason:
        "no GPU and no software Vulkan driver (Debian: apt-get install chromium, or mesa-vulkan-drivers from backports)",
    });
  return deviceOf(adapter);
}
