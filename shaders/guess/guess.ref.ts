// The specification of `guess`, with the context as one plain list.

export interface Guessed {
  readonly said: readonly number[]; // tokens
  readonly guesses: readonly number[]; // tokens, rows − 1 at most
}

/** `choices` of the pass over the last token of `context` and its `guesses`. The ring keeps the latest `ringSize` after the prompt. */
export function guessReference(
  context: readonly number[],
  promptLength: number,
  guesses: readonly number[],
  choices: readonly number[],
  rows: number,
  ringSize: number,
): Guessed {
  let right = 0;
  while (right < guesses.length && guesses[right] === choices[right]) right++;
  const said = choices.slice(0, right + 1);
  const all = [...context, ...said];
  const n = all.length;
  const held = (i: number) => i < promptLength || n - i <= ringSize;
  let [most, place] = [0, -1];
  for (let i = 0; i < n - 1; i++) {
    let count = 0;
    while (count < 3 && count <= i && held(i - count) && all[i - count] === all[n - 1 - count]) count++;
    if (count > 0 && count >= most) [most, place] = [count, i];
  }
  const after = most === 0 ? [] : all.slice(place + 1, place + rows);
  const gone = after.findIndex((_, j) => !held(place + 1 + j));
  return { said, guesses: gone < 0 ? after : after.slice(0, gone) };
}

/** The place of the largest, the lowest of equals. */
export const chooseReference = (logits: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
};
