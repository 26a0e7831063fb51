import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import golden from "../../test/golden/bpe_merges.json" with { type: "json" };
import { BYTES } from "./merge-table.ts";
import { preTokenize, trainBpe } from "./train-bpe.ts";

const trained = trainBpe(golden.texts, golden.options);

describe("trainBpe", () => {
  it("makes the tokenizer.json that the tokenizers library makes of the same corpus", () => {
    expect(trained.model.merges).toEqual(golden.tokenizer.model.merges);
    expect(trained).toEqual(golden.tokenizer);
  });

  it("is read by @huggingface/tokenizers, which encodes to the golden tokens and decodes to the text", () => {
    const tokenizer = new Tokenizer(trained, {});
    golden.ids.forEach((ids, i) => {
      expect(tokenizer.encode(golden.texts[i]!).ids).toEqual(ids);
      expect(tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false })).toBe(
        golden.texts[i],
      );
    });
  });

  it("merges the pair with the smaller tokens first when two are equally frequent", () => {
    const { merges } = trainBpe(["cd ab"], { vocabularySize: 1000, specialTokens: [] }).model;
    expect(merges).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["Ġ", "ab"],
    ]);
  });

  it("stops at the wanted size, and at pairs rarer than minFrequency", () => {
    const options = { specialTokens: ["<|end|>"], addedTokens: ["[1]"] };
    const small = trainBpe(golden.texts, { ...options, vocabularySize: 300 });
    expect(Object.keys(small.model.vocab).length + 1).toBe(300);
    expect(trainBpe(["ab ab cd"], { ...options, vocabularySize: 300, minFrequency: 2 }).model.merges).toEqual([
      ["a", "b"],
    ]);
  });

  it("never merges across an added token", () => {
    const { merges } = trainBpe(["x[1] x[1] x[1]"], {
      vocabularySize: 1000,
      specialTokens: [],
      addedTokens: ["[1]"],
    }).model;
    expect(merges).toEqual([["Ġ", "x"]]);
  });
});

describe("preTokenize", () => {
  it("sets digits apart and keeps a space with the word after it", () => {
    expect(preTokenize("in 2024 it's")).toEqual(["in", "Ġ", "2", "0", "2", "4", "Ġit", "'s"]);
  });

  it("has a distinct printable character for each byte", () => {
    expect(new Set(BYTES).size).toBe(256);
  });
});
