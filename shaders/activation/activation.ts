// The family's ops, each in a file of its own.
export { swiglu } from "./swiglu.ts";
