// What the metadata of a GGUF file says, by key and kind. A value of another kind is as bad as none.
import { fail } from "../../contract/errors.ts";
import type { Gguf, GgufValue } from "../../engine/format/gguf.ts";

export class Facts {
  readonly #metadata: ReadonlyMap<string, GgufValue>;

  constructor(
    gguf: Gguf,
    readonly file: string, // as shown in errors
  ) {
    this.#metadata = gguf.metadata;
  }

  number(key: string): number | undefined {
    const value = this.#metadata.get(key);
    return typeof value === "number" ? value : undefined;
  }
  text(key: string): string | undefined {
    const value = this.#metadata.get(key);
    return typeof value === "string" ? value : undefined;
  }
  flag(key: string): boolean | undefined {
    const value = this.#metadata.get(key);
    return typeof value === "boolean" ? value : undefined;
  }
  strings(key: string): readonly string[] | undefined {
    const value = this.#metadata.get(key);
    return Array.isArray(value) ? (value as readonly string[]) : undefined;
  }
  numbers(key: string): ArrayLike<number> | undefined {
    const value = this.#metadata.get(key);
    return ArrayBuffer.isView(value) ? value : undefined;
  }

  /** The value, or bad-file when the file does not say it. */
  need<T>(value: T | undefined, key: string): T {
    return value ?? this.bad(`its metadata has no ${key}, or not of the right kind`);
  }
  bad(reason: string): never {
    return fail({ code: "bad-file", file: this.file, format: "GGUF", reason });
  }
  unsupported(reason: string): never {
    return fail({ code: "model-unsupported", model: this.file, reason });
  }
}
