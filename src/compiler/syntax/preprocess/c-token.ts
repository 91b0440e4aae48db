// C text -> the tokens that a preprocessor tells apart, and back. Comments are white space; anything it does not know is a token
// of one character.

export interface CToken {
  readonly kind: 'word' | 'number' | 'text' | 'mark';
  readonly text: string;
  /** White space stands before it. */
  readonly spaced: boolean;
}

const TOKEN =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|([A-Za-z_$@][\w$]*)|(\.?[0-9](?:[eEpP][+-]|[\w.])*)|("(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(##|<<=|>>=|\.\.\.|<<|>>|<=|>=|==|!=|&&|\|\||->|[\s\S])/y;

export function cTokens(text: string): CToken[] {
  const tokens: CToken[] = [];
  let spaced = false;
  TOKEN.lastIndex = 0;
  for (;;) {
    const match = TOKEN.exec(text);
    if (match === null) return tokens;
    const [all, space, word, number, quoted] = match;
    if (space !== undefined) {
      spaced = true;
      continue;
    }
    const kind =
      word !== undefined ? 'word' : number !== undefined ? 'number' : quoted !== undefined ? 'text' : 'mark';
    tokens.push({ kind, text: all, spaced });
    spaced = false;
  }
}

/** The text of tokens; those that would grow together are kept apart. */
export function cText(tokens: readonly CToken[]): string {
  let text = '';
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (before !== undefined && (token.spaced || joins(before, token))) text += ' ';
    text += token.text;
  }
  return text;
}

function joins(a: CToken, b: CToken): boolean {
  const wordy = (t: CToken) => t.kind === 'word' || t.kind === 'number';
  const operator = (t: CToken) => t.kind === 'mark' && !'()[]{},;'.includes(t.text);
  return (wordy(a) && wordy(b)) || (operator(a) && operator(b));
}
