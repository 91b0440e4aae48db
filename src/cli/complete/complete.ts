// `tsbpf complete SHELL ...`, which the scripts of `tsbpf completion` run at each Tab: candidates, a line each. What cannot be
// told is no candidate: it never fails and says nothing on stderr.
import { sayOut } from '../standard-error.js';
import { type Candidate, type Completion, NOTHING } from './candidates.js';
import { completeCommand } from './command.js';
import { shellWords } from './shell-words.js';

/**
 * bash: the line up to the cursor, and $COMP_WORDBREAKS. zsh, fish: the words up to the cursor, the command's name first, the
 * last one of zsh without quotes.
 *
 * The first line tells what else the shell needs: 'files', 'more' (a word goes on) or nothing, and for zsh how many characters of the
 * word stay. The others are a candidate and, of zsh and fish, a tab and what it is.
 */
export function complete([shell = '', ...rest]: readonly string[]): number {
  try {
    const answer = ANSWERS[shell]?.(rest) ?? [];
    sayOut(answer.map(line => `${line}\n`).join(''));
  } catch {
    // A shell at the prompt is no place for messages.
  }
  return 0;
}

const ANSWERS: Readonly<Record<string, (rest: readonly string[]) => string[]>> = {
  bash: ([line = '', breaks = '']) => {
    const words = shellWords(line);
    const current = words.at(-1)!;
    const found = completeCommand(words.slice(1).map(({ text }) => text));
    // bash replaces what stands behind the last break, or behind an open quote.
    const cut = current.quote === undefined ? lastBreak(current.text, breaks) : 0;
    return [
      kindOf(found),
      ...found.candidates.map(({ text }) => (current.text.slice(0, found.kept) + text).slice(cut)),
    ];
  },
  zsh: words => {
    const found = words.length < 2 ? NOTHING : completeCommand(words.slice(1));
    return [`${kindOf(found)}:${found.kept}`, ...found.candidates.map(described)];
  },
  fish: words => {
    const last = shellWords(words.at(-1) ?? '').at(-1)!.text;
    const found = words.length < 2 ? NOTHING : completeCommand([...words.slice(1, -1), last]);
    const before = last.slice(0, found.kept);
    return [kindOf(found), ...found.candidates.map(each => before + described(each))];
  },
};

function kindOf({ files, goesOn }: Completion): string {
  return files === true ? 'files' : goesOn === true ? 'more' : 'word';
}

function described({ text, about }: Candidate): string {
  return about === undefined || about === '' ? text : `${text}\t${about}`;
}

/** Of a word without quotes: how much of it bash takes for other words. */
function lastBreak(word: string, breaks: string): number {
  for (let i = word.length; i > 0; i--) if (breaks.includes(word[i - 1]!)) return i;
  return 0;
}
