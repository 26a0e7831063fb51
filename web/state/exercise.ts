// The exercise that came with the app, as rows: three files, one for each split.
import type { Message, RowDraft, Split } from "../../worker/contract/index.ts";

/** Reads a text file that came with the app. */
export type ReadText = (path: string) => Promise<string>;

const splits: readonly Split[] = ["train", "valid", "test"];

/** The exercise's rows, those to train on first. */
export async function exerciseDrafts(read: ReadText): Promise<RowDraft[]> {
  const texts = await Promise.all(splits.map((split) => read(`exercise/${split}.jsonl`)));
  return texts.flatMap((text, index) => {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line): RowDraft => {
      const { messages } = JSON.parse(line) as { messages: readonly Message[] };
      return { messages, split: splits[index]!, origin: { kind: "example" } };
    });
  });
}
