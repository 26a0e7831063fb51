// What the server and the process that runs the models say to each other over IPC. Plain data; typed arrays cross as they are
// (serialization "advanced").
import type { AppErrorCode } from "../../worker/contract/errors.ts";
import type { FinishReason, Message, Sampling } from "../../worker/contract/inference.ts";

/** What is to be loaded. Models by name or path, as the command line takes them. */
export interface EngineSpec {
  readonly models: readonly string[];
  readonly adapters: readonly AdapterSpec[];
}
export interface AdapterSpec {
  readonly name: string; // "name", over the first model that chats, or "base:name"
  readonly folder: string;
}

/** A model as it can be asked for: "base", or "base:adapter". */
export interface ServedModel {
  readonly id: string;
  readonly kind: "chat" | "embedding";
}

/** What a text begins with: turns for the chat template, a raw text, or token ids as they are. */
export type Prompt =
  { readonly messages: readonly Message[] } | { readonly text: string } | { readonly ids: readonly number[] };

export interface GenerateJob {
  readonly type: "generate";
  readonly model: string;
  readonly prompt: Prompt;
  readonly maxTokens: number | null; // null: as many as fit; 0: the prompt is read only
  readonly sampling: Sampling;
  readonly stop: readonly string[]; // the answer ends before the first of these
  readonly echo: boolean; // the prompt's text comes before the answer's
  readonly logProbs: number | null; // wanted, of so many of the most probable tokens at each place too
}
export interface EmbedJob {
  readonly type: "embed";
  readonly model: string;
  readonly texts: readonly string[];
}
export type EngineJob = GenerateJob | EmbedJob;

/** A token as it stands in a text: bytes that may be a part of a character. */
export interface TokenText {
  readonly text: string;
  readonly bytes: Uint8Array;
}
export interface ProbableToken extends TokenText {
  readonly logProb: number;
}
/** A token of a prompt or an answer, and how probable it was. */
export interface ScoredToken extends TokenText {
  readonly offset: number; // code points before it in the text it is shown with
  readonly logProb: number | null; // null: nothing stands before it
  readonly top: readonly ProbableToken[]; // at its place, by falling probability
}

export interface Generated {
  readonly text: string; // without the prompt's
  readonly echoed: string; // the prompt's, where it was asked for
  readonly tokens: readonly ScoredToken[] | null; // of `echoed` and `text`; the end token too, but in a chat
  readonly finishReason: FinishReason;
  readonly promptTokens: number;
  readonly reusedTokens: number; // of them, read already for an earlier request
  readonly generatedTokens: number;
}
export interface Embedded {
  readonly vectors: Float32Array; // (texts, dimensions) row-major, unit vectors
  readonly dimensions: number;
  readonly tokens: number; // of all texts
}

/** Hears what was added to an answer, and the tokens that begin in it where they were asked for. */
export type OnText = (added: string, tokens: readonly ScoredToken[] | null) => void;

/** An adapter that could not be read. */
export interface WearFailure {
  readonly name: string;
  readonly detail: AppErrorCode;
}

/** To the engine. One job at a time. */
export type ToEngine =
  | { readonly type: "start"; readonly spec: EngineSpec }
  | { readonly type: "job"; readonly id: number; readonly job: EngineJob }
  | { readonly type: "adapters"; readonly adapters: readonly AdapterSpec[] } // beside those of the start, in place of earlier ones
  | { readonly type: "cancel"; readonly id: number };

/** From the engine. */
export type FromEngine =
  | { readonly type: "ready"; readonly models: readonly ServedModel[] }
  | { readonly type: "not-started"; readonly detail: AppErrorCode }
  | { readonly type: "models"; readonly models: readonly ServedModel[]; readonly failures: readonly WearFailure[] }
  | {
      readonly type: "text";
      readonly id: number;
      readonly text: string;
      readonly tokens: readonly ScoredToken[] | null;
    } // what was added to the answer
  | { readonly type: "generated"; readonly id: number; readonly result: Generated }
  | { readonly type: "embedded"; readonly id: number; readonly result: Embedded }
  | { readonly type: "failed"; readonly id: number; readonly detail: AppErrorCode };
