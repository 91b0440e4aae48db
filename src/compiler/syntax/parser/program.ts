// The top level: config, imports, C definitions, map declarations, macros and probes.
// Between probes the raw text counts (see attach-point.ts), so this layer looks at characters, not at tokens.
import type { Span } from '../../diagnostics/diagnostic.js';
import { escapeText } from '../../diagnostics/display-width.js';
import type {
  AttachPoint,
  Block,
  ConfigAssignment,
  Expression,
  Macro,
  MacroParameter,
  MapDeclaration,
  Probe,
} from '../ast.js';
import { type Given, parseAttachPoint, startsProbe, startsProbeAt } from './attach-point.js';
import { parseDefinition } from './definition.js';
import type { DirectiveFile } from './directive.js';
import { endsPredicate, parseExpression } from './expression.js';
import { givenText } from './given-expression.js';
import { parseImport } from './import.js';
import { inC, type Reading } from './reading.js';
import { parseBlock, parseBlockValue } from './statement.js';
import { ParseFailure, type TokenStream } from './token-stream.js';

/** At the start of a C definition. */
const DEFINITION = /^(?:struct|union|enum|typedef)[\s{]/;

/** Control characters and what undecodable bytes become: no probe has them. */
const GARBAGE = /[\p{Cc}\ufffd]/u;

/** Reads the script, or (`isImport`) one that it imports. */
export function parseTopLevel(s: TokenStream, reading: Reading, path = '', isImport = false): void {
  const { out, preprocessor } = reading;
  const file: DirectiveFile = { path, open: [] };
  s.parseBlockValue = parseBlockValue;
  s.parseValue = parseExpression;
  if (!reading.verbatim) s.givenText = index => givenText(reading, index);
  s.macros = reading.verbatim ? undefined : preprocessor.macros;
  let configSpan: Span | undefined;
  let hasProbe = false;
  for (;;) {
    s.skipTrivia();
    const start = s.position;
    if (start >= s.text.length) {
      preprocessor.reportOpen(file);
      return;
    }
    s.lastEnd = start;
    s.startStatement();
    try {
      if (s.text[start] === '#') preprocessor.directive(s.lexer, file);
      else if (matches(s, /config\s*[={]/y)) {
        const span = { start, end: start + 'config'.length };
        checkConfigPlace(s, span, configSpan, out, isImport);
        configSpan ??= span;
        parseConfig(s, out.config);
      } else if (matches(s, /let\s+[@$]/y)) out.mapDeclarations.push(parseMapDeclaration(s));
      else if (matches(s, /macro\s+\w/y)) out.macros.push(parseMacro(s));
      else if (matches(s, /import\s*"/y)) parseImport(s, reading, path, hasProbe);
      else if (DEFINITION.test(s.text.slice(start, start + 8))) {
        out.definitions.push(...inC(s, reading, file, () => parseDefinition(s)));
      } else if (matches(s, /fn\s+\w+\s*\(/y)) skipFunction(s);
      else {
        hasProbe = true;
        out.probes.push(parseProbe(s, reading));
      }
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      const defining = DEFINITION.test(s.text.slice(start, start + 8));
      if (defining) s.position = start; // its braces are counted from there
      skipToProbe(s, start);
      s.skipTrivia();
      if (defining && s.text[s.position] === ';') s.position++;
    }
  }
}

function matches(s: TokenStream, pattern: RegExp): boolean {
  pattern.lastIndex = s.position;
  return pattern.test(s.text);
}

function parseProbe(s: TokenStream, given: Given): Probe {
  const start = s.position;
  const attachPoints: AttachPoint[] = [];
  for (;;) {
    const point = parseAlternatives(s, given);
    if (!point) break;
    attachPoints.push(point);
    if (s.text[s.position] !== ',') break;
    s.position++;
    s.skipTrivia();
  }
  if (attachPoints.length === 0) {
    const at = s.position;
    const shown = s.text[at] === '{' ? ', found a block' : '';
    s.diagnostics.error('expected-probe', { start: at, end: at + 1 }, `expected a probe${shown}`, {
      hint: 'a probe is written as in: tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }',
    });
    if (s.text[at] !== '{') throw new ParseFailure();
  }
  const predicate = s.at('/') ? parsePredicate(s) : undefined;
  if (attachPoints.length > 0 && isBare(s, attachPoints)) {
    const span = s.spanFrom(start);
    const body: Block = { kind: 'block', span: { start: span.end, end: span.end }, statements: [] };
    return { kind: 'probe', span, attachPoints, predicate, bare: true, body };
  }
  const body = s.at('{') ? parseBlock(s) : missingBlock(s, attachPoints);
  return { kind: 'probe', span: s.spanFrom(start), attachPoints, predicate, body };
}

/** `point || point || ...`: the first one, which holds the others. */
function parseAlternatives(s: TokenStream, given: Given): AttachPoint | undefined {
  const first = parsePoint(s, given);
  if (!first) return undefined;
  const otherwise: AttachPoint[] = [];
  while (s.text.startsWith('||', s.position)) {
    const bars = { start: s.position, end: s.position + 2 };
    s.position = bars.end;
    s.skipTrivia();
    const next = parsePoint(s, given);
    if (!next) {
      throw s.fail('expected-probe', bars, 'expected a probe after "||"', {
        hint: 'it serves where the first cannot be attached: kprobe:f || tracepoint:CATEGORY:EVENT { ... }',
      });
    }
    otherwise.push(next);
  }
  return otherwise.length === 0 ? first : { ...first, otherwise };
}

function parsePoint(s: TokenStream, given: Given): AttachPoint | undefined {
  const before = s.diagnostics.list.length;
  const point = parseAttachPoint(s.text, s.position, given, s.diagnostics);
  if (!point) return undefined;
  const garbage = point.parts.find(part => GARBAGE.test(part.text));
  if (garbage) {
    const shown = escapeText(s.text.slice(garbage.span.start, garbage.span.end).slice(0, 24));
    throw s.fail('unexpected-character', garbage.span, `unexpected characters in a probe: ${shown}`);
  }
  s.position = point.span.end;
  s.lastEnd = point.span.end;
  if (s.diagnostics.list.length > before && point.span.end === s.text.length) throw new ParseFailure();
  s.skipTrivia();
  return point;
}

/** `/expression/`; after a mistake in it the block is still parsed. */
function parsePredicate(s: TokenStream): Expression | undefined {
  const open = s.take();
  try {
    if (endsPredicate(s)) throw s.fail('empty-predicate', open.span, 'this predicate is empty');
    const predicate = parseExpression(s);
    s.expect('/', { where: 'to end the predicate', open });
    return predicate;
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    while (!s.at('{') && s.peek().kind !== 'end') {
      if (s.peek().first && startsProbeAt(s.text, s.peek().span.start)) break;
      s.take();
    }
    return undefined;
  }
}

/** Nothing follows, or another probe on a line of its own. */
function isBare(s: TokenStream, attachPoints: readonly AttachPoint[]): boolean {
  if (s.at('{') || holdsPredicate(s, attachPoints)) return false;
  const next = s.peek();
  return next.kind === 'end' || startsProbe(s.text, next);
}

/** `tracepoint:sched:sched_switch/pid == 1/`: the predicate has become a part of the attach point. */
function holdsPredicate(s: TokenStream, attachPoints: readonly AttachPoint[]): boolean {
  const last = attachPoints.at(-1);
  const written = last ? s.text.slice(last.span.start, last.span.end) : '';
  return /^[^/"]*[^/":]\/[^/:]*$/.test(written) && !/^(u|usdt|U|ur|uprobe|uretprobe):/.test(written);
}

/** Says that a block is missing, and why perhaps; gives up. */
function missingBlock(s: TokenStream, attachPoints: readonly AttachPoint[]): never {
  if (holdsPredicate(s, attachPoints)) {
    throw s.unexpected('expected "{" after the attach point', { hint: 'put a space before the predicate.' });
  }
  const after = `expected "{" after ${attachPoints.length > 0 ? 'the attach point' : 'the predicate'}`;
  const another = startsProbeAt(s.text, s.peek().span.start);
  throw s.unexpected(after, another ? { hint: 'a comma or a new line parts probes.' } : {});
}

function checkConfigPlace(
  s: TokenStream,
  span: Span,
  earlier: Span | undefined,
  out: Reading['out'],
  isImport: boolean,
): void {
  if (isImport) {
    s.diagnostics.error('import-config', span, 'a script that is imported cannot have a config block', {
      hint: 'move it to the script that imports this one.',
    });
  } else if (earlier) {
    s.diagnostics.error('duplicate-config', span, 'a second config block', {
      notes: [{ span: earlier, message: 'the first one is here' }],
    });
  } else if (out.probes.length > 0 || out.mapDeclarations.length > 0) {
    s.diagnostics.error('late-config', span, 'the config block comes before everything else', {
      hint: 'move it to the top.',
    });
  }
}

function parseConfig(s: TokenStream, into: ConfigAssignment[]): void {
  s.take();
  s.expect('=', { where: 'after "config"' });
  const open = s.expect('{', { where: 'after "config ="' });
  while (!s.accept('}')) {
    if (s.accept(';')) continue;
    if (s.peek().kind === 'end') throw s.unexpected('expected "}" to end the config block', { open });
    try {
      into.push(parseSetting(s));
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      while (!s.at(';') && !s.at('}') && !s.at('{') && s.peek().kind !== 'end') s.take();
      if (s.at('{')) throw error;
    }
  }
}

/** `key = value`, the `;` behind it included unless it is the last. */
function parseSetting(s: TokenStream): ConfigAssignment {
  const key = s.peek();
  if (key.kind !== 'word') throw s.unexpected('expected the name of a setting or "}"');
  s.take();
  s.expect('=', { where: `after "${key.text}"` });
  const token = s.peek();
  let value: ConfigAssignment['value'];
  if (token.kind === 'integer') value = token.value;
  else if (token.kind === 'string') value = new TextDecoder().decode(token.bytes);
  else if (token.kind === 'word') {
    value = token.text === 'true' || token.text === 'false' ? token.text === 'true' : token.text;
  } else throw s.unexpected(`expected a value for ${key.text}: a number, a word, a string, true or false`);
  s.take();
  if (!s.at('}')) s.expect(';', { where: `after the value of ${key.text}` });
  const span = { start: key.span.start, end: token.span.end };
  return { kind: 'config-assignment', span, key: key.text, keySpan: key.span, value, valueSpan: token.span };
}

/** `let @name = lruhash(100);` */
function parseMapDeclaration(s: TokenStream): MapDeclaration {
  const start = s.take().span.start;
  const name = s.peek();
  if (name.kind !== 'map') {
    throw s.fail('top-level-let', name.span, 'outside of a probe "let" declares a map', {
      hint: 'write let @name = hash(100); or move the variable into a probe.',
    });
  }
  s.take();
  s.expect('=', { where: `after ${name.text}` });
  const type = s.peek();
  if (type.kind !== 'word') throw s.unexpected('expected the type of the map', { hint: MAP_TYPES });
  s.take();
  const open = s.expect('(', { where: `after ${type.text}`, hint: MAP_TYPES });
  const size = s.peek();
  if (size.kind !== 'integer' || (size.value === 0n && !size.broken)) {
    throw s.unexpected(`expected how many keys ${name.text} may have, a number above 0`);
  }
  s.take();
  s.expect(')', { open });
  const span = s.spanFrom(start);
  s.accept(';');
  return { kind: 'map-declaration', span, name: name.text, mapType: type.text, maxEntries: size.value };
}

/** `macro name($v, e, @m) { ... }` */
function parseMacro(s: TokenStream): Macro {
  const { start } = s.take().span;
  const name = s.peek();
  if (name.kind !== 'word') throw s.unexpected('expected the name of the macro');
  s.take();
  const open = s.expect('(', { where: `after ${name.text}` });
  const params: MacroParameter[] = [];
  while (!s.at(')')) {
    const token = s.take();
    const { kind, span } = token;
    if (kind !== 'word' && kind !== 'variable' && kind !== 'map') {
      throw s.fail('macro-parameter', span, 'a parameter of a macro is a $variable, a @map or a word');
    }
    params.push({ kind: kind === 'word' ? 'expression' : kind, span, name: token.text });
    if (!s.accept(',')) break;
  }
  s.expect(')', { where: `after the parameters of ${name.text}`, open });
  const body = parseBlock(s, `after the head of the macro ${name.text}`);
  const { text, span: nameSpan } = name;
  return { kind: 'macro', span: s.spanFrom(start), name: text, nameSpan, params, body };
}

const MAP_TYPES = 'as in let @name = lruhash(100);';

/** Functions are a part of bpftrace's grammar that it does nothing with. */
function skipFunction(s: TokenStream): void {
  const word = s.take();
  s.diagnostics.error('not-supported', word.span, 'functions are not supported', {
    hint: 'a macro does the same: macro name($variable, @map, expression) { ... }',
  });
  for (let depth = 0; s.peek().kind !== 'end'; ) {
    const token = s.take();
    if (token.kind !== 'punctuation') continue;
    if (token.text === '{') depth++;
    else if (token.text === '}' && --depth <= 0) break;
  }
}

/** After a hopeless mistake: behind the block that follows, or to the next line that starts a probe. */
function skipToProbe(s: TokenStream, start: number): void {
  for (let depth = 0; s.peek().kind !== 'end'; ) {
    const token = s.peek();
    if (token.span.start > start && token.first && startsProbeAt(s.text, token.span.start)) break;
    s.take();
    if (token.kind !== 'punctuation') continue;
    if (token.text === '{') depth++;
    else if (token.text === '}' && --depth <= 0) break;
    else if (token.text === ';' && depth === 0) break;
  }
}
