// What an ONNX file says of its graph: what goes in and out, and where its weights lie. Field numbers are those of onnx.proto
// (ONNX 1.19, ModelProto, GraphProto, ValueInfoProto, TensorProto). The operators are the engine's matter.
import type { ByteSource } from "../../engine/format/bytes.ts";
import { Proto, type Field } from "./proto.ts";

/** TensorProto.DataType of 16-bit floats. */
export const FLOAT16 = 10;

export interface GraphValue {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly (number | null)[]; // null: known when it runs
}
export interface GraphWeight {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly number[];
  readonly outside: { readonly file: string; readonly end: number } | null; // beside the graph; its bytes end there
}
export interface OnnxGraph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly weights: readonly GraphWeight[];
}

/** Throws bad-file. */
export async function readGraph(file: ByteSource): Promise<OnnxGraph> {
  const proto = new Proto(file);
  const graph = { inputs: [] as GraphValue[], outputs: [] as GraphValue[], weights: [] as GraphWeight[] };
  let isThere = false;
  for await (const field of proto.fields()) {
    if (field.number !== 7) continue;
    isThere = true;
    for await (const part of proto.fields(field.start, field.end)) {
      if (part.number === 5) graph.weights.push(await readWeight(proto, part));
      else if (part.number === 11) graph.inputs.push(await readValue(proto, part));
      else if (part.number === 12) graph.outputs.push(await readValue(proto, part));
    }
  }
  return isThere ? graph : proto.bad("it has no graph");
}

async function readValue(proto: Proto, { start, end }: Field): Promise<GraphValue> {
  let name = "";
  let elementType = 0;
  const shape: (number | null)[] = [];
  for await (const field of proto.fields(start, end)) {
    if (field.number === 1) name = await proto.string(field);
    if (field.number !== 2) continue;
    for await (const tensor of within(proto, field, 1)) {
      if (tensor.number === 1) elementType = tensor.value;
      if (tensor.number !== 2) continue;
      for await (const dimension of within(proto, tensor, 1, true)) shape.push(await sizeOf(proto, dimension));
    }
  }
  return { name, elementType, shape };
}

/** The fields of the sub-messages with one number; with `isWhole` these messages themselves. */
async function* within(proto: Proto, { start, end }: Field, number: number, isWhole = false): AsyncGenerator<Field> {
  for await (const field of proto.fields(start, end)) {
    if (field.number !== number) continue;
    if (isWhole) yield field;
    else yield* proto.fields(field.start, field.end);
  }
}

async function sizeOf(proto: Proto, { start, end }: Field): Promise<number | null> {
  for await (const field of proto.fields(start, end)) if (field.number === 1) return field.value;
  return null;
}

async function readWeight(proto: Proto, { start, end }: Field): Promise<GraphWeight> {
  const entries = new Map<string, string>();
  const shape: number[] = [];
  let name = "";
  let elementType = 0;
  for await (const field of proto.fields(start, end)) {
    if (field.number === 1) shape.push(...(await proto.integers(field)));
    else if (field.number === 2) elementType = field.value;
    else if (field.number === 8) name = await proto.string(field);
    else if (field.number === 13) entries.set(...(await readEntry(proto, field)));
  }
  const file = entries.get("location");
  const last = Number(entries.get("offset") ?? 0) + Number(entries.get("length") ?? 0);
  if (file !== undefined && !(last >= 0)) proto.bad(`the place of ${name} in ${file} is not a number`);
  return { name, elementType, shape, outside: file === undefined ? null : { file, end: last } };
}

async function readEntry(proto: Proto, { start, end }: Field): Promise<[string, string]> {
  let [key, value] = ["", ""];
  for await (const field of proto.fields(start, end)) {
    if (field.number === 1) key = await proto.string(field);
    else if (field.number === 2) value = await proto.string(field);
  }
  return [key, value];
}
