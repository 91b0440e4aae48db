// What completion offers for the word at the cursor.

export interface Candidate {
  readonly text: string;
  readonly about?: string | undefined;
}

export interface Completion {
  /** How much of the word stays in front of the candidates, characters. */
  readonly kept: number;
  readonly candidates: readonly Candidate[];
  /** The shell is to offer files instead. */
  readonly files?: boolean;
  /** A word goes on behind the candidate: no space, no closing quote. */
  readonly goesOn?: boolean;
}

export const NOTHING: Completion = { kept: 0, candidates: [] };
export const FILES: Completion = { kept: 0, candidates: [], files: true };

/** Those that begin with what is typed behind `kept`. */
export function offered(
  word: string,
  kept: number,
  all: Iterable<Candidate | string>,
  goesOn = false,
): Completion {
  const typed = word.slice(kept);
  const candidates: Candidate[] = [];
  for (const each of all) {
    const candidate = typeof each === 'string' ? { text: each } : each;
    if (candidate.text.startsWith(typed)) candidates.push(candidate);
  }
  return { kept, candidates, goesOn };
}

/** Of a list with commas only the last part. */
export function offeredInList(word: string, all: Iterable<Candidate | string>): Completion {
  return offered(word, word.lastIndexOf(',') + 1, all, true);
}
