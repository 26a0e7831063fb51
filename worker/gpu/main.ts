// The GPU worker's entry: opens what it owns and exposes it to the page, and to the text worker through the port it is sent.
import { expose } from "comlink";
import { reportRequests } from "../contract/index.ts";
import "../contract/wire.ts";
import { ModelCatalog } from "../models/catalog.ts";
import { openBrowserStore } from "../storage/browser.ts";
import { openBrowserDevice } from "./device.ts";
import { Gpu } from "./gpu.ts";

reportRequests("gpu-worker");

const models = new URL(`${import.meta.env.BASE_URL}models/`, self.location.origin);

async function fetchFile(path: string): Promise<Blob | null> {
  const response = await fetch(new URL(path, models));
  return response.ok ? response.blob() : null;
}

const catalog = openBrowserStore().then((store) => new ModelCatalog(store, fetchFile));
catalog.catch(() => {}); // thrown again to whoever asks for a model
const gpu = new Gpu(catalog, () => openBrowserDevice(navigator.gpu));

self.addEventListener("message", ({ data }: MessageEvent<{ type?: string; port?: MessagePort }>) => {
  if (data?.type === "loam-connect" && data.port) expose(gpu, data.port);
});
expose(gpu);
