// The words of Ask.
import { formatNumber, plural } from "./format.ts";

export const ask = {
  title: "Ask",
  newChat: "New chat",
  untitled: "New chat",
  chats: "Chats",
  searchChats: "Search chats",
  noChats: "Your chats will be listed here.",
  noChatsFound: "No chat has these words.",
  chatMenu: (title: string) => `More for “${title}”`,
  rename: "Rename",
  newName: "New name",
  remove: "Delete",
  removed: (title: string) => `Deleted “${title}”.`,
  exportJson: "Export as JSON",
  exportMarkdown: "Export as Markdown",
  you: "You",
  loam: "Loam",
  thread: "Conversation",
  scope: {
    all: (count: number) => {
      if (count < 2) return count === 0 ? "No documents yet" : "1 document";
      return `All ${formatNumber(count)} documents`;
    },
    some: (count: number) => plural(count, "document", "documents"),
    none: "No documents: plain chat",
    choose: "Choose documents",
    useAll: "Use all documents",
    useNone: "Use none (plain chat)",
    drop: (name: string) => `Do not use ${name}`,
  },
  model: { choose: "Model", none: "No model", is: (name: string) => `Model: ${name}` },
  composer: {
    label: "Your question",
    placeholder: "Ask about your documents",
    hint: "# documents   @ model",
    send: "Ask",
    stop: "Stop",
    stopping: "Stopping",
    noGpu: "Answers need a GPU this browser does not offer. Search below still works.",
  },
  mentions: {
    documents: "Documents to answer from",
    models: "Models",
    none: "Nothing by that name.",
    allDocuments: "All documents",
    noDocuments: "No documents (plain chat)",
  },
  phase: {
    loading: "Loading the model",
    searching: "Searching your documents",
    reading: (read: { done: number; total: number; of: "tokens" | "passages" } | null) => {
      if (read === null) return "Reading the passages";
      const of = read.of === "tokens" ? " tokens" : "";
      return `Reading the passages, ${formatNumber(read.done)} of ${formatNumber(read.total)}${of}`;
    },
    writing: "Writing",
    stopping: "Stopping",
  },
  announce: {
    asking: "Loam is answering.",
    progress: (tokens: number) => `Still answering, ${plural(tokens, "token", "tokens")} so far.`,
    answered: (text: string) => `Answer: ${text}`,
    failed: "No answer. The reason is below the question.",
    stopped: "Stopped.",
  },
  turn: {
    edit: "Edit",
    editLabel: "Edit your question",
    resend: "Ask again",
    copy: "Copy",
    regenerate: "Answer again",
    askAgain: "Ask again",
    noAnswer: "This question has no answer yet.",
    branch: (index: number, count: number) => `${index}/${count}`,
    previous: "Previous version",
    next: "Next version",
    full: "The model's context is full: the answer stops here. A shorter question, fewer passages or a larger model leave more room.",
    cut: "The answer reached its length limit. Raise the limit in Settings to get more.",
    stopped: "Stopped by you.",
    speed: (tokensPerSecond: number) => `${formatNumber(tokensPerSecond)} tok/s`,
    speedTitle: "Measured on this device for this answer",
    firstToken: (seconds: string) => `first word after ${seconds}`,
    context: (used: number, total: number) => `${formatNumber(used)} of ${formatNumber(total)} tokens of context`,
    contextUsed: (used: number) => `${formatNumber(used)} tokens of context`,
    reused: (tokens: number) => `${formatNumber(tokens)} of them read before`,
    whatDidItSee: "What did it see?",
  },
  prompt: {
    title: "What did it see?",
    text: (tokens: number) =>
      `This is the exact text the model was given, ${plural(tokens, "token", "tokens")}. It saw nothing else.`,
    alone: (passages: number) =>
      passages === 1
        ? "This is the exact text the model was given. It saw nothing else."
        : `The model was given each of the ${passages} passages alone, with the question, and answered from the one it was surest of. This is the exact text of the ${passages} prompts. It saw nothing else.`,
  },
  notFound: "The documents do not say.",
  nearest: "These passages come nearest:",
  citation: (marker: number, document: string) => `Source ${marker}: ${document}`,
  citationMissing: (marker: number, document: string) => `Source ${marker}: quote not found in ${document}`,
  evidence: "Evidence",
  quoteMissing: "not found in the source",
  sources: {
    title: "Sources",
    show: "Show sources",
    hide: "Hide sources",
    empty: "The passages an answer rests on will be listed here.",
    none: "Nothing was looked up: this was a plain chat.",
    used: "Used",
    notUsed: "Not used",
    page: (page: number) => `p. ${page}`,
    open: "Open at the place",
    cited: "cited",
    ofAnswer: "Passages for this answer, nearest first",
  },
  empty: {
    title: "What would you like to know?",
    lead: "Loam answers from documents on this device and shows the passage it rests on.",
    tryExamples: "Try it with two example documents",
    adding: "Reading the example documents",
    ask: "Ask, for example",
    addOwn: "Add your own documents",
    // Three that the two example documents answer, and one that they do not.
    questions: [
      "How long does the warranty last?",
      "Where is the spare fuel kept?",
      "Who is the head nurse?",
      "What does a new pump cost?",
    ] as readonly string[],
    honest: (name: string, parameters: string) =>
      `${name} is small (${parameters} parameters). It finds and quotes short facts from your documents and often picks the ` +
      `wrong one: check the passage it quotes. It does not reason, summarise long texts or know the world.`,
    moreModels: "Open a larger model",
  },
  search: {
    title: "Passages in your documents",
    text: "Without a GPU nothing can be written, but the documents can still be searched.",
    find: "Search",
    none: "No passage has these words.",
  },
  exported: "Saved as a file.",
  unsaved: "This chat is on screen but not stored",
} as const;
