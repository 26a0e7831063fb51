// Rows of a few templates, alike but not near, among which every hundredth is a near duplicate of an earlier one. Each is
// the same at each call.
import type { Message } from "../../worker/contract/index.ts";

// Of one, two, three and all slots: two rows of a template have about 0.85, 0.7, 0.6 and none of their 3-grams in common.
const templates = [
  "Inspection {a}: the technician checked the pump and the valve before noon and found both sound. State the priority and the next step.",
  "Order {a} arrived late with a broken lid and no invoice, the courier left it at gate {b} without a word. Write a short and friendly reply.",
  "Shift log {a}: the operator opened the bypass, drained {b} litres and closed it by hand at {c}. Say in one sentence what the next shift must know.",
  "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p}",
];
const answer = "It was done as the handbook says and signed by both sides";

/** 0 ≤ n < 2³¹ - 1, the same each time. */
const next = (state: number): number => (state * 48_271) % 2_147_483_647;

/** `nearTo` is the number of the row that this one is a near duplicate of. */
export function* plantedRows(count: number): Generator<{ row: Message[]; nearTo?: number }> {
  for (let i = 0; i < count; i++) {
    const nearTo = i % 100 === 99 ? next(i + 1) % i : undefined;
    const base = nearTo === undefined ? i : nearTo - (nearTo % 100 === 99 ? 1 : 0); // never of a planted one
    yield { row: rowOf(base, nearTo !== undefined), ...(nearTo === undefined ? {} : { nearTo: base }) };
  }
}

function rowOf(i: number, isChanged: boolean): Message[] {
  let state = next(i + 7);
  const word = () => ((state = next(state)), `w${state.toString(36)}`);
  return [
    { role: "user", content: templates[i % templates.length]!.replace(/\{\w\}/g, word) },
    { role: "assistant", content: `${answer}${isChanged ? " indeed" : ""}.` },
  ];
}
