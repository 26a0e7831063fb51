// A row's line as people read it.
import { t } from "../../../messages/index.ts";

interface Line {
  readonly text?: string;
  readonly messages?: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  readonly rejected?: string;
}

export function lineText(line: string): string {
  const { text, messages = [], rejected } = JSON.parse(line) as Line;
  const { row } = t.teach;
  if (text !== undefined) return text;
  const said = messages.map(({ role, content }) => `${row.roles[role]}: ${content}`);
  return [...said, ...(rejected === undefined ? [] : [`${row.rejected}: ${rejected}`])].join("\n");
}
