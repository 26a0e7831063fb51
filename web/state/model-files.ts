// What the user picked as a model: which files count, what is missing, what to call it. A GGUF file is a model by itself. Pure.

type Picked = Pick<File, "name" | "size"> & { readonly webkitRelativePath?: string };

export interface ModelFiles<F> {
  readonly files: readonly F[]; // only those a model is made of
  readonly missing: readonly string[]; // in words
  readonly name: string; // the folder's, or ""
  readonly sizeBytes: number;
}

const wanted = /\.(json|jinja|safetensors|md|txt|model)$/i;
const gguf = /(-\d{5}-of-\d{5})?\.gguf$/i; // in one file or in several

/** Sorts out a picked folder or set of files; files in folders below the first are left out. */
export function modelFilesOf<F extends Picked>(picked: readonly F[]): ModelFiles<F> {
  const near = picked.filter(({ webkitRelativePath = "" }) => webkitRelativePath.split("/").length <= 2);
  const folded = near.filter(({ name }) => gguf.test(name));
  const isFolded = folded.length > 0 && !near.some(({ name }) => name.toLowerCase() === "config.json");
  if (isFolded)
    return { files: folded, missing: [], name: folded[0]!.name.replace(gguf, ""), sizeBytes: bytesOf(folded) };
  const files = near.filter(({ name }) => wanted.test(name));
  const names = files.map(({ name }) => name.toLowerCase());
  const missing = ["config.json", "tokenizer.json"].filter((name) => !names.includes(name));
  if (!names.some((name) => name.endsWith(".safetensors"))) missing.push(".safetensors");
  const folder = picked[0]?.webkitRelativePath?.split("/", 1)[0] ?? "";
  return { files, missing, name: folder, sizeBytes: bytesOf(files) };
}

const bytesOf = (files: readonly Picked[]): number => files.reduce((sum, { size }) => sum + size, 0);
