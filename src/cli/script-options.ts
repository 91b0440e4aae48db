// A script's own options: those it declares with getopt(name, default, help), the short ones its header adds, and what the
// user typed for them. What is left over are positional parameters. Options that the header presets are none of the user's.
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { didYouMean } from '../compiler/diagnostics/suggest.js';
import type { SourceFiles } from '../compiler/env.js';
import type { Expression, Program } from '../compiler/syntax/ast.js';
import { type ParseResult, parse } from '../compiler/syntax/parse.js';
import { parseScriptHeader } from '../compiler/syntax/script-header.js';
import { UsageError } from './config.js';
import { sharedWith } from './shared-options.js';

export interface DeclaredOption {
  readonly name: string;
  readonly short: string | undefined;
  /** A flag takes no value. */
  readonly flag: boolean;
  /** As written: '443', 'false', '"eth0"'. */
  readonly default: string | undefined;
  readonly help: string | undefined;
}

export interface ScriptArguments {
  readonly options: ReadonlyMap<string, string | true>;
  readonly params: readonly string[];
  /** -h or --help was among them. */
  readonly help: boolean;
}

/** Options of a script and of those that it imports; most have none, which a look tells. */
export function optionsOf(script: SourceFile, files: SourceFiles): DeclaredOption[] {
  return /getopt|^\s*import\s*"/m.test(script.text)
    ? declaredOptions(parse(script, { params: [], files }))
    : [];
}

/** In order of first appearance; a name declared twice counts once. */
export function declaredOptions({
  program,
  source,
}: Pick<ParseResult, 'program' | 'source'>): DeclaredOption[] {
  const { short: shorts = new Map<string, string>(), preset } = parseScriptHeader(source).header ?? {};
  const shortOf = new Map([...shorts].map(([short, name]) => [name, short]));
  const found = new Map<string, DeclaredOption>();
  forEachCall(program, call => {
    const [name, value, help] = call.args;
    if (call.name !== 'getopt' || name?.kind !== 'string-literal') return;
    const text = new TextDecoder().decode(name.bytes);
    if (found.has(text) || preset?.has(text)) return;
    found.set(text, {
      name: text,
      short: shortOf.get(text),
      flag: value === undefined || value.kind === 'boolean-literal',
      default: value === undefined ? undefined : source.text.slice(value.span.start, value.span.end),
      help: help?.kind === 'string-literal' ? new TextDecoder().decode(help.bytes) : undefined,
    });
  });
  return [...found.values()];
}

/** Throws a UsageError at an unknown option, when the script declares any; else options pass as parameters. */
export function parseScriptArguments(
  given: readonly string[],
  declared: readonly DeclaredOption[],
  title: string,
): ScriptArguments {
  const options = new Map<string, string | true>();
  const params: string[] = [];
  let help = false;
  const tool = title.startsWith('-') ? undefined : title;
  const words = given.flatMap(word => apart(word, declared));
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '-h' || word === '--help') {
      help = true;
      continue;
    }
    const match = /^(?:--([A-Za-z][\w-]*)|-([A-Za-z0-9]))(?:=(.*))?$/s.exec(word);
    const isNumber = /^-\d/.test(word) && !declared.some(o => o.short === word[1]);
    if (match === null || isNumber || word === '-') {
      params.push(word);
      continue;
    }
    const option = declared.find(o => (match[1] === undefined ? o.short === match[2] : o.name === match[1]));
    if (option === undefined) {
      // bpftrace passes undeclared named parameters by; with options declared, one that is unknown is a typing mistake.
      const own = declared.map(o => `--${o.name}`);
      const hint =
        didYouMean(word, [...own, ...sharedWith(declared).map(longForm)]) ??
        (own.length > 0 ? `it has: ${own.join(', ')}` : 'it takes none');
      throw new UsageError(`${title} has no option ${word}; ${hint}`, tool);
    }
    if (option.flag) {
      options.set(option.name, match[3] ?? true);
      continue;
    }
    const value = match[3] ?? words[++i];
    if (value === undefined) throw new UsageError(`option --${option.name} of ${title} needs a value`, tool);
    options.set(option.name, value);
  }
  return { options, params, help };
}

function longForm([flags]: readonly [flags: string, meaning: string]): string {
  return /--\w+/.exec(flags)?.[0] ?? '';
}

