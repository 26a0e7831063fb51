// Gives every planned tensor of a graph a slot. Two tensors share a slot when their lives do not touch, so a plan's peak
// is known before anything is allocated. Slots are separate GPUBuffers, because WebGPU forbids reading one part of a buffer
// while the same dispatch writes another.

import { fail } from "../contract/errors.ts";
import { rootOf, type Graph, type Lifetime, type Step, type Tensor } from "./graph.ts";
import { compose } from "./wgsl.ts";

export interface Plan {
  readonly slotBytes: readonly number[]; // by slot
  readonly slotOf: ReadonlyMap<Tensor, number>; // planned tensors only
  readonly bytes: Readonly<Record<Lifetime, number>>; // activations as planned, the rest as the graph's residents take
}

interface Life {
  readonly tensor: Tensor;
  readonly first: number; // the step that writes it
  last: number; // the last step that names it; Infinity when kept
}

/**
 * Plans `graph`; tensors in `keep` hold their values after a replay. Throws shape-mismatch for one that is read before it is
 * written, or whose dtype is not that of the kernel's binding.
 */
export function plan(graph: Graph, keep: readonly Tensor[]): Plan {
  const slots: Slot[] = [];
  const slotOf = new Map<Tensor, number>();
  for (const life of livesOf(graph, keep).sort((a, b) => b.tensor.byteSize - a.tensor.byteSize)) {
    const index = chooseSlot(slots, life);
    slots[index] ??= { bytes: padded(life.tensor.byteSize), tenants: [] };
    slots[index].tenants.push(life);
    slotOf.set(life.tensor, index);
  }
  const slotBytes = slots.map(({ bytes }) => bytes);
  return { slotBytes, slotOf, bytes: bytesByLifetime(graph, slotBytes) };
}

interface Slot {
  readonly bytes: number;
  readonly tenants: Life[];
}

/** Buffer sizes are multiples of 16 bytes, so that vec4 reads of the tail stay inside, and an odd number of f16 ends in a whole word. */
export const padded = (bytes: number): number => Math.max(16, Math.ceil(bytes / 16) * 16);

/**
 * The smallest slot whose tenants are all gone before this one or come after it, else a new one. Tensors come by falling size,
 * so every slot is large enough, and small tensors that live long do not keep large slots from others.
 * Source: Pisarchyk & Lee 2020, arXiv:2001.03288, §4.3 (greedy by size).
 */
function chooseSlot(slots: readonly Slot[], { first, last }: Life): number {
  for (let slot = slots.length - 1; slot >= 0; slot--)
    if (slots[slot].tenants.every((other) => other.last < first || other.first > last)) return slot;
  return slots.length;
}

function livesOf(graph: Graph, keep: readonly Tensor[]): Life[] {
  const lives = new Map<Tensor, Life>();
  graph.steps.forEach((step, index) => {
    const { reads, writes } = accessOf(step);
    for (const t of reads) {
      const { root } = rootOf(t);
      if (!root.source && !lives.has(root))
        fail({
          code: "shape-mismatch",
          op: nameOf(step),
          tensor: t.label,
          expected: "written before it is read",
          got: "never written",
        });
    }
    for (const t of [...reads, ...writes]) {
      const { root } = rootOf(t);
      if (root.source) continue;
      const life = lives.get(root) ?? { tensor: root, first: index, last: index };
      life.last = index;
      lives.set(root, life);
    }
  });
  for (const t of keep) {
    const life = lives.get(rootOf(t).root);
    if (life) life.last = Infinity;
  }
  return [...lives.values()];
}

function accessOf(step: Step): { reads: Tensor[]; writes: Tensor[] } {
  if (step.kind === "clear") return { reads: [], writes: [step.tensor] };
  if (step.kind === "copy") return { reads: [step.from], writes: [step.to] };
  const { bindings } = compose(step.kernel.files, step.kernel.slots);
  const reads: Tensor[] = [];
  const writes: Tensor[] = [];
  for (const [name, t] of Object.entries(step.tensors)) {
    const binding = bindings.get(name);
    (binding?.isWritten ? writes : reads).push(t);
    if (binding?.dtype && binding.dtype !== t.dtype)
      fail({ code: "shape-mismatch", op: nameOf(step), tensor: t.label, expected: binding.dtype, got: t.dtype });
  }
  return { reads, writes };
}

function bytesByLifetime(graph: Graph, slotBytes: readonly number[]): Record<Lifetime, number> {
  const bytes = { weights: 0, session: 0, activations: 0, gradients: 0, optimizer: 0 };
  for (const n of slotBytes) bytes.activations += n;
  const counted = new Set<GPUBuffer>(); // residents may be parts of one flat buffer
  for (const { source } of graph.tensors) {
    if (!source || !("resident" in source) || counted.has(source.resident.buffer)) continue;
    counted.add(source.resident.buffer);
    bytes[source.resident.lifetime] += source.resident.buffer.size;
  }
  return bytes;
}

const nameOf = (step: Step): string => (step.kind === "dispatch" ? step.kernel.entry : step.kind);
