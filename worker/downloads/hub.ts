// What a hub offers: models by name, and the files of one at a commit. Speaks the Hugging Face hub's API, to any base URL that
// serves it. Downloads nothing.
import type { HubFile, HubModel, HubRepo, HubVariant } from "../contract/downloads.ts";
import { AppError, fail } from "../contract/errors.ts";
import { reach, refuse, type Fetch } from "./transfer.ts";

const MOST_CONFIG_BYTES = 4 * 2 ** 20;

/** `owner/name` of what a person pastes: an id, or the address of a model's page. Throws invalid-argument. */
export function repoOf(text: string, hub: string): string {
  const id = text
    .trim()
    .replace(hub, "")
    .replace(/^https?:\/\/(www\.)?(huggingface\.co|hf\.co)/, "")
    .replace(/^\/+/, "")
    .replace(/[?#].*$/, "");
  const [owner, name] = id.split("/");
  const isName = (part: string | undefined) => part !== undefined && /^[\w.-]{1,96}$/.test(part) && !/^\.+$/.test(part);
  if (!isName(owner) || !isName(name))
    fail({ code: "invalid-argument", name: "repo", reason: `“${text}” is not of the form owner/name` });
  return `${owner}/${name}`;
}

/** The address of a file's bytes. */
export function addressOf(hub: string, repo: string, revision: string, path: string): string {
  return `${hub}/${repo}/resolve/${encodeURIComponent(revision)}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

export class Hub {
  /** `base`: its URL without a slash at the end. */
  constructor(
    readonly base: string,
    readonly fetch: Fetch,
  ) {}

  async search(query: string, limit: number): Promise<HubModel[]> {
    const { listModels } = await import("@huggingface/hub");
    return this.#asked(async (options) => {
      const found: HubModel[] = [];
      for await (const model of listModels({ ...options, search: { query }, sort: "downloads", limit }))
        found.push({
          repo: model.name,
          downloadCount: model.downloads,
          likeCount: model.likes,
          updatedAt: model.updatedAt.getTime(),
          isGated: model.gated !== false,
        });
      return found;
    });
  }

  async describe(repo: string, revision = "main"): Promise<HubRepo> {
    const { listFiles, modelInfo } = await import("@huggingface/hub");
    const { info, files } = await this.#asked(async (options) => {
      const info = await modelInfo({ ...options, name: repo, revision, additionalFields: ["sha", "cardData"] });
      const files: HubFile[] = [];
      for await (const entry of listFiles({ ...options, repo, revision: info.sha, recursive: true }))
        if (entry.type === "file")
          files.push({
            path: entry.path,
            sizeBytes: entry.lfs?.size ?? entry.size,
            sha256: entry.lfs?.oid ?? null,
            gitHash: entry.lfs ? null : (entry.oid ?? null),
          });
      return { info, files };
    });
    const card = (info.cardData ?? {}) as { license?: string | string[]; language?: string | string[] };
    const config = files.find(({ path }) => path === "config.json");
    return {
      hub: this.base,
      repo,
      commit: info.sha,
      licence: [card.license ?? []].flat().join(", "),
      languages: [card.language ?? []].flat(),
      config: config ? await this.#config(repo, info.sha, config) : null,
      variants: variantsOf(files),
    };
  }

  async #config(repo: string, commit: string, { path, sizeBytes }: HubFile): Promise<unknown> {
    const url = addressOf(this.base, repo, commit, path);
    if (sizeBytes > MOST_CONFIG_BYTES)
      fail({ code: "bad-file", file: path, format: "JSON", reason: "it is too large" });
    const response = await networked(url, () => reach(url, this.fetch, {}));
    if (!response.ok) refuse(url, response.status);
    return response
      .json()
      .catch(() => fail({ code: "bad-file", file: path, format: "JSON", reason: "it is not JSON" }));
  }

  /** Runs one question of the library's; what it throws becomes the failure it stands for. */
  #asked<T>(ask: (options: { hubUrl: string; fetch: Fetch }) => Promise<T>): Promise<T> {
    return networked(this.base, async () => {
      const { HubApiError } = await import("@huggingface/hub");
      try {
        return await ask({ hubUrl: this.base, fetch: (url, init) => reach(String(url), this.fetch, init ?? {}) });
      } catch (cause) {
        if (cause instanceof HubApiError) refuse(cause.url, cause.statusCode);
        throw cause;
      }
    });
  }
}

/** A question that is asked once: a cut is a failure. */
async function networked<T>(url: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    fail({ code: "network", url, reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

const beside =
  /^((config|tokenizer|tokenizer_config|generation_config|special_tokens_map|modules|sentence_bert_config|config_sentence_transformers|vocab|added_tokens|genai_config)\.json|merges\.txt|vocab\.txt|chat_template\.jinja|README\.md|1_Pooling\/config\.json)$/;

/** The models a repository holds: its safetensors with what stands beside them, and each GGUF file by itself. */
export function variantsOf(files: readonly HubFile[]): HubVariant[] {
  const weights = files.filter(({ path }) => /^(model|pytorch_model)[^/]*\.safetensors(\.index\.json)?$/.test(path));
  const others = files.filter(({ path }) => beside.test(path));
  const ggufs = files.filter(({ path }) => /^[^/]+\.gguf$/.test(path) && !/-\d{5}-of-\d{5}\.gguf$/.test(path));
  const card = others.filter(({ path }) => path === "README.md");
  const sets: Omit<HubVariant, "sizeBytes">[] = [
    ...(weights.length > 0 ? [{ label: "safetensors", files: [...others, ...weights] }] : []),
    ...ggufs.map((file) => ({ label: file.path, files: [...card, file] })),
    ...onnxSets(files, others),
    ...mlcSets(files, others),
  ];
  return sets.map((set) => ({ ...set, sizeBytes: set.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }));
}

/** Each ONNX file that is a whole model, in the top folder or in onnx/, with the files that hold its weights. */
function onnxSets(files: readonly HubFile[], others: readonly HubFile[]): Omit<HubVariant, "sizeBytes">[] {
  const models = files.filter(({ path }) => /^(onnx\/)?(model|decoder_model_merged)[^/]*\.onnx$/.test(path));
  return models.map((model) => {
    const outside = files.filter(({ path }) => path.startsWith(`${model.path}_data`) || path === `${model.path}.data`);
    return { label: model.path, engine: "transformers", files: [...others, model, ...outside] };
  });
}

/** What MLC compiled: a model library beside the shards comes along. */
function mlcSets(files: readonly HubFile[], others: readonly HubFile[]): Omit<HubVariant, "sizeBytes">[] {
  const parts =
    /^(mlc-chat-config\.json|(tensor|ndarray)-cache\.json|params_shard_\d+\.bin|tokenizer\.model|[^/]+\.wasm)$/;
  if (!files.some(({ path }) => path === "mlc-chat-config.json")) return [];
  return [{ label: "MLC", engine: "webllm", files: [...others, ...files.filter(({ path }) => parts.test(path))] }];
}

/** What a variant is called once it is here, after its repository. */
export function nameOf(repo: string, { label, engine }: HubVariant): string {
  const name = repo.split("/").at(-1)!;
  if (engine === "transformers") {
    const form = label.replace(/^.*\/|\.onnx$/g, "").replace(/^(decoder_)?model(_merged)?_?/, "");
    return [name.replace(/-onnx$/i, ""), "onnx", form].filter(Boolean).join("-").replace(/_/g, "-");
  }
  return label.endsWith(".gguf") ? label.replace(/\.gguf$/, "") : name;
}
