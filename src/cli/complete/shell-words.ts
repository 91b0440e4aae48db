// The line of a shell up to the cursor -> words, the last of them perhaps in quotes that are still open. Of expansions only
// quotes and backslashes are taken away: what a variable holds is not known here.

export interface ShellWord {
  /** Without quotes and backslashes. */
  readonly text: string;
  /** The quote in which it ends: it is still open. */
  readonly quote: '"' | "'" | undefined;
  /** Where the word begins in the line. */
  readonly start: number;
}

/** Of the last command of the line; the last word is '' behind a space. */
export function shellWords(line: string): ShellWord[] {
  let words: ShellWord[] = [];
  let word: { text: string; start: number } | undefined;
  let quote: '"' | "'" | undefined;
  const close = () => {
    if (word !== undefined) words.push({ ...word, quote: undefined });
    word = undefined;
  };
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    const here = () => {
      word ??= { text: '', start: i };
      return word;
    };
    if (quote !== undefined) {
      if (c === quote) quote = undefined;
      else if (quote === '"' && c === '\\' && /["\\$`]/.test(line[i + 1] ?? '')) here().text += line[++i];
      else here().text += c;
    } else if (c === "'" || c === '"') {
      here();
      quote = c;
    } else if (c === '\\') {
      here();
      if (i + 1 < line.length) word!.text += line[++i];
    } else if (/\s/.test(c)) close();
    else if (/[;|&]/.test(c)) {
      close();
      words = [];
    } else here().text += c;
  }
  words.push({ ...(word ?? { text: '', start: line.length }), quote });
  return words;
}
