// Quantised blocks as the reference dequantiser of the `gguf` package reads them (test/golden/gguf_blocks.py).
import { expect, it } from "vitest";
import { BLOCK_TYPES, blockKinds, readBlocks } from "../../worker/engine/format/blocks.ts";
import { closeness } from "../harness/close.ts";
import golden from "../golden/gguf_blocks.json" with { type: "json" };

it.each(BLOCK_TYPES)("%s is read as the reference reads it", (type) => {
  const bytes = Uint8Array.from(Buffer.from(golden[type].blocks, "hex"));
  expect(bytes.length % blockKinds[type].bytes).toBe(0);
  expect(closeness(readBlocks(type, bytes), golden[type].values, 1e-6)).toPass(); // f32, and seven digits in the file
});
