import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { embedding, orderOf } from "./embed.ts";

/** T tokens, a tenth of them the same one, as text has it. */
const tokens = (T: number, V: number) => Array.from({ length: T }, (_, t) => (t % 10 === 0 ? 5 : (t * t * 31) % V));

function gather(T: number, V: number, C: number): BenchCase {
  return {
    name: `T=${T} V=${V} C=${C}`,
    shapes: { table: [V, C], ids: [T] },
    integers: { ids: tokens(T, V) },
    flop: 0,
    bytes: 8 * T * C,
    build: (_, { table, ids }) => void embedding.forward({ table, ids }, {}),
  };
}
function scatter(T: number, V: number, C: number): BenchCase {
  const ids = tokens(T, V);
  return {
    name: `gradient, added in place T=${T} V=${V} C=${C}`,
    shapes: { table: [V, C], ids: [T], order: [T], dy: [T, C], dtable: [V, C] },
    integers: { ids, order: [...orderOf(ids)] },
    flop: T * C,
    bytes: 4 * C * (T + 2 * new Set(ids).size),
    build: (_, { table, ids, order, dy, dtable }) =>
      void embedding.backward(dy, { table, ids, order }, {}).table(dtable),
  };
}

opBench("embed", [gather(1, 4096, 256), gather(2048, 4096, 256), scatter(2048, 4096, 256)]);
