// Owns what lives on one GPUDevice: residents, pipelines, compiled programs. Knows nothing of browsers or Node: the device is
// given. Everything is created when a graph is compiled, so a replay creates nothing.

import { AppError, fail } from "../contract/errors.ts";
import { f16ToF32 } from "./format/half.ts";
import {
  byteSizeOf,
  rootOf,
  sizeOf,
  type Dispatch,
  type DType,
  type Graph,
  type Kernel,
  type Lifetime,
  type Resident,
  type Shape,
  type Tensor,
  type Tuning,
} from "./graph.ts";
import { padded, plan, type Plan } from "./plan.ts";
import { Program, type Placing, type Player, type ProgramStep } from "./program.ts";
import { compose } from "./wgsl.ts";

/** How often the device was asked for things; tests of the steady state read it. */
export interface Counters {
  buffers: number;
  bindGroups: number;
  pipelines: number;
  submits: number;
  dispatches: number;
  maps: number;
  writes: number;
}

const UNIFORM_ALIGNMENT = 256; // WebGPU's minUniformBufferOffsetAlignment, and the storage one, by default

export class Runtime implements Player {
  readonly counters: Counters = {
    ...{ buffers: 0, bindGroups: 0, pipelines: 0, submits: 0, dispatches: 0, maps: 0, writes: 0 },
  };
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  #allocatedBytes = 0;
  /** What a device's kind says of it, without timing: for graphs that learn. */
  readonly untimed: Tuning;
  /** For graphs that only run; see `measureTuning`. */
  tuning: Tuning;

  constructor(readonly device: GPUDevice) {
    const { isFallbackAdapter, subgroupMinSize = 0 } = device.adapterInfo;
    const hasSubgroups = device.features.has("subgroups") && subgroupMinSize >= 8;
    this.untimed = { hasCheapBarriers: true, hasDearLoads: isFallbackAdapter && hasSubgroups };
    this.tuning = this.untimed;
  }

  /** Bytes of every buffer this runtime holds. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /**
   * An error as the user should hear of it: gpu-lost when the device is gone. What fails with the device may fail a moment
   * before its loss is announced.
   */
  async namedError(error: unknown): Promise<unknown> {
    if (error instanceof AppError) return error;
    const wait = new Promise<null>((resolve) => setTimeout(() => resolve(null), 100));
    const lost = await Promise.race([this.device.lost, wait]);
    return lost ? new AppError({ code: "gpu-lost", reason: lost.message || lost.reason }, { cause: error }) : error;
  }

  /** A zeroed buffer of its own. Throws gpu-out-of-memory when the device has no room. */
  async allocate(label: string, shape: Shape, dtype: DType = "f32", lifetime: Lifetime = "session"): Promise<Resident> {
    const buffer = await this.#checked(label, () => this.#buffer(label, byteSizeOf(shape, dtype)));
    return { label, shape, dtype, lifetime, buffer, byteOffset: 0 };
  }

  free(...residents: readonly Resident[]): void {
    for (const { buffer } of residents) this.#destroy(buffer);
  }

  /** Writes whole words of 4 bytes: an odd number of f16 can only be written where it ends the resident. */
  write(to: Resident, values: ArrayBufferView<ArrayBuffer>, byteOffset = 0): void {
    this.counters.writes++;
    let { buffer, byteOffset: start, byteLength } = values;
    const isTail = byteOffset + byteLength === byteSizeOf(to.shape, to.dtype);
    if (byteLength % 4 !== 0 && isTail) {
      const words = new Uint8Array(Math.ceil(byteLength / 4) * 4); // the padding of the buffer takes the rest
      words.set(new Uint8Array(buffer, start, byteLength));
      [buffer, start, byteLength] = [words.buffer, 0, words.byteLength];
    }
    this.device.queue.writeBuffer(to.buffer, to.byteOffset + byteOffset, buffer, start, byteLength);
  }

