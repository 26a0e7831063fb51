import { opBench } from "../../test/harness/bench.ts";
import { pairMargin, preferenceLoss } from "./preference.ts";

/** A step's loss and its gradient: 8 pairs whose answers fill `R` rows. */
const step = (R: number) => {
  const P = 8;
  const half = R / P / 2;
  const ranges = Array.from({ length: P }, (_, p) => [2 * p, 2 * p + 1, 2 * p + 1, 2 * p + 2].map((n) => n * half));
  return {
    name: `P=${P} R=${R}`,
    shapes: { losses: [R], ranges: [P, 4], reference: [P], weights: [P], dy: [P] },
    integers: { ranges: ranges.flat() },
    flop: R + 2 * R * P,
    bytes: 8 * R,
    build(_: unknown, tensors: Parameters<typeof pairMargin.forward>[0]) {
      const { losses, ranges, reference, weights, dy } = tensors;
      const margin = pairMargin.forward({ losses, ranges, reference }, { beta: 0.1 });
      const loss = preferenceLoss.forward({ margins: margin.y, weights }, {});
      const dh = preferenceLoss.backward(dy, loss.saved, {}).margins();
      pairMargin.backward(dh, margin.saved, { beta: 0.1 }).losses();
    },
  };
};
opBench("preference", [step(512), step(4096)]);
