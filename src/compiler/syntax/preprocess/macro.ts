// Macros of C: `#define` lines and their expansion, with parameters, `#`, `##` and __VA_ARGS__. A macro is not expanded within its
// own expansion, so every expansion ends.
import { type CToken, cText, cTokens } from './c-token.js';

export interface CMacro {
  readonly name: string;
  /** Undefined without parentheses. A macro of variable arguments ends in '...'. */
  readonly params: readonly string[] | undefined;
  readonly body: readonly CToken[];
}

/** More tokens than any real macro gives: a bound for those that double themselves. */
const MOST_TOKENS = 20_000;

const HEAD = /^\s*([A-Za-z_]\w*)(\(([^)]*)\))?/;

export class MacroTable {
  readonly #macros = new Map<string, CMacro | undefined>(); // undefined: by #undef
  readonly #predefined: (name: string) => string | undefined;

  /** `predefined` gives the body of a macro that exists from the start, or `(params) body`. */
  constructor(predefined: (name: string) => string | undefined = () => undefined) {
    this.#predefined = predefined;
  }

  find(name: string): CMacro | undefined {
    if (this.#macros.has(name)) return this.#macros.get(name);
    const text = this.#predefined(name);
    const macro = text === undefined ? undefined : parseMacro(name + text);
    this.#macros.set(name, macro);
    return macro;
  }

  /** As the constructor takes them: its parameters, if any, and its body. */
  text(name: string): string | undefined {
    const macro = this.find(name);
    if (macro === undefined) return undefined;
    const params = macro.params === undefined ? ' ' : `(${macro.params.join(', ')}) `;
    return params + cText(macro.body);
  }

  /** What stands behind `#define`; undefined: it names nothing. */
  define(text: string): CMacro | undefined {
    const macro = parseMacro(text);
    if (macro !== undefined) this.#macros.set(macro.name, macro);
    return macro;
  }

  undefine(name: string): void {
    this.#macros.set(name, undefined);
  }

  /** All macros in it replaced; undefined when there is no end to it. */
  expand(text: string): string | undefined {
    const expanded = this.expandTokens(cTokens(text));
    return expanded && cText(expanded);
  }

  expandTokens(tokens: readonly CToken[]): readonly CToken[] | undefined {
    const expansion = new Expansion(this);
    const out = expansion.expand(tokens, NONE);
    return expansion.overflown ? undefined : out;
  }
}

const NONE: ReadonlySet<string> = new Set();

function parseMacro(text: string): CMacro | undefined {
  const [head, name, , list] = HEAD.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const params = list?.split(',').map(param => param.trim().replace(/^(\w+)\s*\.\.\.$/, '...$1'));
  const body = cTokens(text.slice(head.length));
  return { name, params: params?.[0] === '' ? [] : params, body };
}

class Expansion {
  overflown = false;
  readonly #table: MacroTable;
  #made = 0;

  constructor(table: MacroTable) {
    this.#table = table;
  }

  expand(tokens: readonly CToken[], active: ReadonlySet<string>): CToken[] {
    const out: CToken[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      const macro =
        token.kind === 'word' && !active.has(token.text) ? this.#table.find(token.text) : undefined;
      if (macro === undefined || this.overflown) {
        out.push(token);
        continue;
      }
      let body: readonly CToken[] = macro.body;
      if (macro.params !== undefined) {
        const call = argumentsAt(tokens, i + 1);
        if (call === undefined) {
          out.push(token);
          continue;
        }
        body = this.#substitute(macro, call.args, active);
        i = call.end;
      } else if (body.some(t => t.text === '##')) body = paste(body);
      this.#made += body.length;
      if (this.#made > MOST_TOKENS) this.overflown = true;
      const inner = this.expand(body, new Set(active).add(macro.name));
      inner.forEach((t, at) => {
        out.push(at === 0 ? { ...t, spaced: token.spaced } : t);
      });
    }
    return out;
  }

  /** The body with its arguments: expanded ones, but for those beside # and ##. */
  #substitute({ params = [], body }: CMacro, args: readonly CToken[][], active: ReadonlySet<string>) {
    const argumentOf = (name: string): CToken[] | undefined => {
      const last = params.at(-1);
      if (last?.startsWith('...') && name === (last === '...' ? '__VA_ARGS__' : last.slice(3))) {
        return args.slice(params.length - 1).flatMap((arg, i) => (i === 0 ? arg : [COMMA, ...arg]));
      }
      const index = params.indexOf(name);
      return index < 0 ? undefined : (args[index] ?? []);
    };
    const out: CToken[] = [];
    let pasted = false;
    for (let i = 0; i < body.length; i++) {
      const token = body[i]!;
      const next = body[i + 1];
      if (token.text === '#' && next !== undefined && argumentOf(next.text) !== undefined) {
        out.push({ kind: 'text', text: quoted(argumentOf(next.text)!), spaced: token.spaced });
        i++;
        continue;
      }
      if (token.text === '##') pasted = true;
      const given = token.kind === 'word' ? argumentOf(token.text) : undefined;
      if (given === undefined) out.push(token);
      else {
        const raw = next?.text === '##' || body[i - 1]?.text === '##';
        const value = raw ? given : this.expand(given, active);
        value.forEach((t, at) => {
          out.push(at === 0 ? { ...t, spaced: token.spaced } : t);
        });
      }
    }
    return pasted ? paste(out) : out;
  }
}

const COMMA: CToken = { kind: 'mark', text: ',', spaced: false };

/** `(a, (b, c))` at an index: the arguments and the index of the closing parenthesis. */
function argumentsAt(
  tokens: readonly CToken[],
  start: number,
): { readonly args: CToken[][]; readonly end: number } | undefined {
  if (tokens[start]?.text !== '(') return undefined;
  const args: CToken[][] = [[]];
  for (let i = start + 1, depth = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.text === ')' && depth === 0) return { args, end: i };
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) args.push([]);
    else args.at(-1)!.push(token);
  }
  return undefined;
}

/** `a ## b` becomes `ab`. */
function paste(tokens: readonly CToken[]): CToken[] {
  const out: CToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    if (token.text !== '##') {
      out.push(token);
      continue;
    }
    const before = out.pop();
    const [whole] = cTokens(`${before?.text ?? ''}${next?.text ?? ''}`);
    if (whole !== undefined) out.push({ ...whole, spaced: before?.spaced ?? false });
    i++;
  }
  return out;
}

function quoted(tokens: readonly CToken[]): string {
  return `"${cText(tokens).replace(/["\\]/g, '\\$&')}"`;
}
