// Lines that start with `#` between probes. There is no preprocessor: #include is ignored with a warning, since types
// come from BTF, and of conditions only #ifdef and #ifndef are understood, with nothing defined but
// BPFTRACE_HAVE_BTF; published scripts guard their includes and type definitions with it.
import type { Span } from '../../diagnostics/diagnostic.js';
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
