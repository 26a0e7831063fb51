// Every failure in words: what happened, what it means for the user's things, what to do. The only place where an error
// code becomes a sentence.
import type { AppErrorCode, RefusalReason, UnreadableReason } from "../../worker/contract/index.ts";
import { formatBytes, formatNumber } from "./format.ts";

export interface Explanation {
  readonly what: string;
  readonly means: string;
  readonly todo: string;
}

const kept = "Your documents and chats are unchanged.";

/** What to do when a hub refuses, by HTTP status. */
const hubAdvice: Readonly<Record<number, string>> = {
  401: "The model is not public, or its name is wrong. Take one that needs no account.",
  403: "The model's owner wants an account and a consent first. Download it on the hub, then open it from disk.",
  404: "Check the name: it is owner/name, as on the model's page.",
};

/** What to do when the team's server refuses, by its code. */
const teamAdvice: Readonly<Record<string, string>> = {
  "signed-out": "Sign in on the screen Team, then sync again. What is to be sent waits on this device.",
  forbidden: "Ask an admin of the team for the role of a contributor. What is to be sent waits on this device.",
  "storage-full": "Tell who looks after the server. What is to be sent waits on this device.",
  "in-conflict": "Decide on the rows in conflict, sync, then make the version.",
};

/** The sentences for a failure. */
export function explain(error: AppErrorCode): Explanation {
  switch (error.code) {
    case "shape-mismatch":
    case "wgsl-slot":
    case "wgsl-compile":
    case "gpu-validation":
      return engineFault(error);
    case "gpu-unavailable":
    case "gpu-lost":
    case "gpu-out-of-memory":
      return gpuFault(error);
    case "bad-file":
    case "model-unsupported":
      return modelFault(error);
    case "engine-cannot":
    case "engine-failed":
    case "library-missing":
      return engineLimit(error);
    case "document-unreadable":
      return { what: unreadable(error.document, error.reason), ...unreadableAdvice[error.reason] };
    case "storage-full":
    case "storage-unavailable":
      return storageFault(error);
    case "not-found":
      return {
        what: `This ${error.what} is not on this device.`,
        means: "It was removed, here or in another tab.",
        todo: "Reload the page to see what is here.",
      };
    case "invalid-argument":
      return {
        what: `The value for ${error.name} cannot be used: ${error.reason}.`,
        means: kept,
        todo: "Change it and try again.",
      };
    case "context-full":
      return {
        what: `The question and passages are too long: ${formatNumber(error.tokenCount)} tokens, and the model takes ${formatNumber(error.maxTokenCount)}.`,
        means: "Nothing was answered. The question is kept.",
        todo: "Ask a shorter question, look up fewer passages (Settings), or use a model with a longer context.",
      };
    case "network":
      return {
        what: `A file of the app could not be fetched: ${error.reason}.`,
        means: kept,
        todo: "Check that Loam is being served, or go on offline with what is here, then try again.",
      };
    case "hub-refused":
      return {
        what: `${new URL(error.url).host} said no (${error.status}).`,
        means: kept,
        todo: hubAdvice[error.status] ?? "Try again later, or take the model from elsewhere.",
      };
    case "data-unreadable":
      return {
        what: `${error.file} cannot be read as training data: ${error.reason}.`,
        means: "The data set is unchanged.",
        todo: "Correct the file and import it again. JSONL with one example a line, in UTF-8, always works.",
      };
    case "data-refused":
      return refusal(error);
    case "training-diverged":
      return {
        what: `Training became unstable at step ${formatNumber(error.step)}: ${error.reason}.`,
        means: "The last checkpoint is kept.",
        todo: "Start again from it with a lower learning rate.",
      };
    case "run-elsewhere":
      return {
        what: `“${error.run}” is training in another tab.`,
        means: "This tab shows how far it is, and changes nothing of it.",
        todo: "Pause or stop it in that tab; or close that tab, then go on with it here from its last checkpoint.",
      };
    case "team-away":
      return {
        what: "The team’s server cannot be reached.",
        means: "Nothing is lost: what is to be sent waits on this device.",
        todo: "Go on working. It is sent when the server is back; if you are not signed in, do that on the screen Team.",
      };
    case "team-refused":
      return {
        what: `The team’s server did not take it: ${error.message}`,
        means: kept,
        todo: teamAdvice[error.refusal] ?? "Do what it says, then sync again.",
      };
    case "unexpected":
      return {
        what: `Something went wrong that Loam did not foresee: ${error.message}`,
        means: kept,
        todo: "Try again. If it happens again, restart the app from the status line.",
      };
    default:
      return error satisfies never;
  }
}

type Of<Code extends AppErrorCode["code"]> = Extract<AppErrorCode, { code: Code }>;

function engineFault(error: Of<"shape-mismatch" | "wgsl-slot" | "wgsl-compile" | "gpu-validation">): Explanation {
  return {
    what: `The engine made a mistake on this GPU (${error.code}).`,
    means: kept,
    todo: "Reload the page and try again. Updating the browser or the graphics driver may help.",
  };
}

