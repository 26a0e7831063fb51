// A decoder as wide as SmolLM2-135M, in blocks of 4 bits, with random weights: reading a prompt, answering greedily, and the most memory
// either takes. Loam's session, and ONNX Runtime over the same weights with its cache and its tokens kept on the GPU. Both must give the
// same tokens before anything is timed. 4 layers and 8,192 words, as two cores compute 1 GFLOP/s.
import { greedy } from "../../../worker/contract/inference.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { measureTuning } from "../../../worker/engine/tuning.ts";
import type { DecoderConfig } from "../../../worker/engine/model/config.ts";
import { generateTokens } from "../../../worker/inference/generate.ts";
import { Session } from "../../../worker/inference/session.ts";
import { contest, mustEqual, rowOf, type Contestant, type Row } from "../contest.ts";
import { watchBuffers, type BufferWatch } from "../memory.ts";
import { matmulModel } from "../onnx.ts";
import { openSession, putOrt, type Ort, type OrtTensors, type Stage } from "../peers.ts";
import { decoderGraph, putQ4, smallDecoder } from "../random-q4.ts";

const config = smallDecoder(4, 8192);
const S = 512; // rows of the caches
const prompt = Array.from({ length: 128 }, (_, t) => (7 * t * t + 13 * t + 5) % config.V);
const NEW = 16; // tokens of an answer

interface Decoder {
  readonly name: string;
  readonly memory: BufferWatch;
  read(): Promise<unknown>; // the prompt, from its beginning, to its first token
  answer(): Promise<number[]>; // NEW tokens, the prompt but for its last token being in the cache
}

async function loam(device: GPUDevice): Promise<Decoder> {
  const memory = watchBuffers(device);
  const runtime = new Runtime(device);
  runtime.tuning = await measureTuning(runtime);
  const session = await Session.open(runtime, config, await putQ4(runtime, config), S);
  const generate = (promptIds: readonly number[], maxTokens: number) =>
    generateTokens(session, { promptIds, maxTokens, sampling: greedy, endTokens: new Set() });
  let turn = 0;
  const fresh = () => [(turn += 1), ...prompt.slice(1)]; // else the cache would have it
  return {
    name: "Loam",
    memory,
    read: () => generate(fresh(), 1),
    answer: async () => [...(await generate(prompt, NEW)).ids],
  };
}

async function onnxRuntime(ort: Ort, { L, K, D }: DecoderConfig): Promise<Decoder> {
  await openSession(ort, matmulModel(1, 1, 1)); // opens its device, which would close with its last session
  const device = await ort.env.webgpu.device;
  const memory = watchBuffers(device);
  const session = await openSession(ort, decoderGraph(config, S));
  const [ins, outs]: [OrtTensors, OrtTensors] = [{}, {}];
  for (let i = 0; i < L; i++)
    for (const name of [`k${i}`, `v${i}`])
      ins[name] = outs[`n${name}`] = await putOrt(ort, "float32", new Float32Array(K * S * D), [1, K, S, D]);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const idsIn = (buffer: GPUBuffer, T: number) => ort.Tensor.fromGpuBuffer(buffer, { dataType: "int64", dims: [1, T] });
  const put = (ids: readonly number[]) => {
    const buffer = device.createBuffer({ size: 8 * Math.max(2, ids.length), usage });
    device.queue.writeBuffer(buffer, 0, BigInt64Array.from(ids, BigInt));
    return buffer;
  };
  const one = (value: number) => new ort.Tensor("int32", Int32Array.of(value), [1]);
  /** ids (1, T) that end at row `end` → next */
  const step = (ids: GPUBuffer, T: number, end: number, next: GPUBuffer) =>
    session.run({ ...ins, ids: idsIn(ids, T), seen: one(end - 1), total: one(end) }, { ...outs, next: idsIn(next, 1) });
  const [all, last] = [put(prompt), put(prompt.slice(-1))];
  const answers = Array.from({ length: NEW }, () => put([0]));
  const staging = device.createBuffer({ size: 8 * NEW, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const tokens = async (count: number): Promise<number[]> => {
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < count; i++) encoder.copyBufferToBuffer(answers[i], 0, staging, 8 * i, 8);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const ids = Array.from(new BigInt64Array(staging.getMappedRange()).slice(0, count), Number);
    staging.unmap();
    return ids;
  };
  return {
    name: "ORT",
    memory,
    read: async () => {
      await step(all, prompt.length, prompt.length, answers[0]);
      return tokens(1);
    },
    answer: async () => {
      for (let i = 0; i < NEW; i++) await step(answers[i - 1] ?? last, 1, prompt.length + i, answers[i]);
      return tokens(NEW);
    },
  };
}

export async function decode(stage: Stage): Promise<Row[]> {
  const isSwiftShader = /swiftshader/i.test(stage.adapter);
  const all = [await loam(stage.device), await onnxRuntime(await stage.ort(), config)];
  const asContestants = (run: (decoder: Decoder) => Promise<unknown>): Contestant[] =>
    all.map((decoder) => ({ name: decoder.name, run: () => run(decoder) }));
  for (const decoder of all) await decoder.read();
  const expected = await all[1].answer();
  mustEqual("Loam", await all[0].answer(), expected);
  const perSecond = (tokens: number) => (seconds: number) => `${(tokens / seconds).toPrecision(3)} tokens/s`;
  const answering = asContestants((decoder) => decoder.answer());
  const reading = asContestants((decoder) => decoder.read());
  const answered = await contest(answering, 5);
  const read = await contest(reading, 3);
  const [ours, theirs] = all.map(({ memory }) => memory.peakBytes);
  return [
    rowOf(`answer, ${NEW} tokens after ${prompt.length}`, answering, answered, perSecond(NEW), { ratio: 1.5 }),
    rowOf(`read ${prompt.length} tokens`, reading, read, perSecond(prompt.length), { ratio: isSwiftShader ? 1 : 1.3 }),
    {
      ...{ what: "peak GPU bytes", peer: "ORT", ratio: theirs / ours, goal: { ratio: 1.43 }, isExact: true },
      figures: [megabytes(ours), megabytes(theirs)],
    },
  ];
}
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