/** -xT is -x -T where both letters are declared; only the last one may take a value. */
function apart(word: string, declared: readonly DeclaredOption[]): readonly string[] {
  if (!/^-[A-Za-z][A-Za-z0-9]+$/.test(word)) return [word];
  const letters = [...word.slice(1)];
  const known = letters.map(letter => declared.find(({ short }) => short === letter));
  const fits = known.every((option, i) => option !== undefined && (option.flag || i === letters.length - 1));
  return fits ? letters.map(letter => `-${letter}`) : [word];
}

/** What a tool that is another one's special case has chosen of its options. */
export function presetOptions(source: SourceFile): ReadonlyMap<string, string> {
  // Reading the header costs a start-up more than most tools, which have none, should pay.
  const has = source.text.toLowerCase().includes('preset:');
  return (has ? parseScriptHeader(source).header?.preset : undefined) ?? new Map();
}

/** Of a tool to which too few words are given, the first that is not there. */
export function lackingParameter(
  source: SourceFile,
  given: number,
): { readonly name: string; readonly meaning: string } | undefined {
  if (!/^[ */]*Parameter:/im.test(source.text)) return undefined;
  const lacking = parseScriptHeader(source).header?.parameters[given];
  return lacking?.name.startsWith('[') ? undefined : lacking; // [FILTER] may be left out
}

/** Has it parameters of its own? */
export function takesWords(text: string): boolean {
  return /\$\d|\$#|^[ */]*Parameter:/im.test(text);
}

/** Usage text of a tool or script. */
export function scriptHelp(
  invokedAs: string,
  title: string,
  source: SourceFile,
  declared: readonly DeclaredOption[],
): string {
  const { header } = parseScriptHeader(source);
  const rows = declared.map(o => {
    const long = `--${o.name}${o.flag ? '' : ' <value>'}`;
    const preset =
      o.flag || o.default === undefined || o.default === '""' || o.default === '0'
        ? ''
        : ` (default: ${o.default})`;
    return [
      `${o.short === undefined ? '    ' : `-${o.short}, `}${long}`,
      `${o.help ?? ''}${preset}`,
    ] as const;
  });
  rows.push(['-h, --help', 'show this help']);
  const parameters = header?.parameters ?? [];
  const meanings = parameters.map(({ name, meaning }) => [name, meaning] as const);
  const shared = sharedWith(declared).map(
    ([flags, meaning]) => [flags.startsWith('--') ? `    ${flags}` : flags, meaning] as const,
  );
  const width = Math.max(...[...rows, ...meanings, ...shared].map(([left]) => left.length)) + 2;
  const shown = (list: readonly (readonly [string, string])[]) =>
    list.map(([left, right]) => `  ${left.padEnd(width)}${right}`.trimEnd());
  return [
    `Usage: ${[invokedAs, title, '[options]', ...parameters.map(({ name }) => name)].join(' ')}`,
    ...(header?.summary === undefined ? [] : ['', header.summary]),
    ...(header?.description === undefined
      ? []
      : ['', ...header.description.flatMap((paragraph, i) => (i === 0 ? [paragraph] : ['', paragraph]))]),
    '',
    ...(parameters.length === 0 ? [] : ['Parameters:', ...shown(meanings), '']),
    'Options:',
    ...shown(rows),
    '',
    'Options of all tools:',
    ...shown(shared),
    '',
    ...(takesWords(source.text)
      ? []
      : ['Words behind it: an interval and how often, as in `1 10`, for --interval and --count.']),
    `Before the name, and in their long form behind it: all of ${invokedAs} --help.`,
    ...(header === undefined || header.examples.length === 0
      ? []
      : ['', 'Examples:', ...header.examples.map(e => `  ${e.command}`)]),
    '',
  ].join('\n');
}

/** Calls in what the script runs; of macros, many of which an import may bring, in those that it uses. */
function forEachCall(
  { macros, ...rest }: Program,
  visit: (call: Extract<Expression, { kind: 'call' }>) => void,
): void {
  const unused = new Set(macros);
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const each of node) walk(each);
    } else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
      const { kind, name } = node as { kind?: unknown; name?: unknown };
      if (kind === 'call') visit(node as Extract<Expression, { kind: 'call' }>);
      for (const each of Object.values(node)) walk(each);
      if (kind !== 'call' && kind !== 'identifier') return;
      for (const macro of unused) {
        if (macro.name !== name) continue;
        unused.delete(macro);
        walk(macro.body);
      }
    }
  };
  walk(rest);
}
