// uprobe and uretprobe: entry of a function of a program or library (or any instruction in it), and its return.
import type { FunctionParameter } from '../../binary-view.js';
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import type { Env } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { hasWildcard } from '../../types/glob.js';
import type { Field } from '../../types/type.js';
import { textType } from '../builtins/probe.js';
import type { Documentation } from '../entry.js';
import type { ExpandedTarget, ListPattern, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { registerArgument, registerByName, registerRetval } from './registers.js';
import { lowerParameter } from './user-argument.js';
import {
  type FunctionPattern,
  matchingFunctions,
  namesMatching,
  readFunction,
  reportUnknownFunction,
} from './user-function.js';
import {
  attachMode,
  dataOf,
  haveCookies,
  placeOf,
  resolveTarget,
  typeNamed,
  type UserProbeData,
  userProgram,
  userSpaceOf,
} from './user-target.js';

type Name = 'uprobe' | 'uretprobe';

const USAGE = 'PROGRAM:FUNCTION[+OFFSET], PROGRAM:ADDRESS or PROGRAM:cpp:"NAME"';
const LINE_USAGE = 'uprobe:PROGRAM@FILE:LINE[:COLUMN]';

function probesOf(name: Name, aliases: readonly string[], usage: string, doc: Documentation): ProbeTypeEntry {
  const returns = name === 'uretprobe';
  return {
    name,
    aliases,
    program: userProgram,
    origin: 'event',
    process: 'attach',
    usage,
    doc,
    expand: (point, env, diagnostics) => expand(name, usage, point, env, diagnostics),
    cookies: haveCookies,
    space: () => 'user',
    typeNamed,
    func: {
      type: ({ targets, env, config }) =>
        textType(targets.map(target => functionOf(target, env, config.cppDemangle))),
      lower: lowering => {
        const { targets, env, cppDemangle } = lowering;
        return lowering.targetText(targets.map(target => functionOf(target, env, cppDemangle)));
      },
    },
    reg: registerByName,
    ...(returns
      ? {
          retval: registerRetval,
          noArgs: () => 'a uretprobe has no args: keep them in a map in a uprobe of the function',
        }
      : {
          arg: registerArgument,
          args: (target: ExpandedTarget, env: Env) => parametersOf(target, env)?.map(fieldOf),
          noArgs: whyNoArgs,
          lowerArg: (lowering, field) =>
            lowerParameter(lowering, parametersOf(lowering.targets[0]!, lowering.env)![field.offset]!),
        }),
    shareKey: (target, env, words) => shareKey(target, env, words),
    checkContext: ({ targets, unsafe, diagnostics }, span) => {
      for (const target of targets) {
        const { doubt } = dataOf(target);
        if (doubt === undefined || unsafe) continue;
        diagnostics.error('unsafe', target.span ?? span, doubt, {
          hint: '--unsafe attaches all the same, which may damage the traced process',
        });
      }
    },
    list: (pattern, env) => list(name, pattern, env),
    describe: (listed, env) => (returns ? [] : describe(listed, env)),
  };
}

export const uprobe = probesOf('uprobe', ['u'], `uprobe:${USAGE}`, {
  summary: 'Entry of a function of a program or library, or an instruction in it; wildcards allowed.',
  detail: `The program is a path, a name of PATH, a library (libc, libssl.so.3) or * for all that runs. Arguments are argN and, where there is debug information, args.NAME. ${LINE_USAGE} is the first instruction of a source line.`,
  example: 'uprobe:libc:malloc { @bytes = hist(arg0); }',
  seeAlso: ['uretprobe', 'usdt', 'argN', 'func', 'ustack', 'uaddr'],
});

export const uretprobe = probesOf('uretprobe', ['ur'], `uretprobe:PROGRAM:FUNCTION`, {
  summary: 'Return of a function of a program or library; wildcards allowed.',
  example: 'uretprobe:libc:malloc /retval == 0/ { @[comm] = count(); }',
  seeAlso: ['uprobe', 'retval'],
});

function expand(
  name: Name,
  usage: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const [, program, ...rest] = point.parts;
  if (program !== undefined && isLine(program.text, rest.length, env)) {
    return expandLine(name, point, env, diagnostics);
  }
  const cpp = rest[0]?.text === 'cpp' && rest.length > 1;
  // The colons of ns::f need no quotes.
  if (operands(point, 2, cpp ? point.parts.length : 3, usage, diagnostics) === undefined) return [];
  if (rest.length === 2 && !cpp) {
    const message = `unsupported language type: ${rest[0]!.text}`;
    diagnostics.error('attach-point', rest[0]!.span, message, {
      hint: 'there is cpp: uprobe:./app:cpp:"ns::f"',
    });
    return [];
  }
  const words = cpp ? rest.slice(1) : rest;
  const span: Span = { start: words[0]!.span.start, end: words.at(-1)!.span.end };
  const pattern = readFunction(words.map(word => word.text).join(':'), cpp, span, diagnostics);
  if (pattern === undefined || program === undefined) return [];
  if (name === 'uretprobe' && pattern.offset !== undefined) {
    diagnostics.error(
      'attach-point',
      span,
      'Offset not allowed: a uretprobe fires where the function returns',
    );
    return [];
  }
  const paths = resolveTarget(name, program.text, program.span, env, diagnostics);
  if (paths.length === 0) return [];
  if (pattern.address !== undefined) {
    const { address } = pattern;
    return paths.flatMap(path => targetAt(name, path, address, String(address), span, env, diagnostics));
  }
  const found = paths.flatMap(path => targetsIn(name, path, pattern, env, diagnostics));
  const targets = found.length > 0 ? found : inMergedLibrary(name, paths, pattern, env, diagnostics);
  if (targets.length === 0 && !diagnostics.hasErrors) reportUnknownFunction(pattern, paths, env, diagnostics);
  return targets;
}

function targetsIn(
  name: Name,
  path: string,
  pattern: FunctionPattern,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const { cpp, offset, span } = pattern;
  const found = matchingFunctions(pattern, path, env);
  const exact = !cpp && !hasWildcard(pattern.name);
  const locals = exact ? found.filter(({ kind }) => kind === 'function') : [];
  if (locals.length > 1 && !pattern.name.includes('@') && isAmbiguous(path, locals, env)) {
    const others = locals.slice(1).map(({ address }) => `${name}:${path}:0x${address.toString(16)}`);
    diagnostics.warn(
      'ambiguous-function',
      span,
      `${path} has ${locals.length} functions "${pattern.name}": the first is probed`,
      {
        hint: `the others by address: ${others.slice(0, 4).join(', ')}`,
      },
    );
  }
  return (exact ? found.slice(0, 1) : found).flatMap(symbol => {
    if (offset !== undefined && symbol.size > 0 && offset >= symbol.size) {
      const message = `Offset outside the function bounds ('${symbol.name}' size is ${symbol.size})`;
      diagnostics.error('attach-point', span, message);
      return [];
    }
    const label = `${cpp ? 'cpp:' : ''}${symbol.name}${offset === undefined ? '' : `+${offset}`}`;
    return targetAt(name, path, symbol.address + (offset ?? 0), label, span, env, diagnostics);
  });
}

/** Since glibc 2.34 what libpthread, libdl, librt and libutil had is in libc; scripts still name them. */
function inMergedLibrary(
  name: Name,
  paths: readonly string[],
  pattern: FunctionPattern,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  return paths.flatMap(path => {
    const folder = /^(.*\/)lib(?:pthread|dl|rt|util)\.so\.[0-2]$/.exec(path)?.[1];
    const [libc] = folder === undefined ? [] : userSpaceOf(env).resolve(`${folder}libc.so.6`);
    return libc === undefined ? [] : targetsIn(name, libc, pattern, env, diagnostics);
  });
}

/** Old versions of an exported function are not meant by its name; static functions of several files may be. */
function isAmbiguous(path: string, symbols: ReturnType<typeof matchingFunctions>, env: Env): boolean {
  const userSpace = userSpaceOf(env);
  return symbols.every(({ address, name }) => userSpace.symbolAt(path, address)?.name === name);
}

function targetAt(
  name: Name,
  path: string,
  address: number,
  label: string,
  span: Span,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const full = `${name}:${path}:${label}`;
  const place = placeOf(path, address, full, span, env, diagnostics);
  if (place === undefined) return [];
  const userSpace = userSpaceOf(env);
  const starts = isEntry(label) ? 'starts' : userSpace.instructionAt(path, address);
  const doubt =
    starts === 'starts'
      ? undefined
      : starts === 'inside'
        ? `0x${address.toString(16)} is in the middle of an instruction of ${path}`
        : `it cannot be told where instructions start around 0x${address.toString(16)} of ${path}`;
  const data: UserProbeData = { ...place, ...(doubt === undefined ? {} : { doubt }) };
  return [
    {
      name: full,
      parts: [name, path, ...label.split(/^cpp:/)].filter(part => part !== ''),
      mode: attachMode(env),
      data,
    },
  ];
}

/** `./app@main.c:12`: an at sign that is no part of a file's name. */
function isLine(text: string, more: number, env: Env): boolean {
  const at = text.lastIndexOf('@');
  if (at <= 0 || more > 2) return false;
  return userSpaceOf(env).resolve(text).length === 0;
}

function expandLine(
  name: Name,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const [, program, lineWord, columnWord] = point.parts;
  if (program === undefined) return [];
  const at = program.text.lastIndexOf('@');
  const file = program.text.slice(at + 1);
  const wrong = (span: Span, message: string) => {
    diagnostics.error('attach-point', span, message, { hint: `it is written ${LINE_USAGE}` });
    return [];
  };
  if (name === 'uretprobe') return wrong(point.span, 'Source code location not allowed');
  if (lineWord === undefined || file === '')
    return wrong(point.span, 'a source line needs a file and a number');
  for (const word of [lineWord, columnWord]) {
    if (word !== undefined && !/^\d+$/.test(word.text)) {
      return wrong(word.span, `Invalid line number: invalid integer: ${word.text}`);
    }
  }
  const userSpace = userSpaceOf(env);
  const paths = resolveTarget(name, program.text.slice(0, at), program.span, env, diagnostics);
  return paths.flatMap(path => {
    const column = columnWord === undefined ? undefined : Number(columnWord.text);
    const address = userSpace.line(path, file, Number(lineWord.text), column);
    if (typeof address === 'number') {
      return targetAt(name, path, address, String(address), point.span, env, diagnostics);
    }
    const { present, problem } = userSpace.debugInfo(path);
    const message = !present
      ? `${path} has no debug information (DWARF), which lines come from`
      : problem !== undefined
        ? `the debug information of ${path} cannot be read: ${problem}`
        : address === 'file'
          ? `no source file of ${path} is called ${file}`
          : `no code of ${path} is of ${file}:${lineWord.text}${columnWord === undefined ? '' : `:${columnWord.text}`}`;
    const hint =
      'build it with -g or install its debug package; functions are found without: uprobe:PATH:FUNCTION';
    diagnostics.error('unknown-probe', point.span, message, present ? {} : { hint });
    return [];
  });
}

/** Name of the function that a target is in; where there is none, its address as `probe` has it. */
function functionOf(target: ExpandedTarget, env: Env, demangle: boolean): string {
  const { path, address } = dataOf(target);
  const label = target.parts.at(-1) ?? '';
  const userSpace = userSpaceOf(env);
  const name = isEntry(label) ? label : (userSpace.symbolAt(path, address)?.name ?? label);
  return demangle ? (userSpace.demangled(name) ?? name) : name;
}

/** Neither `function+4` nor an address. */
function isEntry(label: string): boolean {
  return !/\+\d+$|^\d+$/.test(label);
}

function parametersOf(target: ExpandedTarget, env: Env): readonly FunctionParameter[] | undefined {
  const { path, address } = dataOf(target);
  const found = userSpaceOf(env).parameters(path, address);
  return found === undefined || found.length === 0 ? undefined : found;
}

function whyNoArgs(target: ExpandedTarget, env: Env): string {
  const { path, address } = dataOf(target);
  const userSpace = userSpaceOf(env);
  const { present, problem } = userSpace.debugInfo(path);
  if (!present) return `${path} has no debug information (DWARF), which args come from: use argN`;
  if (problem !== undefined) return `the debug information of ${path} cannot be read: ${problem}`;
  return userSpace.parameters(path, address) === undefined
    ? `the debug information of ${path} knows no function that starts at ${target.name}: use argN`
    : `${target.name} has no parameters`;
}

/** The field's offset is the parameter's number. */
function fieldOf({ name, type, unreadable }: FunctionParameter, index: number): Field {
  return { name, type, offset: index, ...(unreadable === undefined ? {} : { unreadable }) };
}

function shareKey(target: ExpandedTarget, env: Env, words: ReadonlySet<string>): string {
  const { path, address } = dataOf(target);
  if (words.has('uaddr')) return `${path} ${address}`;
  return words.has('args') ? JSON.stringify([path, parametersOf(target, env)]) : '';
}

function* list(name: Name, { parts }: ListPattern, env: Env): Iterable<string> {
  const [program, ...rest] = parts;
  if (program === undefined) return;
  const cpp = rest[0] === 'cpp';
  const text = (cpp ? rest.slice(1) : rest).join(':') || '*';
  const userSpace = userSpaceOf(env);
  const span: Span = { start: 0, end: 0 };
  const pattern: FunctionPattern = { cpp, name: text, offset: undefined, address: undefined, span };
  for (const path of userSpace.resolve(program)) {
    for (const each of namesMatching(pattern, path, env)) {
      const demangled = cpp ? userSpace.demangled(each) : undefined;
      yield `${name}:${path}:${demangled === undefined ? each : `cpp:"${demangled}"`}`;
    }
  }
}

function describe(listed: string, env: Env): readonly string[] {
  const [, path = '', ...rest] = listed.split(':');
  const userSpace = userSpaceOf(env);
  const source = /^cpp:"(.*)"$/.exec(rest.join(':'))?.[1];
  const name =
    source === undefined
      ? rest.join(':')
      : userSpace.functions(path).find(each => userSpace.demangled(each) === source);
  const [symbol] = name === undefined ? [] : userSpace.symbols(path, name);
  const parameters = symbol && userSpace.parameters(path, symbol.address);
  return parameters?.map(parameter => `${parameter.text} ${parameter.name}`.trimEnd()) ?? [];
}
