// -c COMMAND as words, as a shell without expansions splits it: quotes group, a backslash takes the next character as it is,
// within double quotes only before `"` and a backslash.
import { UsageError } from './config.js';

export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\' && i + 1 < text.length) {
      word = (word ?? '') + text[++i];
    } else if (c === '"' || c === "'") {
      const quoted = readQuoted(text, i);
      word = (word ?? '') + quoted.text;
      i = quoted.end;
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** `end`: index of the closing quote. */
function readQuoted(text: string, start: number): { text: string; end: number } {
  const quote = text[start]!;
  let inside = '';
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i]!;
    if (c === quote) return { text: inside, end: i };
    const next = text[i + 1];
    const escaped = quote === '"' && c === '\\' && (next === '"' || next === '\\');
    inside += escaped ? text[++i] : c;
  }
  throw new UsageError(`-c: the quote at column ${start + 1} is not closed`);
}
