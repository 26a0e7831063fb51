// What the user picked as a model: which files count, what is missing, what to call it. A GGUF file is a model by itself. Pure.

type Picked = Pick<File, "name" | "size"> & { readonly webkitRelativePath?: string };

export interface ModelFiles<F> {
  readonly files: readonly { readonly name: string; readonly bytes: F }[]; // only those a model is made of, by their path in its folder
  readonly missing: readonly string[]; // in words
  readonly name: string; // the folder's, or ""
  readonly sizeBytes: number;
}

const wanted = /^[^/]+\.(json|jinja|safetensors|md|txt|model)$/i;
const onnx = /^(onnx\/)?[^/]+\.onnx([._]data(_\d+)?)?$/i; // with the files of its weights
const mlc = /^(params_shard_\d+\.bin|[^/]+\.wasm)$/i;
const gguf = /(-\d{5}-of-\d{5})?\.gguf$/i; // in one file or in several

/** Sorts out a picked folder or set of files; files in folders below the first are left out, but for ONNX files in onnx/. */
export function modelFilesOf<F extends Picked>(picked: readonly F[]): ModelFiles<F> {
  const all = picked.map((bytes) => ({ name: pathOf(bytes), bytes }));
  const folded = all.filter(({ name }) => !name.includes("/") && gguf.test(name));
  const names = all.map(({ name }) => name.toLowerCase());
  if (folded.length > 0 && !names.includes("config.json"))
    return { files: folded, missing: [], name: folded[0]!.name.replace(gguf, ""), sizeBytes: bytesOf(folded) };
  const isCompiled = names.includes("mlc-chat-config.json");
  const hasOnnx = !isCompiled && names.some((name) => name.endsWith(".onnx") && onnx.test(name));
  const isOurs = names.some((name) => wanted.test(name) && name.endsWith(".safetensors"));
  const more = isCompiled ? mlc : hasOnnx && !isOurs ? onnx : null;
  const files = all.filter(({ name }) => wanted.test(name) || more?.test(name));
  const needed = more ? ["tokenizer.json"] : ["config.json", "tokenizer.json"];
  const missing = needed.filter((name) => !names.includes(name));
  if (!more && !isOurs) missing.push(".safetensors");
  const folder = picked[0]?.webkitRelativePath?.split("/", 1)[0] ?? "";
  return { files, missing, name: folder, sizeBytes: bytesOf(files) };
}

/** A file's path within the folder that was picked; its name where single files were. */
const pathOf = ({ name, webkitRelativePath }: Picked): string => webkitRelativePath?.replace(/^[^/]*\//, "") || name;

const bytesOf = (files: readonly { readonly bytes: Picked }[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes.size, 0);
