// Writes ONNX models: a graph of nodes with its constants inside. Protocol buffers by hand, as onnx.proto3 numbers the fields.

type Bytes = Uint8Array;
const encoder = new TextEncoder();

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];

function joined(parts: readonly (Bytes | readonly number[])[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
const message = (field: number, ...parts: readonly (Bytes | readonly number[])[]): Bytes => {
  const body = joined(parts);
  return joined([varint(field * 8 + 2), varint(body.length), body]);
};
const text = (field: number, value: string): Bytes => message(field, encoder.encode(value));
const int = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const float = (field: number, value: number): Bytes =>
  joined([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** TensorProto.DataType */
export const TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;
export type OnnxType = keyof typeof TYPES;
/** A size that differs from run to run has a name. */
type Size = number | string;
/** Whole numbers from 0 up, or what `real` marks. */
export type Attributes = Readonly<Record<string, number | { readonly real: number }>>;
export const real = (value: number) => ({ real: value });

function attribute(name: string, value: Attributes[string]): Bytes {
  if (typeof value === "number") return message(5, text(1, name), int(3, value), int(20, 2));
  return message(5, text(1, name), float(2, value.real), int(20, 1));
}

export class OnnxGraph {
  readonly #parts: Bytes[] = [];

  input = (name: string, type: OnnxType, shape: readonly Size[]) => this.#value(11, name, type, shape);
  output = (name: string, type: OnnxType, shape: readonly Size[]) => this.#value(12, name, type, shape);

  #value(field: number, name: string, type: OnnxType, shape: readonly Size[]): string {
    const dims = shape.map((size) => message(1, typeof size === "number" ? int(1, size) : text(2, size)));
    this.#parts.push(message(field, text(1, name), message(2, message(1, int(1, TYPES[type]), message(2, ...dims)))));
    return name;
  }

  constant(name: string, type: OnnxType, shape: readonly number[], values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dims = joined(shape.map((size) => int(1, size)));
    this.#parts.push(message(5, dims, int(2, TYPES[type]), text(8, name), message(9, bytes)));
    return name;
  }

  /** An operator; one that ONNX itself lacks is ORT's. → its first output. */
  node(op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}): string {
    const names = [...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name))];
    const own = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    const domain = ORT_OPS.has(op) ? [text(7, "com.microsoft")] : [];
    this.#parts.push(message(1, ...names, text(3, outputs[0]), text(4, op), ...own, ...domain));
    return outputs[0];
  }

  /** ModelProto, of operator set 21. */
  model(): Bytes {
    const sets = [message(8, int(2, 21)), message(8, text(1, "com.microsoft"), int(2, 1))];
    return joined([int(1, 10), message(7, text(2, "graph"), ...this.#parts), ...sets]);
  }
}
const ORT_OPS = new Set([
  "GatherBlockQuantized",
  "GroupQueryAttention",
  "MatMulNBits",
  "MultiHeadAttention",
  "SkipLayerNormalization",
  "SkipSimplifiedLayerNormalization",
]);

/** y = a b, for a (M, K) and b (K, N). */
export function matmulModel(M: number, N: number, K: number): Uint8Array {
  const graph = new OnnxGraph();
  graph.node("MatMul", [graph.input("a", "float32", [M, K]), graph.input("b", "float32", [K, N])], ["y"]);
  graph.output("y", "float32", [M, N]);
  return graph.model();
}
