// The bytes of a model's files in memory, as engines of others want them, with progress over all of them.
import type { LoadProgress } from "../contract/inference.ts";
import type { ByteSource } from "../engine/format/bytes.ts";

const PIECE_BYTES = 16 * 2 ** 20;

export class Reading {
  #done = 0;

  /** `total`: bytes of all the files that will be read. */
  constructor(
    readonly total: number,
    readonly onProgress: (progress: LoadProgress) => void,
  ) {}

  async bytes(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(source.size);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = await source.read(at, Math.min(PIECE_BYTES, bytes.length - at));
      bytes.set(piece, at);
      this.onProgress({ type: "bytes-read", done: (this.#done += piece.length), total: this.total });
    }
    return bytes;
  }
}
