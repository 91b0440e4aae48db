// rawtracepoint: a tracepoint without the record that tracefs describes. The arguments are those of its TP_PROTO: by number, and
// by name and type where the kernel has BTF (btf_trace_NAME). A program that asks for arguments by name only is a typed one
// (tp_btf), which follows pointers by plain loads; any other is shared by all targets.
import { AttachType, ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { ProgramAttributes } from '../../object-spec.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import { type Type, UINT64 } from '../../types/type.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { VMLINUX } from './kernel-function.js';
import { fieldsKey, loadTyped, trampolineFields } from './trace-arguments.js';

const LIST = 'tsbpf -l "rawtracepoint:*" lists them';

const USAGE = 'rawtracepoint:[MODULE:]EVENT';
/** What a raw tracepoint may have (MAX_TRACEPOINT_ARGS, include/trace/bpf_probe.h). */
const MOST_ARGUMENTS = 12;

export const rawtracepoint: ProbeTypeEntry = {
  name: 'rawtracepoint',
  aliases: ['rt'],
  program: attributes,
  origin: 'event',
  process: 'filter',
  usage: USAGE,
  doc: {
    summary:
      'A static event of the kernel with the arguments that the kernel hands to it; wildcards allowed.',
    detail:
      'Cheaper than a tracepoint, whose record is not made. Names of arguments need type information (BTF).',
    example: 'rawtracepoint:sched_switch { @[args.next.comm] = count(); }',
    seeAlso: ['tracepoint', 'args', 'argN'],
  },
  expand,
  cookies: (_target, env) => env.has('raw_tracepoint_cookie'),
  args: (target, env) => {
    const found = typeOf(target, env);
    return found === undefined ? undefined : trampolineFields(found.params);
  },
  lowerArg: loadTyped,
  arg: {
    type({ target, env, diagnostics }, index, span) {
      const known = typeOf(target, env)?.params.length;
      if (index < (known ?? MOST_ARGUMENTS)) return UINT64;
      const message = `${target.name} has ${known ?? `at most ${MOST_ARGUMENTS}`} arguments, so no arg${index}`;
      diagnostics.error('argument-register', span, message, { hint: 'the first one is arg0' });
      return undefined;
    },
    lower: ({ builder, context }, index) => ({
      kind: 'word',
      value: builder.load(8, context, index * 8, { invariant: true }),
    }),
  },
  shareKey: (target, env, words) =>
    words.has('args') ? fieldsKey(trampolineFields(typeOf(target, env)?.params ?? [])) : '',
  *list({ parts, matches }, env) {
    for (const { module, name } of allEvents(env)) {
      const full = `rawtracepoint:${module}:${name}`;
      const found = parts.length === 1 ? globPattern(parts[0]!).test(name) : matches(full);
      if (found) yield full;
    }
  },
  describe(listed, env) {
    const [, module = '', name = ''] = listed.split(':');
    const prototype = env.btf(module === VMLINUX ? undefined : module)?.prototype(`btf_trace_${name}`);
    return prototype?.params.map(({ name: param, declaration }) => `${declaration} ${param}`) ?? [];
  },
};

function attributes(target: ExpandedTarget, env: Env, words: ReadonlySet<string>): ProgramAttributes {
  const plain = { type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, interruptible: true };
  const byNumber = [...words].some(word => /^arg\d/.test(word));
  if (!words.has('args') || byNumber) return plain;
  const params = typeOf(target, env)?.params ?? [];
  if (params.length === 0 || !params.every(param => param.loadable)) return plain;
  const [, module = '', name = ''] = target.parts;
  const pointers = [...params.keys()].filter(i => isStructPointer(params[i]!.type));
  const event = { module: module === VMLINUX ? undefined : module, name };
  if (env.readsThrough?.(event, pointers) === false) return plain;
  return {
    type: ProgType.BPF_PROG_TYPE_TRACING,
    expectedAttachType: AttachType.BPF_TRACE_RAW_TP,
    attachTo: { kind: 'typedef', name: `btf_trace_${name}`, ...(module === VMLINUX ? {} : { module }) },
    interruptible: true,
  };
}

function isStructPointer(type: Type): boolean {
  return type.kind === 'pointer' && type.to.kind === 'struct' && type.to.size > 0;
}

function typeOf({ parts }: ExpandedTarget, env: Env) {
  const [, module, name] = parts;
  return env.btf(module === VMLINUX ? undefined : module)?.func(`btf_trace_${name}`);
}

interface Event {
  readonly module: string;
  readonly name: string;
}

function expand(point: AttachPoint, env: Env, diagnostics: Diagnostics): readonly ExpandedTarget[] {
  const parts = operands(point, 1, 2, USAGE, diagnostics);
  if (parts === undefined) return [];
  const name = parts.at(-1)!;
  const module = parts.length > 1 ? parts[0]! : undefined;
  const wild = hasWildcard(name) || (module !== undefined && hasWildcard(module));
  const found = wild ? matching(module ?? '*', name, env) : exactly(module, name, env);
  if (found.length === 0) reportUnknown(module, name, wild, point, env, diagnostics);
  return found.map(each => ({
    name: `rawtracepoint:${each.module}:${each.name}`,
    parts: ['rawtracepoint', each.module, each.name],
  }));
}

/** In vmlinux, else in the first loaded module that has it. */
function exactly(module: string | undefined, name: string, env: Env): readonly Event[] {
  const has = (each: string) =>
    env.btf(each === VMLINUX ? undefined : each)?.idOf(`btf_trace_${name}`, 'typedef') !== undefined;
  if (env.btf() === undefined) return withoutTypes(env).filter(each => each.name === name && module !== 'no');
  const candidates = module === undefined ? [VMLINUX] : [module];
  const found = candidates.find(has) ?? (module === undefined ? env.modules?.().find(has) : undefined);
  return found === undefined ? [] : [{ module: found, name }];
}

function matching(module: string, name: string, env: Env): readonly Event[] {
  const modules = globPattern(module);
  const names = globPattern(name);
  return allEvents(env).filter(each => modules.test(each.module) && names.test(each.name));
}

/** Of vmlinux and of every module with types, sorted. */
function allEvents(env: Env): readonly Event[] {
  const btf = env.btf();
  if (btf === undefined) return withoutTypes(env);
  const events = [...btf.names('tracepoint')].map(name => ({ module: VMLINUX, name }));
  for (const module of env.modules?.() ?? []) {
    for (const name of env.btf(module)?.names('tracepoint') ?? []) events.push({ module, name });
  }
  return events.sort((a, b) =>
    a.module === b.module ? (a.name < b.name ? -1 : 1) : a.module < b.module ? -1 : 1,
  );
}

/** tracefs knows the events, not their modules. */
function withoutTypes(env: Env): readonly Event[] {
  const names = new Set(env.tracepoints().map(full => full.slice(full.indexOf(':') + 1)));
  return [...names].filter(name => !/^sys_(enter|exit)_/.test(name)).map(name => ({ module: VMLINUX, name }));
}

function reportUnknown(
  module: string | undefined,
  name: string,
  wild: boolean,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): void {
  if (wild) {
    diagnostics.error('unmatched-probe', point.span, `no raw tracepoint matches ${name}`, { hint: LIST });
    return;
  }
  const call = /^sys_(enter|exit)_\w+$/.test(name)
    ? `tracepoint:syscalls:${name} has it, or sys_${name.split('_')[1]} for all calls`
    : undefined;
  const hint =
    call ??
    didYouMean(
      name,
      allEvents(env).map(each => each.name),
    ) ??
    LIST;
  const where = module === undefined ? '' : ` in ${module}`;
  diagnostics.error('unknown-probe', point.parts.at(-1)!.span, `there is no raw tracepoint ${name}${where}`, {
    hint,
  });
}