function gpuFault(error: Of<"gpu-unavailable" | "gpu-lost" | "gpu-out-of-memory">): Explanation {
  if (error.code === "gpu-lost") {
    return {
      what: `The browser took the GPU away (${error.reason}).`,
      means: "What was written so far is kept.",
      todo: "Ask again. The GPU is opened anew by itself; if not, restart it from the status line.",
    };
  }
  if (error.code === "gpu-out-of-memory") {
    return {
      what: `The GPU has no room for ${error.what}: ${formatBytes(error.neededBytes)} are needed.`,
      means: kept,
      todo: "Unload another model, close other tabs that use the GPU, or use a smaller model.",
    };
  }
  return {
    what: `This browser offers no GPU for computing (WebGPU): ${error.reason}.`,
    means: "Documents can still be read and searched; answers cannot be written.",
    todo: "Use a current Chrome, Edge, Safari or Firefox, and switch on hardware acceleration in its settings.",
  };
}

function modelFault(error: Of<"bad-file" | "model-unsupported">): Explanation {
  if (error.code === "bad-file") {
    return {
      what: `${error.file} is not a sound ${error.format} file: ${error.reason}.`,
      means: "Nothing was added or changed.",
      todo: "Get the file again from where it came from; it may be cut short or damaged.",
    };
  }
  return {
    what: `Loam cannot run ${error.model}: ${error.reason}.`,
    means: "Nothing was added or changed.",
    todo: "Choose a Llama-style chat model (Llama, SmolLM2, Mistral, Qwen2, Qwen3) or a BERT-style embedding model in Hugging Face layout.",
  };
}

/** What engines of others cannot do, or say. */
function engineLimit(error: Of<"engine-cannot" | "engine-failed" | "library-missing">): Explanation {
  switch (error.code) {
    case "engine-cannot":
      return {
        what: `${error.model} cannot be used for this: ${error.what} needs Loam's own engine, and ${error.engine} runs it.`,
        means: "Nothing was changed. It answers as before.",
        todo: "Choose a model in safetensors or GGUF form.",
      };
    case "engine-failed":
      return {
        what: `${error.engine} could not run ${error.model}. It says: ${error.reason}`,
        means: "The model is still on this device, not loaded.",
        todo: "Take the model in another form, or another model.",
      };
    case "library-missing":
      return {
        what: `${error.model} lacks its compiled model library, ${error.file}.`,
        means: "Its weights are here and sound; without the library WebLLM cannot run them.",
        todo: `MLC publishes it apart from the weights (binary-mlc-llm-libs, ${error.version}). Put it into the model's folder, remove the model here, and open the folder again.`,
      };
  }
}

const refusals = {
  duplicate: ["is in the data set already", "Edit the row that is there instead."],
  leak: [
    "would be trained on and tested with, or is too near to one that is",
    "Leave it out, or put both rows in the same split.",
  ],
  locked: ["was once a test row and stays one", "Write a new example for training instead."],
} satisfies Record<RefusalReason, readonly [string, string]>;

function refusal({ reason, rows }: Of<"data-refused">): Explanation {
  const [why, todo] = refusals[reason];
  const names = rows.slice(0, 5).map(({ row, other }) => (other === "" ? row : `${row} (like ${other})`));
  const more = rows.length > names.length ? ` and ${formatNumber(rows.length - names.length)} more` : "";
  return { what: `A row ${why}: ${names.join(", ")}${more}.`, means: "The data set is unchanged.", todo };
}

function storageFault(error: Of<"storage-full" | "storage-unavailable">): Explanation {
  if (error.code === "storage-full") {
    return {
      what: `There is no room: ${formatBytes(error.neededBytes)} are needed, ${formatBytes(error.freeBytes)} are free.`,
      means: "What was stored before is kept; this was not stored.",
      todo: "Free space in Settings, under storage, then try again.",
    };
  }
  return {
    what: `The browser's storage cannot be used: ${error.reason}.`,
    means: "Nothing new can be kept; what is stored is not touched.",
    todo: "Restart it from the status line. In a private window, open Loam in a normal one.",
  };
}

function unreadable(document: string, reason: UnreadableReason): string {
  switch (reason) {
    case "empty":
      return `${document} is empty.`;
    case "encrypted":
      return `${document} is protected by a password.`;
    case "too-large":
      return `${document} is too large to read here.`;
    case "no-text":
      return `${document} has no text: it may be a scan.`;
    case "damaged":
      return `${document} is damaged or not what its name says.`;
    case "unsupported-type":
      return `${document} is of a kind that Loam does not read.`;
    default:
      return reason satisfies never;
  }
}

const original = "The original file on your disk is untouched.";
const unreadableAdvice = {
  empty: { means: original, todo: "Choose a file with contents." },
  encrypted: { means: original, todo: "Save a copy without the password and add that." },
  "too-large": { means: original, todo: "Split it into smaller files and add those." },
  "no-text": { means: original, todo: "Run text recognition (OCR) over it and add the result." },
  damaged: { means: original, todo: "Open it in the program it was made with, save it again and add that." },
  "unsupported-type": { means: original, todo: "Save it as PDF, Word, Markdown or plain text and add that." },
} satisfies Record<UnreadableReason, Omit<Explanation, "what">>;
