// The shared WGSL, as files that an op joins to its own.
import type { DType, Tensor, WgslFile } from "../../worker/engine/op.ts";
import columnsWgsl from "./columns.wgsl?raw";
import gridWgsl from "./grid.wgsl?raw";
import reduceWgsl from "./reduce.wgsl?raw";
import floatWgsl from "./weights-float.wgsl?raw";
import q4Wgsl from "./weights-q4.wgsl?raw";
import q8Wgsl from "./weights-q8.wgsl?raw";

export const columnsFile: WgslFile = { path: "shaders/lib/columns.wgsl", text: columnsWgsl };
export const gridFile: WgslFile = { path: "shaders/lib/grid.wgsl", text: gridWgsl };
export const reduceFile: WgslFile = { path: "shaders/lib/reduce.wgsl", text: reduceWgsl };
/** A matrix whose rows are blocks of 32, as it is stored: the same functions whatever that is. */
export function weightsFile(dtype: DType): WgslFile {
  if (dtype === "q8") return { path: "shaders/lib/weights-q8.wgsl", text: q8Wgsl };
  if (dtype === "q4") return { path: "shaders/lib/weights-q4.wgsl", text: q4Wgsl };
  return { path: "shaders/lib/weights-float.wgsl", text: floatWgsl };
}

/** Workgroups for `count` invocations, folded into two axes: no axis may pass 65,535. See grid.wgsl. */
export function gridOf(count: number, workgroupSize: number): [number, number] {
  const groups = Math.max(1, Math.ceil(count / workgroupSize));
  const x = Math.min(groups, 65_535);
  return [x, Math.ceil(groups / x)];
}
/**
 * Storage-type slots, each with the tensor it is for: bound to `half` where that one is f16. Where none is, the kernel is the
 * file's own, letter for letter.
 */
export function halves(tensors: Readonly<Record<string, Tensor>>, half = "f16"): Readonly<Record<string, string>> {
  const slots = Object.entries(tensors).filter(([, { dtype }]) => dtype === "f16");
  return Object.fromEntries(slots.map(([slot]) => [slot, half]));
}
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
