// Full-text search over passages: BM25 on MiniSearch. Adding and removing leave the index as if it had been built anew.
// Does not know about vectors or documents.
import MiniSearch from "minisearch";
import type { Scored } from "./fuse.ts";
import { term, words } from "./words.ts";

export interface TextEntry {
  readonly id: string;
  readonly text: string;
  readonly title: string; // headings above it, name of its document
}

/** Parameters of BM25+, and what a word in the title counts. Chosen on questions of MedQuAD, not on the test collections. */
const bm25 = { k: 0.9, b: 0.75, d: 0.1 };
const titleBoost = 0.4;
const maxTypos = 0.2; // share of a word's letters

export class FullText {
  readonly #uses = new Map<string, number>(); // how often each term stands in the index
  #step = 0; // +1 while adding, -1 while removing
  readonly #index = new MiniSearch<TextEntry>({
    fields: ["text", "title"],
    tokenize: words,
    processTerm: (word) => this.#counted(term(word)),
    autoVacuum: false,
    searchOptions: { processTerm: term, bm25, boost: { title: titleBoost } },
  });

  add(entries: readonly TextEntry[]): void {
    this.#step = 1;
    this.#index.addAll(entries);
  }

  /** Takes out entries exactly as they were added. */
  remove(entries: readonly TextEntry[]): void {
    this.#step = -1;
    this.#index.removeAll(entries);
  }

  /** The best `limit` entries that share a word with the query, best first; equals in the order of their ids. */
  search(query: string, limit: number, isWanted?: (id: string) => boolean): Scored[] {
    const found = this.#index.search(query, {
      ...(isWanted === undefined ? {} : { filter: (result) => isWanted(result.id as string) }),
      // Spelling is forgiven only for a word that stands nowhere: forgiving all would find the wrong ones.
      fuzzy: (word) => word.length > 3 && !this.#uses.has(word) && maxTypos,
    });
    return found
      .map(({ id, score, queryTerms }) => ({
        id: id as string,
        // MiniSearch multiplies by how many words matched, which BM25 does not.
        score: score / (queryTerms.length || 1),
      }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  #counted(word: string | null): string | null {
    if (word === null) return null;
    const uses = (this.#uses.get(word) ?? 0) + this.#step;
    if (uses > 0) this.#uses.set(word, uses);
    else this.#uses.delete(word);
    return word;
  }
}
