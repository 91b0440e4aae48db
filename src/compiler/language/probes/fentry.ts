// fentry and fexit: entry and return of a kernel function through a BPF trampoline, with typed arguments in both; a program for
// each function. Functions of running BPF programs too: fentry:bpf:[ID:]NAME.
import { AttachType, ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import type { Env, KernelFunction } from '../../env.js';
import type { ProgramAttributes } from '../../object-spec.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import type { Field, Type } from '../../types/type.js';
import { textType } from '../builtins/probe.js';
import type { Documentation } from '../entry.js';
import type { ExpandedTarget, ListPattern, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import {
  type FunctionPattern,
  functionPattern,
  isPattern,
  listFunctions,
  matchingFunctions,
  modulesOf,
  reportUnknownFunction,
  trampolineObstacle,
  VMLINUX,
} from './kernel-function.js';
import { noTrampolines, reportNoTrampolines } from './no-kprobes.js';
import { fieldsKey, loadTrampolined, loadTyped, trampolineFields } from './trace-arguments.js';

type Name = 'fentry' | 'fexit';

/** Where functions of BPF programs are named instead of a module. */
const BPF = 'bpf';

function probesOf(name: Name, aliases: readonly string[], doc: Documentation): ProbeTypeEntry {
  const returns = name === 'fexit';
  const usage = `${name}:[MODULE:]FUNCTION`;
  return {
    name,
    aliases,
    program: target => attributes(target, returns),
    origin: 'event',
    process: 'filter',
    usage,
    requires: { btf: true, alternative: `k${returns ? 'ret' : ''}probe needs no type information` },
    doc,
    expand: (point, env, diagnostics) => expand(name, usage, point, env, diagnostics),
    instead: {
      arg: `the arguments of ${name} have names: args.NAME`,
      retval: 'fexit has it',
      reg: 'kprobe has registers',
      ctx: 'the arguments are args.NAME',
    },
    args: (target, env) => {
      const found = functionOf(target, env);
      return found === undefined ? undefined : trampolineFields(found.params);
    },
    lowerArg: (lowering, field) =>
      loadTrampolined(lowering, field, functionOf(lowering.targets[0]!, lowering.env)?.params ?? []),
    ...(returns
      ? {
          retval: {
            type({ target, env, diagnostics }, _, span) {
              const type = returnOf(target, env)?.type;
              if (type === undefined || type.kind === 'void') {
                diagnostics.error('not-in-probe', span, `${target.name} returns nothing`, {
                  hint: 'args.NAME has what it was called with',
                });
                return undefined;
              }
              return type;
            },
            lower: lowering => loadTyped(lowering, returnOf(lowering.targets[0]!, lowering.env)!),
          },
        }
      : {}),
    func: {
      type: ({ targets }) => textType(targets.map(nameOf)),
      lower: lowering => lowering.targetText(lowering.targets.map(nameOf)),
    },
    shareKey: (target, env) => fieldsKey(trampolineFields(functionOf(target, env)?.params ?? [])),
    list: (pattern, env) => list(name, pattern, env),
    unavailable: env => (env.has('fentry') ? undefined : noTrampolines(name, env)),
    describe: (listed, env) => describe(listed, returns, env),
  };
}

export const fentry = probesOf('fentry', ['f', 'kfunc'], {
  summary: 'Entry of a kernel function, with typed arguments; wildcards allowed.',
  detail:
    'Cheaper than a kprobe. `fentry:bpf:NAME` and `fentry:bpf:ID:NAME` trace functions of BPF programs that run already.',
  example: 'fentry:vfs_read { @[comm] = sum(args.count); }',
  seeAlso: ['fexit', 'kprobe', 'args'],
});

export const fexit = probesOf('fexit', ['fr', 'kretfunc'], {
  summary: 'Return of a kernel function, with its arguments and its return value, typed; wildcards allowed.',
  example: 'fexit:vfs_read /retval > 0/ { @[str(args.file.f_path.dentry.d_name.name)] = sum(retval); }',
  seeAlso: ['fentry', 'kretprobe', 'args', 'retval'],
});

function attributes({ parts, mode }: ExpandedTarget, returns: boolean): ProgramAttributes {
  const name = nameOf({ parts });
  const attachTo: ProgramAttributes['attachTo'] =
    mode === BPF
      ? { kind: 'program', name, programId: Number(parts[2]) }
      : { kind: 'func', name, ...(parts[1] === VMLINUX ? {} : { module: parts[1]! }) };
  return {
    type: ProgType.BPF_PROG_TYPE_TRACING,
    expectedAttachType: returns ? AttachType.BPF_TRACE_FEXIT : AttachType.BPF_TRACE_FENTRY,
    attachTo,
    interruptible: true,
  };
}

function nameOf({ parts }: Pick<ExpandedTarget, 'parts'>): string {
  return parts.at(-1) ?? '';
}

function moduleOf({ parts }: Pick<ExpandedTarget, 'parts'>): string | undefined {
  return parts[1] === VMLINUX ? undefined : parts[1];
}

function functionOf(target: ExpandedTarget, env: Env) {
  return target.mode === BPF ? undefined : env.btf(moduleOf(target))?.func(nameOf(target));
}

/** The return value, which lies behind the arguments. */
function returnOf(target: ExpandedTarget, env: Env): Field | undefined {
  const found = functionOf(target, env);
  if (found === undefined) return undefined;
  const { params, returns } = found;
  const last = trampolineFields(params).at(-1);
  const words = last === undefined ? 0 : last.offset / 8 + Math.max(1, Math.ceil(wordsOf(last.type)));
  return { name: 'retval', type: tracked(returns), offset: words * 8 };
}

function wordsOf(type: Type): number {
  return type.kind === 'struct' ? type.size / 8 : 1;
}

function tracked(type: Type): Type {
  const known = type.kind === 'pointer' && type.to.kind === 'struct' && type.to.size > 0;
  return known ? { ...type, btf: true } : type;
}

function expand(
  name: Name,
  usage: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  if (operands(point, 1, 3, usage, diagnostics) === undefined) return [];
  const pattern = functionPattern(point);
  if (!env.has('fentry')) return reportNoTrampolines(name, pattern.name, point, env, diagnostics);
  if (point.parts[1]?.text === BPF && point.parts.length > 2)
    return expandPrograms(name, point, env, diagnostics);
  if (point.parts.length > 3) {
    diagnostics.error('attach-point', point.span, `${name} takes a module and a function`, {
      hint: `it is written ${usage}, or ${name}:bpf:[ID:]NAME`,
    });
    return [];
  }
  if (isPattern(pattern)) {
    const found = typedMatches(pattern, env).filter(each => trampolineObstacle(each, env) === undefined);
    if (found.length === 0) reportUnknownFunction(name, pattern, point, env, diagnostics);
    return found.map(each => targetOf(name, each));
  }
  const found = exactly(pattern, env);
  if (found.length === 0) reportUnknownFunction(name, pattern, point, env, diagnostics);
  for (const each of found) {
    const obstacle = trampolineObstacle(each, env);
    if (obstacle === undefined) continue;
    diagnostics.error('unknown-probe', pattern.span, `${name} cannot trace ${each.name}: ${obstacle}`, {
      hint: `${name === 'fexit' ? 'kretprobe' : 'kprobe'}:${each.name} can`,
    });
    return [];
  }
  return found.map(each => targetOf(name, each));
}

function targetOf(name: Name, { module, name: symbol }: KernelFunction): ExpandedTarget {
  return { name: `${name}:${module}:${symbol}`, parts: [name, module, symbol] };
}

/** The function in each module that has it and its type. */
function exactly(pattern: FunctionPattern, env: Env): readonly KernelFunction[] {
  const found = modulesOf(pattern, env).map(module => ({ module, name: pattern.name }));
  return found.filter(each => hasType(each, env));
}

function hasType({ module, name }: KernelFunction, env: Env): boolean {
  return env.btf(module === VMLINUX ? undefined : module)?.idOf(name, 'func') !== undefined;
}

/** Traceable functions that have types too. */
function typedMatches(pattern: FunctionPattern, env: Env): readonly KernelFunction[] {
  return withTypes(matchingFunctions(pattern, env), env);
}

function withTypes(functions: readonly KernelFunction[], env: Env): readonly KernelFunction[] {
  const known = new Map<string, ReadonlySet<string>>();
  const namesIn = (module: string) => {
    let names = known.get(module);
    if (names === undefined) {
      names = new Set(env.btf(module === VMLINUX ? undefined : module)?.names('func') ?? []);
      known.set(module, names);
    }
    return names;
  };
  return functions.filter(each => namesIn(each.module).has(each.name));
}

/** `bpf:NAME`, `bpf:ID:NAME`: functions of running programs. */
function expandPrograms(
  name: Name,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const [, , second, third] = point.parts;
  const wanted = third ?? second!;
  const id = third === undefined ? undefined : second!;
  if (id !== undefined && id.text !== '*' && !/^\d+$/.test(id.text)) {
    diagnostics.error('attach-point', id.span, `"${id.text}" is no id of a BPF program`, {
      hint: `it is a number: bpftool prog; or leave it out: ${name}:bpf:${wanted.text}`,
    });
    return [];
  }
  const names = globPattern(wanted.text);
  const found = programFunctions(env).filter(
    each => names.test(each.name) && (id === undefined || id.text === '*' || id.text === String(each.id)),
  );
  if (found.length === 0) {
    const near = hasWildcard(wanted.text)
      ? undefined
      : suggest(
          wanted.text,
          programFunctions(env).map(each => each.name),
        );
    diagnostics.error(
      'unknown-probe',
      wanted.span,
      `no running BPF program has a function "${wanted.text}"`,
      {
        hint: near === undefined ? `tsbpf -l "${name}:bpf:*" lists them` : `did you mean "${near}"?`,
      },
    );
  }
  return found.map(each => ({
    name: `${name}:bpf:${each.id}:${each.name}`,
    parts: [name, BPF, String(each.id), each.name],
    mode: BPF,
  }));
}

function programFunctions(env: Env): { readonly id: number; readonly name: string }[] {
  const programs = env.runningPrograms?.() ?? [];
  return programs.flatMap(({ id, functions }) => functions.map(name => ({ id, name })));
}

function* list(name: Name, pattern: ListPattern, env: Env): Iterable<string> {
  if (pattern.parts[0] === BPF || pattern.parts.length === 0) {
    const [, ...rest] = pattern.parts;
    const names = globPattern(rest.at(-1) ?? '*');
    for (const each of programFunctions(env)) {
      const full = `${name}:bpf:${each.id}:${each.name}`;
      const found = pattern.parts.length === 0 ? pattern.matches(full) : names.test(each.name);
      if (found && (rest.length < 2 || globPattern(rest[0]!).test(String(each.id)))) yield full;
    }
    if (pattern.parts.length > 0) return;
  }
  yield* listFunctions(name, pattern, withTypes(env.kernelFunctions?.().traceable() ?? [], env), true);
}

/** As bpftrace: `struct file * file`, the return value last. */
function describe(listed: string, returns: boolean, env: Env): readonly string[] {
  const [, module = '', name = ''] = listed.split(':');
  const prototype =
    module === BPF ? undefined : env.btf(module === VMLINUX ? undefined : module)?.prototype(name);
  if (prototype === undefined) return [];
  const lines = prototype.params.map(({ name: param, declaration }) => `${declaration} ${param}`);
  return returns && prototype.returns !== 'void' ? [...lines, `${prototype.returns} retval`] : lines;
}
