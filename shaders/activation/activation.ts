// The family's ops, each in a file of its own.
export { gelu, geluTanh } from "./gelu.ts";
export { swiglu } from "./swiglu.ts";
