// Lines that start with `#` between probes. There is no preprocessor: types come from BTF, constants of headers from a table,
// so #include <...> is passed over. Of conditions only #ifdef and #ifndef are understood; BPFTRACE_HAVE_BTF is defined, since
// published scripts guard their includes and type definitions with it. #define names a constant.
import { Diagnostics, type Span } from '../../diagnostics/diagnostic.js';
import type { Token } from '../token.js';
import { parseConstant } from './c-constant.js';
import { ParseFailure, TokenStream } from './token-stream.js';

/** Conditions that are open and hold, by the place of their #ifdef. */
export type OpenConditions = Span[];

const DIRECTIVE = /#[ \t]*([a-z]*)[ \t]*(\w*)/y;

/** With `#` as the next character: takes the line, or all lines of a condition that does not hold. */
export function parseDirective(s: TokenStream, open: OpenConditions): void {
  const start = s.position;
  const { name, argument, span } = directiveAt(s.text, start);
  s.position = lineEnd(s.text, start);
  switch (name) {
    case 'ifdef':
    case 'ifndef': {
      const holds = isDefined(s, argument) === (name === 'ifdef');
      if (holds || skipBranch(s, true) !== 'endif') open.push(span);
      return;
    }
    case 'else': {
      const condition = open.pop();
      if (!condition) s.diagnostics.error('syntax', span, '#else without #ifdef');
      else if (skipBranch(s, false) === undefined) open.push(condition);
      return;
    }
    case 'endif':
      if (!open.pop()) s.diagnostics.error('syntax', span, '#endif without #ifdef');
      return;
    case 'define':
      s.position = start;
      parseDefine(s, argument, span);
      return;
    case 'include':
      // Types of <linux/...> come from BTF, and the constants in use from a table of ours.
      if (/^#[ \t]*include[ \t]*</.test(s.text.slice(start, start + 80))) return;
      s.diagnostics.warn('include-ignored', span, '#include of a file is ignored', {
        hint: "the running kernel's types are known without headers; put other definitions into this program.",
      });
      return;
    case 'undef':
      s.lexer.defines.delete(argument);
      s.lexer.defined.delete(argument);
      return;
    case 'pragma':
      return;
    default:
      s.diagnostics.error('not-supported', span, `#${name} is not supported yet`, {
        hint: 'there is no preprocessor; comments are // and /* */.',
      });
  }
}

/** `#define NAME value`: a literal, or what can be calculated from integers and earlier names; without a value it is only defined. */
function parseDefine(s: TokenStream, name: string, span: Span): void {
  const end = lineEnd(s.text, span.start);
  const line = new TokenStream(s.text.slice(0, end).replaceAll('\\\n', ' \n'), new Diagnostics());
  for (const [known, token] of s.lexer.defines) line.lexer.defines.set(known, token);
  line.position = s.text.indexOf(name, span.end) + name.length;
  s.position = end;
  // A space belongs there: `#define f(x)` is a macro with parameters.
  const simple = name !== '' && /\s|$/y.test(s.text[line.position] ?? '');
  const token = simple ? definedValue(line) : undefined;
  if (token === 'none') s.lexer.defined.add(name);
  else if (token !== undefined) s.lexer.defines.set(name, token);
  else {
    s.diagnostics.error('not-supported', span, '#define of anything but a constant is not supported yet', {
      hint: 'as in #define AF_INET 2, or #define FLAGS (A | 1 << 3)',
    });
  }
}

/** The rest of a line as one token; 'none' when it is empty. */
function definedValue(
  line: TokenStream,
): (Token & { readonly kind: 'integer' | 'string' }) | 'none' | undefined {
  const first = line.peek();
  if (first.kind === 'end') return 'none';
  const only = first.text === '(' && line.at(')', 2) && line.peek(3).kind === 'end' ? line.peek(1) : first;
  const alone = only !== first || line.peek(1).kind === 'end';
  if (alone && (only.kind === 'integer' || only.kind === 'string')) return only.broken ? undefined : only;
  try {
    const value = parseConstant(line, new Map());
    if (line.peek().kind !== 'end') return undefined;
    return {
      kind: 'integer',
      value,
      unsigned: false,
      text: String(value),
      span: first.span,
      first: false,
      broken: false,
    };
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    return undefined;
  }
}

function isDefined(s: TokenStream, name: string): boolean {
  return name === 'BPFTRACE_HAVE_BTF' || s.lexer.defined.has(name) || s.lexer.defines.has(name);
}

/** At the end of the program. */
export function reportOpenConditions(s: TokenStream, open: OpenConditions): void {
  for (const span of open) s.diagnostics.error('syntax', span, 'this condition has no #endif');
}

/** Skips to behind the #endif, or with `stopAtElse` to behind the #else, that belongs here; says which it was. */
function skipBranch(s: TokenStream, stopAtElse: boolean): 'else' | 'endif' | undefined {
  const { text } = s;
  let at = s.position;
  for (let depth = 0; at < text.length; ) {
    const line = at + 1 + (/^[ \t]*/.exec(text.slice(at + 1, at + 81))?.[0].length ?? 0);
    at = lineEnd(text, line);
    if (text[line] !== '#') continue;
    const { name } = directiveAt(text, line);
    if (name === 'if' || name === 'ifdef' || name === 'ifndef') depth++;
    else if (depth > 0) depth -= name === 'endif' ? 1 : 0;
    else if (name === 'endif' || (name === 'else' && stopAtElse)) {
      s.position = at;
      return name;
    }
  }
  s.position = text.length;
  return undefined;
}

function directiveAt(text: string, start: number): { name: string; argument: string; span: Span } {
  DIRECTIVE.lastIndex = start;
  const [all = '#', name = '', argument = ''] = DIRECTIVE.exec(text) ?? [];
  const end = start + (all.length - argument.length);
  return { name, argument, span: { start, end: start + text.slice(start, end).trimEnd().length } };
}

/** Offset of the line break that ends the line, lines continued with a backslash included. */
function lineEnd(text: string, from: number): number {
  for (let at = from; ; ) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    if (text[newline - 1] !== '\\' || newline === from) return newline;
    at = newline + 1;
  }
}
