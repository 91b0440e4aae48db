// kprobe and kretprobe: entry, an instruction, or the return of a kernel function. Attached one by one through perf events or,
// where wildcards match many and the kernel can (5.18), by one link. Where the kernel has no kprobes but BPF trampolines, those
// serve: argN and retval mean the same.
import { AttachType, ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Env } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { type Field, UINT64 } from '../../types/type.js';
import { architectureOf } from '../architecture/architecture.js';
import { textType } from '../builtins/probe.js';
import type { Documentation } from '../entry.js';
import type { ContextWord, ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
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
import { noKprobes, reportNoKprobes } from './no-kprobes.js';
import { loadRegister, registerArgument, registerByName, registerRetval } from './registers.js';
import { fieldsKey, loadTyped, narrowed, traceWord, wordFields } from './trace-arguments.js';

type Name = 'kprobe' | 'kretprobe';

const AT_RETURN = 'fexit has them at the return too; or keep them in a map at the entry: @a[tid] = arg0';

function probesOf(name: Name, aliases: readonly string[], usage: string, doc: Documentation) {
  const returns = name === 'kretprobe';
  const entry: ProbeTypeEntry = {
    name,
    aliases,
    program: target => attributes(target, returns),
    origin: 'event',
    process: 'filter',
    usage,
    doc,
    expand: (point, env, diagnostics) => expand(name, usage, point, env, diagnostics),
    cookies: ({ mode }, env) => mode === 'multi' || (mode === undefined && env.has('perf_link')),
    func: {
      type: ({ targets, env }) => textType(targets.map(target => functionOf(target, env))),
      lower: lowering =>
        lowering.targetText(lowering.targets.map(target => functionOf(target, lowering.env))),
    },
    ...(returns
      ? {
          instead: { arg: AT_RETURN, args: AT_RETURN },
          retval: orTrampoline(registerRetval, lowering => traceWord(lowering, 'return')),
        }
      : {
          instead: {
            retval: 'kretprobe has it',
            args: 'args need the entry of a function whose type is known (BTF)',
          },
          arg: withSystemCalls(
            orTrampoline(registerArgument, (lowering, index) => traceWord(lowering, index)),
          ),
          args: (target, env) => argumentFields(target, env),
          lowerArg: (lowering, field) =>
            lowering.programType === ProgType.BPF_PROG_TYPE_TRACING
              ? narrowed(lowering, traceWord(lowering, field.offset / 8), field.type)
              : loadTyped(lowering, field),
          shareKey: (target, env, words) => (words.has('args') ? fieldsKey(argumentFields(target, env)) : ''),
        }),
    ctx: {
      type: ({ env, target, diagnostics }, _, span) => {
        const registers = env.btf()?.struct('pt_regs');
        if (target.mode !== 'fentry' && registers !== undefined) {
          return { kind: 'pointer', to: registers, space: 'ctx' };
        }
        diagnostics.error('not-in-probe', span, 'ctx needs kprobes and type information of the kernel (BTF)');
        return undefined;
      },
      lower: ({ context }) => ({ kind: 'word', value: context }),
    },
    reg: {
      type(context, register, span) {
        if (context.target.mode !== 'fentry') return registerByName.type(context, register, span);
        context.diagnostics.error(
          'not-in-probe',
          span,
          'reg() needs kprobes, which this kernel does not have',
          {
            hint: 'argN and retval work here without them',
          },
        );
        return undefined;
      },
      lower: loadRegister,
    },
    checkContext({ targets, unsafe, diagnostics }) {
      const bare = targets.find(target => target.mode === 'address');
      if (bare === undefined || unsafe) return;
      diagnostics.error('unsafe', bare.span, 'a probe at a bare address needs --unsafe', {
        hint: 'nothing tells whether an instruction starts there; FUNCTION+OFFSET is checked',
      });
    },
    list: (pattern, env) => listFunctions(name, pattern, env.kernelFunctions?.().traceable() ?? [], false),
    unavailable: env => (env.has('kprobe') || env.has('fentry') ? undefined : noKprobes(name, env)),
    describe: (listed, env) => describe(listed, returns, env),
  };
  return entry;
}

export const kprobe = probesOf('kprobe', ['k'], 'kprobe:[MODULE:]FUNCTION[+OFFSET]', {
  summary: 'Entry of a kernel function, or an instruction in it; wildcards allowed.',
  detail:
    'Arguments are argN and, where the kernel has type information (BTF), args.NAME. A bare address is allowed with --unsafe.',
  example: 'kprobe:vfs_read { @[comm] = sum(arg2); }',
  seeAlso: ['kretprobe', 'fentry', 'argN', 'func', 'reg'],
});

export const kretprobe = probesOf('kretprobe', ['kr'], 'kretprobe:[MODULE:]FUNCTION', {
  summary: 'Return of a kernel function; wildcards allowed.',
  detail:
    'Beside a kprobe probe of the same wildcards it costs no link of its own on Linux 6.10 or later: one program serves entry and return (--no-feature kprobe_session does without).',
  example: 'kretprobe:vfs_read /(int64)retval > 0/ { @bytes = hist(retval); }',
  seeAlso: ['kprobe', 'fexit', 'retval'],
});

/** The kernel's function for a system call has one argument, the caller's registers. */
function withSystemCalls(word: ContextWord<number>): ContextWord<number> {
  return {
    type: (context, index, span) => {
      const { env, target, diagnostics } = context;
      const { syscallPrefix, syscallArguments } = architectureOf(env);
      const name = functionOf(target, env);
      const member = syscallArguments[index];
      if (index > 0 && name.startsWith(syscallPrefix) && member !== undefined) {
        const call = name.slice(syscallPrefix.length);
        const message = `arg${index} of ${name} is not that of the system call: its arguments are in the registers that arg0 points to`;
        diagnostics.warn('system-call-argument', span, message, {
          hint: `((struct pt_regs *)arg0).${member}; or tracepoint:syscalls:sys_enter_${call}, which has them by name`,
        });
      }
      return word.type(context, index, span);
    },
    lower: word.lower,
  };
}

/** One meaning for registers, one for trampolines. */
function orTrampoline<Which>(
  registers: ContextWord<Which>,
  trampoline: ContextWord<Which>['lower'],
): ContextWord<Which> {
  return {
    type: (context, which, span) => {
      if (context.target.mode !== 'fentry') return registers.type(context, which, span);
      const known = context.env
        .btf(context.attributes.attachTo?.module)
        ?.func(functionOf(context.target, context.env));
      if (typeof which === 'number' && known !== undefined && which >= known.params.length) {
        const message = `${context.target.name} has ${known.params.length} arguments, so no arg${which}`;
        context.diagnostics.error('argument-register', span, message);
        return undefined;
      }
      return UINT64;
    },
    lower: (lowering, which) =>
      lowering.programType === ProgType.BPF_PROG_TYPE_TRACING
        ? trampoline(lowering, which)
        : registers.lower(lowering, which),
  };
}

function attributes({ mode, parts }: ExpandedTarget, returns: boolean) {
  const type = ProgType.BPF_PROG_TYPE_KPROBE;
  if (mode === 'multi') return { type, expectedAttachType: AttachType.BPF_TRACE_KPROBE_MULTI };
  if (mode !== 'fentry') return { type };
  const [module, name] = parts.length > 2 ? [parts[1]!, parts[2]!] : [VMLINUX, parts[1] ?? ''];
  return {
    type: ProgType.BPF_PROG_TYPE_TRACING,
    expectedAttachType: returns ? AttachType.BPF_TRACE_FEXIT : AttachType.BPF_TRACE_FENTRY,
    attachTo: { kind: 'func' as const, name, ...(module === VMLINUX ? {} : { module }) },
    interruptible: true,
  };
}

const ADDRESS = /^(0[xX][0-9a-fA-F]+|[0-9]+)$/;

function expand(
  name: Name,
  usage: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  if (operands(point, 1, 2, usage, diagnostics) === undefined) return [];
  const pattern = functionPattern(point);
  if (pattern.name === '') {
    diagnostics.error('attach-point', point.span, `${name} needs a function`, {
      hint: `it is written ${usage}`,
    });
    return [];
  }
  const kprobes = env.has('kprobe');
  const trampolines = () => env.has('fentry') && env.has('get_func_arg');
  if (isPattern(pattern)) {
    if (!kprobes && !trampolines()) return reportNoKprobes(name, pattern.name, point, env, diagnostics);
    return expandPattern(name, pattern, point, kprobes, env, diagnostics);
  }
  const [symbol = '', offset, ...more] = pattern.name.split('+');
  if (offset !== undefined || ADDRESS.test(symbol)) {
    if (!kprobes) return reportNoKprobes(name, symbol, point, env, diagnostics);
    return expandPlace(name, pattern, symbol, [offset, ...more].join('+'), point, env, diagnostics);
  }
  if (!kprobes && !trampolines()) return reportNoKprobes(name, symbol, point, env, diagnostics);
  const modules = modulesOf(pattern, env);
  if (modules.length === 0) {
    reportUnknownFunction(name, pattern, point, env, diagnostics);
    return [];
  }
  if (kprobes) return [targetOf(name, pattern.module, symbol)];
  if (!isTrampolined(modules[0]!, symbol, env)) return reportNoKprobes(name, symbol, point, env, diagnostics);
  const named = pattern.module ?? (modules[0] === VMLINUX ? undefined : modules[0]);
  return [
    { ...targetOf(name, named, symbol), name: targetOf(name, pattern.module, symbol).name, mode: 'fentry' },
  ];
}

function expandPattern(
  name: Name,
  pattern: FunctionPattern,
  point: AttachPoint,
  kprobes: boolean,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const found = matchingFunctions(pattern, env);
  if (found.length === 0) {
    reportUnknownFunction(name, pattern, point, env, diagnostics);
    return [];
  }
  const mode = kprobes ? (env.has('kprobe_multi') ? 'multi' : 'many') : 'fentry';
  const seen = new Set<string>();
  const targets: ExpandedTarget[] = [];
  for (const each of found) {
    if (mode === 'fentry' && !isTrampolined(each.module, each.name, env)) continue;
    const module = pattern.module === undefined ? undefined : each.module;
    const target = targetOf(
      name,
      mode === 'fentry' && each.module !== VMLINUX ? each.module : module,
      each.name,
    );
    if (seen.has(target.name)) continue;
    seen.add(target.name);
    targets.push({ ...target, mode });
  }
  return targets;
}

/** A BPF trampoline can serve in place of a kprobe. */
function isTrampolined(module: string, name: string, env: Env): boolean {
  const typed = env.btf(module === VMLINUX ? undefined : module)?.func(name) !== undefined;
  return typed && trampolineObstacle({ module, name }, env) === undefined;
}

/** `function+offset`, or a bare address. */
function expandPlace(
  name: Name,
  { module, span }: FunctionPattern,
  symbol: string,
  offsetText: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const refuse = (message: string, hint?: string) => {
    diagnostics.error('attach-point', span, message, hint === undefined ? {} : { hint });
    return [];
  };
  if (name === 'kretprobe') return refuse('a kretprobe has no offset: it fires where the function returns');
  if (ADDRESS.test(symbol)) {
    if (offsetText !== '') return refuse('an address takes no offset');
    const address = `0x${BigInt(symbol).toString(16)}`;
    return [{ name: `${name}:${address}`, parts: [name, address], mode: 'address' }];
  }
  if (!ADDRESS.test(offsetText))
    return refuse(`"${offsetText}" is no offset`, 'a number of bytes: kprobe:vfs_read+4');
  const offset = Number(BigInt(offsetText));
  const pattern: FunctionPattern = { module, name: symbol, span };
  if (modulesOf(pattern, env).length === 0) {
    reportUnknownFunction(name, pattern, point, env, diagnostics);
    return [];
  }
  if (offset === 0) return [targetOf(name, module, symbol)];
  const size = env.kernelFunctions?.().sizeOf(symbol, module);
  if (size !== undefined && offset >= size) {
    return refuse(`${symbol} has ${size} bytes, so there is no instruction at +${offset}`);
  }
  const { instructionAlignment: step } = architectureOf(env);
  if (offset % step !== 0)
    return refuse(`instructions of ${env.arch} start at multiples of ${step}, not at +${offset}`);
  return [{ ...targetOf(name, module, `${symbol}+${offset}`), mode: 'offset' }];
}

function targetOf(name: Name, module: string | undefined, symbol: string): ExpandedTarget {
  const parts = module === undefined ? [name, symbol] : [name, module, symbol];
  return { name: parts.join(':'), parts };
}

/** What `func` gives: the function's name, that of the function around an address. */
function functionOf({ parts, mode }: ExpandedTarget, env: Env): string {
  const last = parts.at(-1) ?? '';
  if (mode === 'offset') return last.slice(0, last.indexOf('+'));
  if (mode === 'address') return env.kernelFunctions?.().at(BigInt(last))?.name ?? last;
  return last;
}

function argumentFields(target: ExpandedTarget, env: Env): readonly Field[] | undefined {
  const { mode, parts } = target;
  if (mode === 'offset' || mode === 'address') return undefined;
  const module = parts.length > 2 && parts[1] !== VMLINUX ? parts[1] : undefined;
  const known = env.btf(module)?.func(parts.at(-1) ?? '');
  if (known === undefined) return undefined;
  const { functionArguments, registers } = architectureOf(env);
  const place = (slot: number) => {
    if (mode === 'fentry') return slot * 8;
    const register = functionArguments[slot];
    return register === undefined ? undefined : registers[register];
  };
  return wordFields(known.params, place);
}

/** As bpftrace: `struct file * arg0`, or the return value. */
function describe(listed: string, returns: boolean, env: Env): readonly string[] {
  const parts = listed.split(':');
  const module = parts.length > 2 && parts[1] !== VMLINUX ? parts[1] : undefined;
  const prototype = env.btf(module)?.prototype(parts.at(-1) ?? '');
  if (prototype === undefined) return [];
  if (returns) return prototype.returns === 'void' ? [] : [`${prototype.returns} retval`];
  return prototype.params.map(({ declaration }, i) => `${declaration} arg${i}`);
}
