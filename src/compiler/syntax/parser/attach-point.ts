// Attach points are read as raw text, since `*`, `/` and `+` are part of them: up to white space, `,`, `||` or `{`, quotes
// apart. Parts are split at `:`; outside quotes $1 stands for a parameter, at the beginning for several parts; inside, \" and
// \\ are escapes.
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import type { AttachPoint } from '../ast.js';
import type { Token } from '../token.js';
import { RETURN, returnPoint } from './return-point.js';

const PROBE_START =
  /(?:(?:BEGIN|END|begin|end)\s*[{/,]|(?:tracepoint|t|rawtracepoint|rt|kprobe|k|kretprobe|kr|uprobe|u|uretprobe|ur|usdt|U|interval|i|profile|p|software|s|hardware|h|watchpoint|w|asyncwatchpoint|aw|fentry|f|fexit|fr|kfunc|kretfunc|iter|it|self|bench|test|xdp|tc|return):[^\s:{,;])/y;

/** Does this token, first on its line, start a probe? Nothing inside a block looks like one. */
export function startsProbe(text: string, token: Token): boolean {
  return token.first && token.kind === 'word' && startsProbeAt(text, token.span.start);
}

export function startsProbeAt(text: string, offset: number): boolean {
  PROBE_START.lastIndex = offset;
  return PROBE_START.test(text);
}

/** What stands for parameters and options; `verbatim`: options stay as they are written. */
export interface Given {
  readonly params: readonly string[];
  readonly options?: ReadonlyMap<string, string | true> | undefined;
  readonly verbatim?: boolean;
}

/** Reads one attach point at `start`; undefined when there is none. */
export function parseAttachPoint(
  text: string,
  start: number,
  given: Given,
  diagnostics: Diagnostics,
): AttachPoint | undefined {
  const parts: { text: string; span: Span }[] = [];
  let part = '';
  let partStart = start;
  let at = start;
  const close = () => parts.push({ text: part, span: { start: partStart, end: at } });
  for (; at < text.length; at++) {
    const c = text[at]!;
    if (/[\s,{]/.test(c) || text.startsWith('||', at)) break;
    if (c === ':') {
      close();
      part = '';
      partStart = at + 1;
    } else if (c === '"') {
      const quoted = readQuoted(text, at, diagnostics);
      part += quoted.text;
      at = quoted.end - 1;
    } else if (c === '$') {
      const parameter = readParameter(text, at, given.params, diagnostics);
      // At the beginning it may be a whole attach point: `$1 { }` of the parameter tracepoint:sched:sched_switch.
      const isWhole = at === start || (parts.length === 1 && parts[0]?.text === RETURN && part === '');
      const [first = '', ...more] = isWhole ? parameter.text.split(':') : [parameter.text];
      part += first;
      for (const next of more) {
        parts.push({ text: part, span: { start: at, end: parameter.end } });
        part = next;
      }
      at = parameter.end - 1;
    } else if (c === 'g' && part === '' && text.startsWith('getopt(', at)) {
      const option = readOption(text, at, given, diagnostics);
      part += option.text;
      at = option.end - 1;
    } else if (c === '=' && parts.length === 0 && /^\w+$/.test(part)) {
      part = ''; // `name=` before the probe type is reserved and means nothing
      partStart = at + 1;
    } else part += c;
  }
  if (at === start) return undefined;
  close();
  const point: AttachPoint = { kind: 'attach-point', span: { start, end: at }, parts, otherwise: [] };
  return given.verbatim ? point : returnPoint(point, diagnostics);
}

function readQuoted(text: string, start: number, diagnostics: Diagnostics): { text: string; end: number } {
  let out = '';
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"') return { text: out, end: at + 1 };
    if (c === '\n') break;
    const next = text[at + 1];
    if (c === '\\' && (next === '"' || next === '\\')) {
      out += next;
      at++;
    } else out += c;
  }
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  diagnostics.error('unterminated-string', { start, end }, 'this string has no closing quote', {
    hint: 'quotes inside an attach point come in pairs: uprobe:/bin/app:"a name".',
  });
  return { text: out, end };
}

const OPTION = /getopt\(\s*"([\w-]+)"\s*,\s*(?:"([^"\\\n]*)"|(\w+))\s*(?:,\s*"(?:[^"\\\n]|\\.)*"\s*)?\)/y;

/** Place of the parenthesis that closes an option at `start`, if one is there. */
export function optionEnd(text: string, start: number): number | undefined {
  OPTION.lastIndex = start;
  const found = OPTION.exec(text);
  return found === null ? undefined : start + found[0].length - 1;
}

/** A part may be an option of the script: `profile:hz:getopt("frequency", 49)`. */
function readOption(
  text: string,
  start: number,
  { options, verbatim }: Given,
  diagnostics: Diagnostics,
): { text: string; end: number } {
  OPTION.lastIndex = start;
  const found = OPTION.exec(text);
  if (found === null) {
    const end = start + 'getopt'.length;
    diagnostics.error(
      'bad-parameter',
      { start, end },
      'expected getopt("name", default) in an attach point',
      {
        hint: 'the default is a word, a number or a text: profile:hz:getopt("frequency", 49)',
      },
    );
    return { text: '', end };
  }
  const [all, name = '', quoted, word] = found;
  const chosen = options?.get(name);
  // An empty part of an attach point means nothing: the default.
  const value = typeof chosen === 'string' && chosen !== '' ? chosen : (quoted ?? word ?? '');
  return { text: verbatim ? all : value, end: start + all.length };
}

function readParameter(
  text: string,
  start: number,
  params: readonly string[],
  diagnostics: Diagnostics,
): { text: string; end: number } {
  let end = start + 1;
  while (/[0-9]/.test(text[end] ?? '')) end++;
  const index = Number(text.slice(start + 1, end));
  if (end === start + 1 || index < 1) {
    const wrong = text[end] === '#' ? end + 1 : end;
    diagnostics.error(
      'bad-parameter',
      { start, end: wrong },
      'expected a parameter as $1 in an attach point',
      {
        hint: 'a "$" itself is written in double quotes.',
      },
    );
    return { text: '', end: wrong };
  }
  return { text: params[index - 1] ?? '', end };
}
