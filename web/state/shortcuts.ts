// The keyboard, by key position (KeyboardEvent.code), so that layouts and languages do not matter.

export type ShortcutName =
  "palette" | "newChat" | "rail" | "settings" | "shortcuts" | "composer" | "stop" | "copyAnswer" | "model";

interface Binding {
  readonly code: string;
  readonly ctrl?: boolean; // Ctrl, or Cmd on a Mac
  readonly shift?: boolean;
}

export const bindings: Readonly<Record<ShortcutName, Binding>> = {
  palette: { code: "KeyK", ctrl: true },
  newChat: { code: "KeyO", ctrl: true, shift: true },
  rail: { code: "KeyB", ctrl: true },
  settings: { code: "Comma", ctrl: true },
  shortcuts: { code: "Slash", ctrl: true },
  composer: { code: "Escape", shift: true },
  stop: { code: "Escape" },
  copyAnswer: { code: "KeyC", ctrl: true, shift: true },
  model: { code: "KeyM", ctrl: true, shift: true },
};

export type KeyPress = Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "isComposing">;

/** The shortcut that was pressed, or null. Nothing counts while a word is being composed (IME). */
export function shortcutOf(press: KeyPress): ShortcutName | null {
  if (press.isComposing || press.altKey) return null;
  const found = Object.entries(bindings).find(([, { code, ctrl = false, shift = false }]) => {
    return press.code === code && (press.ctrlKey || press.metaKey) === ctrl && press.shiftKey === shift;
  });
  return found === undefined ? null : (found[0] as ShortcutName);
}

const keyNames: Readonly<Record<string, string>> = { Comma: ",", Slash: "/", Escape: "Esc" };

/** The keys to press, in the words of the platform, e.g. ["Ctrl", "K"]. */
export function keysOf(name: ShortcutName, isMac: boolean): string[] {
  const { code, ctrl, shift } = bindings[name];
  const key = keyNames[code] ?? code.replace(/^Key/, "");
  return [...(ctrl ? [isMac ? "⌘" : "Ctrl"] : []), ...(shift ? [isMac ? "⇧" : "Shift"] : []), key];
}
