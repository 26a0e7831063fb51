// A chat as a file: JSON keeps the whole tree, Markdown is the branch on screen with its sources.
import type { Chat, Turn } from "../../worker/contract/index.ts";
import { shownText } from "./correction.ts";
import { pathTo } from "./tree.ts";

/** A chat as JSON; `format` says what it is to whoever opens it years later. */
export function chatToJson(chat: Chat): string {
  return `${JSON.stringify({ format: "loam-chat", version: 1, chat }, null, 2)}\n`;
}

/** The branch on screen as Markdown. */
export function chatToMarkdown(chat: Chat): string {
  const parts = pathTo(chat.turns, chat.currentId).map(turnToMarkdown);
  return `# ${chat.title}\n\n${parts.join("\n\n")}\n`;
}

function turnToMarkdown(turn: Turn): string {
  const speaker = turn.role === "user" ? "You" : `Loam (${turn.model ?? "?"})`;
  const sources = (turn.result?.citations ?? []).map(({ marker, document, quote, status }) => {
    const missing = status === "not-found" ? " (not found in the source)" : "";
    return `> [${marker}] ${document}: “${quote.replace(/\s+/g, " ")}”${missing}`;
  });
  return [`**${speaker}**`, shownText(turn), ...(sources.length > 0 ? [sources.join("\n")] : [])].join("\n\n");
}

/** A file name from a title: no path, no control characters, not too long. */
export function fileNameOf(title: string, extension: string): string {
  // oxlint-disable-next-line no-control-regex
  const safe = title
    .replace(/[\u0000-\u001f\\/:*?"<>|]+/g, " ")
    .trim()
    .slice(0, 80);
  return `${safe || "loam"}.${extension}`;
}
