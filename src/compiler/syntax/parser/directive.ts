// Lines that start with `#` between probes. There is no preprocessor: #include is ignored with a warning, since types
// come from BTF, and of conditions only #ifdef and #ifndef are understood, with nothing defined but
// BPFTRACE_HAVE_BTF; published scripts guard their includes and type definitions with it. #define names a literal.
import { Diagnostics, type Span } from '../../diagnostics/diagnostic.js';
import { Lexer } from '../lexer.js';
import type { Token } from '../token.js';
import type { TokenStream } from './token-stream.js';

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
      const holds = (argument === 'BPFTRACE_HAVE_BTF') === (name === 'ifdef');
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
      s.diagnostics.warn('include-ignored', span, '#include is ignored', {
        hint: "the running kernel's types are known without headers; constants of headers are not.",
      });
      return;
    default:
      s.diagnostics.error('not-supported', span, `#${name} is not supported yet`, {
        hint: 'there is no preprocessor; comments are // and /* */.',
      });
  }
}

/** `#define NAME literal`; the literal may stand in parentheses. */
function parseDefine(s: TokenStream, name: string, span: Span): void {
  const end = lineEnd(s.text, span.start);
  const line = new Lexer(s.text.slice(0, end), new Diagnostics());
  line.position = s.text.indexOf(name, span.end) + name.length;
  const tokens: Token[] = [];
  // A space belongs there: `#define f(x)` is a macro with parameters.
  if (name !== '' && /\s/.test(s.text[line.position] ?? '')) {
    for (let t = line.next(); t.kind !== 'end'; t = line.next()) tokens.push(t);
  }
  s.position = end;
  const only = tokens.length === 3 && tokens[0]?.text === '(' ? tokens[1] : tokens[0];
  const literal = only?.kind === 'integer' || only?.kind === 'string';
  if (literal && !only.broken && (tokens.length === 1 || tokens[2]?.text === ')')) {
    s.lexer.defines.set(name, only);
    return;
  }
  s.diagnostics.error('not-supported', span, '#define of anything but a literal is not supported yet', {
    hint: 'as in #define AF_INET 2',
  });
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
