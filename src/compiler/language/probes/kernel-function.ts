// `[module:]function` of attach points of kernel functions: what it names, what is said when it names nothing.
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import type { Env, KernelFunction } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import type { ListPattern } from '../probe-type.js';
import { equivalentHint } from './equivalents.js';

/** The kernel itself, where modules are named. */
export const VMLINUX = 'vmlinux';

/** The module (undefined: any) and the function as written. */
export interface FunctionPattern {
  readonly module: string | undefined;
  readonly name: string;
  readonly span: Span; // of the name
}

export function functionPattern(point: AttachPoint): FunctionPattern {
  const parts = point.parts.slice(1);
  const last = parts.at(-1);
  return {
    module: parts.length > 1 ? parts[0]!.text : undefined,
    name: last?.text ?? '',
    span: last?.span ?? point.span,
  };
}

export function isPattern({ module, name }: FunctionPattern): boolean {
  return hasWildcard(name) || (module !== undefined && hasWildcard(module));
}

/** Traceable functions that a pattern with wildcards matches. */
export function matchingFunctions({ module = '*', name }: FunctionPattern, env: Env): KernelFunction[] {
  const names = globPattern(name);
  const modules = module === '*' ? undefined : globPattern(module);
  const all = env.kernelFunctions?.().traceable() ?? [];
  return all.filter(each => names.test(each.name) && (modules === undefined || modules.test(each.module)));
}

/** Modules that have the function, traceable or not: in order, or the one that is named. */
export function modulesOf({ module, name }: FunctionPattern, env: Env): readonly string[] {
  const functions = env.kernelFunctions?.();
  const btf = () => (env.btf()?.idOf(name, 'func') === undefined ? [] : [VMLINUX]);
  const modules = functions === undefined ? btf() : functions.modulesOf(name);
  return module === undefined ? modules : modules.filter(each => each === module);
}

/** Why a BPF trampoline (fentry, fexit) cannot trace a function whose type is known, if it cannot. */
export function trampolineObstacle({ module, name }: KernelFunction, env: Env): string | undefined {
  const found = env.btf(module === VMLINUX ? undefined : module)?.func(name);
  if (found === undefined || found.obstacle !== undefined) return found?.obstacle;
  const [major, minor] = env.kernelVersion;
  const old = major < 6 || (major === 6 && minor < 1);
  const structs = old && found.params.some(param => param.type.kind === 'struct');
  return structs ? 'it takes a struct by value, which needs Linux 6.1' : undefined;
}

/** No function matches: did you mean, and which module has it. */
export function reportUnknownFunction(
  type: string,
  pattern: FunctionPattern,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): void {
  const { module, name, span } = pattern;
  if (isPattern(pattern)) {
    const message = `no ${type === 'fentry' || type === 'fexit' ? 'function with type information' : 'traceable function'} matches ${name}`;
    diagnostics.error('unmatched-probe', point.span, message, {
      hint: `tsbpf -l "${type}:${`*${name.replace(/[*?[\]]/g, '')}*`.replace('**', '*')}" lists what there is`,
    });
    return;
  }
  const elsewhere = module === undefined ? [] : modulesOf({ ...pattern, module: undefined }, env);
  const absent = module !== undefined && env.kernelFunctions?.().hasModule(module) === false;
  const where = module === undefined || module === VMLINUX ? 'the kernel' : `the module ${module}`;
  const code = type === 'fentry' || type === 'fexit' ? 'unknown-probe' : 'unknown-function-probe';
  // To guess takes a while: of many that are missing together none is misspelt.
  const alone = diagnostics.list.filter(each => each.code === code).length < 3;
  const hint = absent
    ? `is the module loaded? modprobe ${module}`
    : elsewhere.length > 0
      ? `${elsewhere.join(', ')} has it`
      : ((alone ? guess(type, name, env) : undefined) ?? missingHint(type, name, env));
  diagnostics.error(code, span, `${where} has no function "${name}"`, { hint });
}

function guess(type: string, name: string, env: Env): string | undefined {
  const equivalents = equivalentHint(name, env);
  if (equivalents !== undefined) return equivalents;
  // Names of BTF are at hand; ftrace's list takes the kernel a while.
  const known =
    env.btf()?.names('func') ??
    env
      .kernelFunctions?.()
      .traceable()
      .map(each => each.name) ??
    [];
  const near = suggest(name, sharingLetters(name, known));
  return near === undefined ? undefined : `did you mean "${type}:${near}"?`;
}

/** Of 60,000 names those that start or end like the word: the others are no misspelling of it. */
function* sharingLetters(word: string, names: Iterable<string>): Iterable<string> {
  const start = word.slice(0, 2);
  const end = word.slice(-3);
  for (const name of names) if (name.startsWith(start) || name.endsWith(end)) yield name;
}

function missingHint(type: string, name: string, env: Env): string {
  const few = name.slice(0, Math.max(3, Math.ceil(name.length / 2)));
  const inlined = env.btf() === undefined ? '' : 'it may be inlined, or of a module that is not loaded; ';
  return `${inlined}tsbpf -l "${type}:*${few}*" lists others`;
}

/** Lines of -l for a type whose functions are these: `type:name`, with the module when the pattern names one. */
export function* listFunctions(
  type: string,
  { parts, matches }: ListPattern,
  functions: Iterable<KernelFunction>,
  alwaysModule: boolean,
): Iterable<string> {
  const withModule = alwaysModule || parts.length > 1;
  const [only] = parts;
  const anyModule = parts.length === 1 && alwaysModule ? globPattern(only!) : undefined;
  let last = '';
  for (const { name, module } of functions) {
    const full = withModule ? `${type}:${module}:${name}` : `${type}:${name}`;
    if (full === last || !(anyModule === undefined ? matches(full) : anyModule.test(name))) continue;
    last = full;
    yield full;
  }
}
