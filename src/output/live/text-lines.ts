// What a script prints as text -> lines for a table: colours and cursor movements are taken out, tabs are spaced, other control
// characters are shown. The last line waits for its end.
import { escapeText } from '../text/escape.js';

/** CSI, OSC and two-character sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[^[\]])/g;
const TAB = 8;
/** A line that never ends is broken here, characters. */
const LONGEST = 8192;

export class TextLines {
  #rest = '';

  /** Complete lines, oldest first; of more than `most` the last ones. */
  take(text: string, most: number): string[] {
    const all = this.#rest + text;
    const end = all.lastIndexOf('\n');
    if (end === -1 && all.length < LONGEST) {
      this.#rest = all;
      return [];
    }
    const cut = end === -1 ? all.length : end;
    this.#rest = all.slice(end === -1 ? cut : cut + 1);
    const start = startOfLast(all, cut, most);
    return all.slice(start, cut).split('\n').map(cleanLine);
  }

  /** What has no newline behind it. */
  takeRest(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [cleanLine(rest)];
  }
}

export function cleanLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!/[\x00-\x1f\x7f-\x9f]/.test(line)) return line;
  let text = '';
  for (const c of line.replace(SEQUENCE, '').replace(/\r+$/, '')) {
    text += c === '\t' ? ' '.repeat(TAB - (text.length % TAB)) : c;
  }
  return escapeText(text);
}

/** Where the last `most` lines before `end` begin. */
function startOfLast(text: string, end: number, most: number): number {
  let at = end;
  for (let i = 0; i < most; i++) {
    const newline = at <= 0 ? -1 : text.lastIndexOf('\n', at - 1);
    if (newline === -1) return 0;
    at = newline;
  }
  return at + 1;
}
