// A chat is a tree of turns; what is on screen is the path from its root to one leaf. Pure functions over that tree.
import type { Turn } from "../../worker/contract/index.ts";

/** The turns from the root down to `leafId`, oldest first. */
export function pathTo(turns: readonly Turn[], leafId: string | null): Turn[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const path: Turn[] = [];
  let turn = leafId === null ? undefined : byId.get(leafId);
  while (turn !== undefined && !path.includes(turn)) {
    path.unshift(turn);
    turn = turn.parentId === null ? undefined : byId.get(turn.parentId);
  }
  return path;
}

/** `turn` and the turns that stand beside it (edits of a question, other answers to it), oldest first. */
export function siblingsOf(turns: readonly Turn[], turn: Turn): Turn[] {
  const beside = turns.filter((other) => other.parentId === turn.parentId && other.role === turn.role);
  return beside.toSorted((a, b) => a.createdAt - b.createdAt);
}

/** The leaf reached from `id` by always taking the newest reply. */
export function newestLeaf(turns: readonly Turn[], id: string): string {
  const replies = turns.filter((turn) => turn.parentId === id);
  if (replies.length === 0) return id;
  const newest = replies.reduce((a, b) => (b.createdAt >= a.createdAt ? b : a));
  return newestLeaf(turns, newest.id);
}