  /** Copies a resident's bytes to the CPU. Waits for the work submitted so far; not for the critical path. */
  async read(from: Resident): Promise<ArrayBuffer> {
    const bytes = Math.ceil(byteSizeOf(from.shape, from.dtype) / 4) * 4;
    return this.readBytes(from.buffer, from.byteOffset, bytes);
  }
  /** The same, of f32 or f16, as f32. */
  async readF32(from: Resident): Promise<Float32Array<ArrayBuffer>> {
    const bytes = await this.read(from);
    return from.dtype === "f16" ? f16ToF32(new Uint16Array(bytes, 0, sizeOf(from.shape))) : new Float32Array(bytes);
  }

  async readBytes(buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const staging = this.device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    this.counters.buffers++;
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, byteOffset, staging, 0, bytes);
    this.submit(encoder);
    this.counters.maps++;
    await staging.mapAsync(GPUMapMode.READ);
    const copy = staging.getMappedRange().slice(0);
    staging.destroy();
    return copy;
  }

  submit(encoder: GPUCommandEncoder): void {
    this.counters.submits++;
    this.device.queue.submit([encoder.finish()]);
  }

  /**
   * Plans a graph, allocates its slots, and resolves every pipeline and bind group. Tensors in `keep` can be read after a
   * replay. Throws gpu-out-of-memory, wgsl-compile, gpu-validation.
   */
  async compile(label: string, graph: Graph, keep: readonly Tensor[] = []): Promise<Program> {
    const planned = plan(graph, keep);
    const slots = await this.#checked(label, () =>
      planned.slotBytes.map((bytes, i) => this.#buffer(`${label}/slot ${i}`, bytes)),
    );
    const place = placing(planned, slots);
    const { buffer: params, offsets } = this.#params(label, graph);
    const pipelines = await Promise.all(
      graph.steps.map((s) => (s.kind === "dispatch" ? this.#pipeline(s.kernel) : undefined)),
    );
    const steps = await this.#checked(label, () =>
      graph.steps.map((step, i): ProgramStep => {
        if (step.kind === "clear") return { kind: "clear", at: place(step.tensor) };
        if (step.kind === "copy") return { kind: "copy", from: place(step.from), to: place(step.to) };
        const bindGroup = this.#bindGroup(step, pipelines[i]!, place, { buffer: params, offset: offsets[i] });
        return {
          kind: "dispatch",
          label: step.kernel.entry,
          pipeline: pipelines[i]!,
          bindGroup,
          workgroups: step.workgroups,
        };
      }),
    );
    return new Program(this, label, steps, planned, place, () => [...slots, params].forEach((b) => this.#destroy(b)));
  }

  #bindGroup(
    d: Dispatch,
    pipeline: GPUComputePipeline,
    place: Placing,
    params: { buffer: GPUBuffer; offset: number },
  ): GPUBindGroup {
    const file = d.kernel.files.at(-1)!.path;
    const { bindings, params: fields } = compose(d.kernel.files, d.kernel.slots);
    const entries: GPUBindGroupEntry[] = Object.entries(d.tensors).map(([name, t]) => {
      const { binding } = bindings.get(name) ?? fail({ code: "wgsl-slot", file, slot: name, found: 0 });
      const { buffer, offset, size } = place(t);
      const limit = this.device.limits.maxStorageBufferBindingSize;
      if (size > limit)
        fail({ code: "gpu-out-of-memory", neededBytes: size, what: `${t.label} (one binding holds ${limit} bytes)` });
      return { binding, resource: { buffer, offset, size } };
    });
    if (fields.length > 0)
      entries.push({
        binding: bindings.get("params")!.binding,
        resource: { buffer: params.buffer, offset: params.offset, size: padded(fields.length * 4) },
      });
    this.counters.bindGroups++;
    return this.device.createBindGroup({ label: d.kernel.entry, layout: pipeline.getBindGroupLayout(0), entries });
  }

  /** The constants of every dispatch, in one uniform buffer. */
  #params(label: string, graph: Graph): { buffer: GPUBuffer; offsets: number[] } {
    const offsets: number[] = [];
    let end = 0;
    for (const step of graph.steps) {
      offsets.push(end);
      if (step.kind === "dispatch")
        end +=
          Math.ceil(Math.max(16, compose(step.kernel.files, step.kernel.slots).params.length * 4) / UNIFORM_ALIGNMENT) *
          UNIFORM_ALIGNMENT;
    }
    const view = new DataView(new ArrayBuffer(Math.max(end, UNIFORM_ALIGNMENT)));
    graph.steps.forEach((step, i) => step.kind === "dispatch" && packParams(view, offsets[i], step));
    const buffer = this.device.createBuffer({
      label: `${label}/params`,
      size: view.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#count(buffer);
    this.device.queue.writeBuffer(buffer, 0, view.buffer);
    return { buffer, offsets };
  }

  #pipeline(kernel: Kernel): Promise<GPUComputePipeline> {
    const { code, at } = compose(kernel.files, kernel.slots);
    const key = `${kernel.entry}\n${code}`;
    const build = async () => {
      const module = this.device.createShaderModule({ label: kernel.entry, code });
      const error = (await module.getCompilationInfo()).messages.find((m) => m.type === "error");
      if (error) fail({ code: "wgsl-compile", file: at(error.lineNum), line: error.lineNum, message: error.message });
      this.counters.pipelines++;
      return this.device.createComputePipelineAsync({
        label: kernel.entry,
        layout: "auto",
        compute: { module, entryPoint: kernel.entry },
      });
    };
    if (!this.#pipelines.has(key)) this.#pipelines.set(key, build());
    return this.#pipelines.get(key)!;
  }

  #buffer(label: string, bytes: number): GPUBuffer {
    const limit = this.device.limits.maxBufferSize;
    if (bytes > limit)
      fail({ code: "gpu-out-of-memory", neededBytes: bytes, what: `${label} (one buffer holds ${limit} bytes)` });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.#count(this.device.createBuffer({ label, size: padded(bytes), usage }));
  }
  #count(buffer: GPUBuffer): GPUBuffer {
    this.counters.buffers++;
    this.#allocatedBytes += buffer.size;
    return buffer;
  }
  #destroy(buffer: GPUBuffer): void {
    this.#allocatedBytes -= buffer.size;
    buffer.destroy();
  }

  /** Runs `make` inside error scopes and turns what WebGPU reports there into AppErrors. */
  async #checked<T>(what: string, make: () => T): Promise<T> {
    this.device.pushErrorScope("out-of-memory");
    this.device.pushErrorScope("validation");
    let made: T | undefined;
    let thrown: unknown;
    try {
      made = make();
    } catch (error) {
      thrown = error;
    }
    const [invalid, full] = await Promise.all([this.device.popErrorScope(), this.device.popErrorScope()]);
    if (thrown instanceof AppError) throw thrown;
    if (full) fail({ code: "gpu-out-of-memory", neededBytes: 0, what });
    if (thrown ?? invalid) fail({ code: "gpu-validation", what, message: invalid?.message ?? String(thrown) }, thrown);
    return made as T;
  }
}

function placing(planned: Plan, slots: readonly GPUBuffer[]): Placing {
  return (tensor) => {
    const { root, byteOffset } = rootOf(tensor);
    const size = Math.ceil(tensor.byteSize / 4) * 4;
    if (root.source && "resident" in root.source) {
      const { resident } = root.source;
      return { buffer: resident.buffer, offset: resident.byteOffset + byteOffset, size };
    }
    return { buffer: slots[planned.slotOf.get(root)!], offset: byteOffset, size };
  };
}

function packParams(view: DataView, offset: number, d: Dispatch): void {
  compose(d.kernel.files, d.kernel.slots).params.forEach(({ name, type }, i) => {
    const value =
      d.params[name] ?? fail({ code: "wgsl-slot", file: d.kernel.files.at(-1)!.path, slot: name, found: 0 });
    if (type === "f32") view.setFloat32(offset + i * 4, value, true);
    else view.setUint32(offset + i * 4, value, true);
  });
}
