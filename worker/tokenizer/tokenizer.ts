// Text to tokens and back, and chats to prompts, as a model's own files say. The work is done by @huggingface/tokenizers and
// @huggingface/jinja; this file knows their names and turns their failures into ours.
import { Template } from "@huggingface/jinja";
import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { detailOf, fail } from "../contract/errors.ts";
import type { Message } from "../contract/inference.ts";
import { readTables } from "./charsmap.ts";
import { exactly } from "./exact.ts";
import { FastBpe } from "./fast-bpe.ts";
import { tokenBytes, type TokenBytes } from "./token-bytes.ts";

export interface TokenizerFiles {
  readonly tokenizer: unknown; // tokenizer.json
  readonly config: unknown; // tokenizer_config.json, {} when the folder has none
}

export class Tokenizer {
  readonly #hf: HfTokenizer;
  /** Gives the library's ids sooner, where the tokenizer is of that kind. */
  readonly fast: FastBpe | null;
  readonly #around: { readonly begin: readonly number[]; readonly end: readonly number[] }; // what `encode` puts around a text
  readonly #bytes: TokenBytes;
  readonly #template: Template | null;
  readonly #special: Readonly<Record<string, string>>; // bos_token, eos_token, … as text, for templates

  /** Throws bad-file when the files are not what they should be. */
  constructor(files: TokenizerFiles, name = "tokenizer.json") {
    const config = (files.config ?? {}) as Record<string, unknown>;
    try {
      this.#hf = new HfTokenizer(exactly(files.tokenizer) as object, config);
      if (this.#hf.normalizer) readTables(this.#hf.normalizer);
      this.#around = this.#specialAround();
      this.#bytes = tokenBytes(files.tokenizer);
      const changes = config.remove_space || config.do_lowercase_and_remove_accent;
      this.fast = changes ? null : FastBpe.of(files.tokenizer, (word) => this.#ids(word, true));
      const template = config.chat_template;
      this.#template = typeof template === "string" ? new Template(template) : null;
    } catch (error) {
      fail({ code: "bad-file", file: name, format: "tokenizer", reason: messageOf(error) }, error);
    }
    this.#special = Object.fromEntries(
      Object.entries(config).flatMap(([key, value]) => {
        const text = typeof value === "string" ? value : (value as { content?: unknown } | null)?.content;
        return key.endsWith("_token") && typeof text === "string" ? [[key, text]] : [];
      }),
    );
  }

  /** Token ids of `text`, with the special tokens that the tokenizer adds by itself (bos, …) unless `isRaw`. */
  encode(text: string, { isRaw = false } = {}): number[] {
    if (!this.fast) return this.#ids(text, isRaw);
    if (isRaw) return this.fast.encode(text);
    const { begin, end } = this.#around;
    return [...begin, ...this.fast.encode(text), ...end];
  }

  /** `encode`, cut to at most `limit` tokens; the special tokens around the text stay. */
  encodeWithin(text: string, limit: number): number[] {
    const ids = this.encode(text);
    if (ids.length <= limit) return ids;
    const { end } = this.#around;
    return [...ids.slice(0, Math.max(0, limit - end.length)), ...end];
  }

  /** The special tokens that `encode` puts in front of a text. */
  get beginTokens(): readonly number[] {
    return this.#around.begin;
  }

  decode(ids: readonly number[]): string {
    if (ids.length === 0) return ""; // the library refuses to decode nothing
    return this.#hf.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }

  idOf(token: string): number | undefined {
    return this.#hf.token_to_id(token);
  }

  /** V: one more than the largest id, added tokens included. */
  get size(): number {
    let largest = -1;
    for (const id of this.#hf.get_vocab(true).values()) if (id > largest) largest = id;
    return largest + 1;
  }

  /** The token's text as the vocabulary writes it; "" for an id it does not have. */
  tokenOf(id: number): string {
    return this.#hf.id_to_token(id) ?? "";
  }

  /** The bytes that the token adds to a text; of a special one, its name's. */
  bytesOf(id: number): Uint8Array {
    return this.#bytes.of(this.tokenOf(id));
  }

  /** Whether `decode` leaves it out. */
  isSpecial(id: number): boolean {
    return this.#bytes.special.has(this.tokenOf(id));
  }

  /** The id of the end-of-sequence token that the configuration names, if it names one. */
  get endToken(): number | undefined {
    const { eos_token } = this.#special;
    return eos_token === undefined ? undefined : this.idOf(eos_token);
  }

  /**
   * A chat as the model was trained to read it, ready for its answer. A model without a template gets its turns as plain
   * lines. Throws bad-file when the template fails.
   */
  chatPrompt(messages: readonly Message[]): string {
    return this.#render(messages, true);
  }

  /** A finished chat as the model was trained to read it. Throws bad-file when the template fails. */
  chatText(messages: readonly Message[]): string {
    return this.#render(messages, false);
  }

  #ids(text: string, isRaw: boolean): number[] {
    return this.#hf.encode(text, { add_special_tokens: !isRaw }).ids;
  }

  #specialAround(): { begin: readonly number[]; end: readonly number[] } {
    const [whole, raw] = [this.#ids("a", false), this.#ids("a", true)];
    const at = whole.findIndex((_, i) => raw.every((id, j) => whole[i + j] === id));
    return { begin: whole.slice(0, Math.max(0, at)), end: whole.slice(Math.max(0, at) + raw.length) };
  }

  #render(messages: readonly Message[], isAnswerDue: boolean): string {
    if (!this.#template) return messages.map(({ content }) => `${content}\n`).join("");
    try {
      return this.#template.render({
        ...this.#special,
        messages: messages.map((m) => ({ ...m })),
        add_generation_prompt: isAnswerDue,
      });
    } catch (error) {
      return fail(
        { code: "bad-file", file: "tokenizer_config.json", format: "chat template", reason: messageOf(error) },
        error,
      );
    }
  }

  get hasTemplate(): boolean {
    return this.#template !== null;
  }
}

function messageOf(error: unknown): string {
  const detail = detailOf(error);
  return detail.code === "unexpected" ? detail.message : JSON.stringify(detail);
}
