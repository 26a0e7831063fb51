// Twelve rows that a model learns in a few steps: eight to learn from, two to watch, two to prove.
import type { Message, Split } from "../../worker/contract/index.ts";

const words = [
  "amber",
  "birch",
  "cedar",
  "delta",
  "ember",
  "fjord",
  "grove",
  "heron",
  "inlet",
  "jetty",
  "knoll",
  "larch",
];

export const shortRows: readonly { readonly messages: readonly Message[]; readonly split: Split }[] = words.map(
  (word, i) => ({
    messages: [
      { role: "user", content: `Say ${word}.` },
      { role: "assistant", content: `${word}!` },
    ],
    split: i < 8 ? "train" : i < 10 ? "valid" : "test",
  }),
);
