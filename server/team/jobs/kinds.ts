// What jobs there are: what each is told, which files it needs, and whether a model comes out. A new kind is a line here and one in
// server/work/kinds.ts.
import * as v from "valibot";
import type { ScorerId } from "../../../worker/contract/evaluation.ts";
import { AppError } from "../../../worker/contract/errors.ts";
import { scorers } from "../../../worker/evaluation/scorers.ts";
import { fineTuneConfig } from "../../../worker/training/fine-tune-config.ts";
import { runConfig } from "../../../worker/training/run-config.ts";
import { sentence } from "../../sentence.ts";
import { refuse } from "../errors.ts";
import { whole } from "../shapes.ts";

export const kindNames = ["fine-tune", "pretrain", "embed", "evaluate"] as const;
export type Kind = (typeof kindNames)[number];

interface JobKind {
  /** The settings with their defaults. Throws what is wrong with them. */
  readonly config: (given: unknown) => Record<string, unknown>;
  readonly needs: string; // the role of the files without which there is nothing to do
  readonly mostFiles: number; // of that role
  readonly may: readonly string[]; // other roles, one file each
  readonly wearsAdapter: boolean; // `adapter` names one of the registry
  readonly makesAdapter: boolean;
}

const evaluation = v.strictObject({
  scorer: v.optional(v.picklist(Object.keys(scorers) as [ScorerId, ...ScorerId[]]), "exact-match"),
  pattern: v.optional(v.pipe(v.string(), v.maxLength(1000))),
  maxTokens: v.optional(whole(1, 100_000), 128),
});
const nothing = v.strictObject({});

const by =
  <S extends v.GenericSchema<unknown, Record<string, unknown>>>(schema: S) =>
  (given: unknown) => {
    const parsed = v.safeParse(schema, given);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    return wrong(`${v.getDotPath(issue) ?? "it"} ${issue.message}`);
  };

const none = { wearsAdapter: false, makesAdapter: false, may: [], mostFiles: 1 };

export const kinds: Readonly<Record<Kind, JobKind>> = {
  "fine-tune": {
    ...{ ...none, needs: "train", may: ["valid"], makesAdapter: true },
    config: (given) => fineTuneConfig(given, "the configuration"),
  },
  pretrain: {
    ...{ ...none, needs: "train", may: ["valid"] },
    config: (given) => {
      const data = { train: ["train"] }; // the worker names the job's own files
      const config = runConfig({ ...(given as object), data }, "the configuration");
      if (typeof config.tokenizer === "string") wrong("tokenizer: say how large a vocabulary is to be made");
      return config;
    },
  },
  embed: { ...none, needs: "documents", mostFiles: 1000, config: by(nothing) },
  evaluate: { ...none, needs: "test", wearsAdapter: true, config: by(evaluation) },
};

const wrong = (reason: string): never =>
  refuse({ status: 400, code: "invalid-argument", message: `"config" does not fit: ${reason}.` });

/** The configuration of a job of this kind, with its defaults. Refuses one that does not fit. */
export function configOf(kind: Kind, given: unknown): Record<string, unknown> {
  try {
    return kinds[kind].config(given);
  } catch (error) {
    return error instanceof AppError ? wrong(sentence(error.detail)) : rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw error;
}
