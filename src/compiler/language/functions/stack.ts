// kstack and ustack, as words and as functions of a mode and a depth.
import type { CheckContext, TypedCall, TypedExpression } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { StackMode, StackType } from '../../types/type.js';
import type { BuiltinEntry, Signature, ValueFunction } from '../entry.js';
import { wordOf } from './argument.js';

/** Frames without a depth: kernel.perf_event_max_stack, which its owner may only lower. */
const DEFAULT_DEPTH = 127;
const MOST_DEPTH = 1024;
const MODES: readonly StackMode[] = ['bpftrace', 'perf', 'raw', 'build_id'];

export const kstack = stackBuiltin('kernel', {
  summary: 'Stack of the kernel, the innermost frame first.',
  example: 'tracepoint:sched:sched_switch { @[kstack] = count(); }',
});

export const ustack = stackBuiltin('user', {
  summary: 'Stack of the current process, the innermost frame first; found by frame pointers.',
  example: 'tracepoint:syscalls:sys_enter_openat { @[ustack] = count(); }',
});

export const kstackFunction = stackFunction('kernel', 'kstack(5), kstack(perf), kstack(perf, 5)');
export const ustackFunction = stackFunction('user', 'ustack(5), ustack(perf), ustack(perf, 5)');

function nameOf(space: StackType['space']): string {
  return space === 'kernel' ? 'kstack' : 'ustack';
}

function otherOf(space: StackType['space']): string {
  return space === 'kernel' ? 'ustack' : 'kstack';
}

function stackBuiltin(
  space: StackType['space'],
  doc: { readonly summary: string; readonly example: string },
): BuiltinEntry {
  return {
    name: nameOf(space),
    inPackets: false,
    type: ({ config }) => ({ kind: 'stack', space, mode: config.stackMode, depth: DEFAULT_DEPTH }),
    pure: false,
    doc: {
      ...doc,
      detail:
        'A map key, a map value, an argument of printf (%s) and print. config stack_mode sets its form.',
      seeAlso: [otherOf(space), space === 'kernel' ? 'ksym' : 'usym'],
    },
    lower: (lowering, self) => lowering.readStack(stackType(self)),
  };
}

function stackFunction(space: StackType['space'], usage: string): ValueFunction {
  const mode = { name: 'mode', kind: 'word' } as const;
  const depth = { name: 'depth', kind: 'integer-literal' } as const;
  const returns: Signature['returns'] = (args, context) => typeOf(space, args, context);
  return {
    name: nameOf(space),
    role: 'value',
    inPackets: false,
    pure: false,
    signatures: [
      { params: [], returns },
      { params: [mode], returns },
      { params: [depth], returns },
      { params: [mode, depth], returns },
    ],
    check: (call, context) => checkStack(space, call, context),
    doc: {
      summary: `The stack in one of the modes bpftrace, perf, raw and build_id, and at most \`depth\` frames of it.`,
      detail: `${usage}. perf: address, symbol and file, as perf script prints them; raw: bare addresses; build_id (ustack): build id and offset in the file.`,
      example: `tracepoint:syscalls:sys_enter_openat { @[${nameOf(space)}(perf, 5)] = count(); }`,
      seeAlso: [otherOf(space)],
    },
    lower: (lowering, call) => lowering.readStack(stackType(call)),
  };
}

function typeOf(
  space: StackType['space'],
  args: readonly TypedExpression[],
  { config }: CheckContext,
): StackType {
  let mode = config.stackMode;
  let depth = DEFAULT_DEPTH;
  for (const arg of args) {
    if (arg.kind === 'integer') depth = Number(arg.value);
    else mode = MODES.find(name => name === wordOf(arg)) ?? mode;
  }
  return { kind: 'stack', space, mode, depth: Math.max(0, Math.min(depth, MOST_DEPTH)) };
}

function checkStack(space: StackType['space'], call: TypedCall, { diagnostics }: CheckContext): void {
  const name = nameOf(space);
  for (const arg of call.args) {
    if (arg.kind === 'integer') {
      if (arg.value < 0n || arg.value > BigInt(MOST_DEPTH)) {
        diagnostics.error('argument-value', arg.span, `${name}() takes a depth of 0 to ${MOST_DEPTH}`);
      }
      continue;
    }
    if (MODES.some(mode => mode === wordOf(arg))) continue;
    diagnostics.error('argument-value', arg.span, `there is no stack mode "${wordOf(arg)}"`, {
      hint: `the modes are ${MODES.join(', ')}`,
    });
  }
  if (space === 'kernel' && stackType(call).mode === 'build_id') {
    diagnostics.error('argument-value', call.span, 'the stack mode build_id is for ustack', {
      hint: 'the kernel has one build id: use kstack(raw)',
    });
  }
}

function stackType({ type }: { readonly type: TypedCall['type'] }): StackType {
  if (type.kind !== 'stack') throw new InternalError(`a ${type.kind} where a stack belongs`);
  return type;
}
