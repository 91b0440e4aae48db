// What a script says about itself: messages with their place in the source, and conditions that must hold.
import type { TypedCall } from '../../check/typed.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction, Signature, ValueFunction } from '../entry.js';
import { argument, literalOf, literalText } from './argument.js';
import { emitFormat, formatLiterals } from './format.js';

const FORMATTED: Signature = {
  params: [
    { name: 'format', kind: 'format' },
    { name: 'args', kind: 'any', variadic: true, optional: true },
  ],
  returns: VOID,
};

export const errorf: AsyncFunction = {
  name: 'errorf',
  role: 'async',
  signatures: [FORMATTED],
  doc: {
    summary: 'Prints an error message with its place in the script, on stderr.',
    example: 'tracepoint:raw_syscalls:sys_exit /args.ret == -12/ { errorf("%s: no memory", comm); }',
    seeAlso: ['warnf', 'printf', 'assert'],
  },
  lower: (lowering, call) => emitFormat(lowering, 'errorf', call),
  onEvent: (view, effects, site) => effects.message('errorf', site, view),
};

export const warnf: AsyncFunction = {
  name: 'warnf',
  role: 'async',
  signatures: [FORMATTED],
  doc: {
    summary: 'Prints a warning with its place in the script, on stderr; --no-warnings silences it.',
    example: 'tracepoint:raw_syscalls:sys_exit /args.ret == -11/ { warnf("%s: try again", comm); }',
    seeAlso: ['errorf', 'printf'],
  },
  lower: (lowering, call) => emitFormat(lowering, 'warnf', call),
  onEvent: (view, effects, site) => effects.message('warnf', site, view),
};

export const assertFunction: AsyncFunction = {
  name: 'assert',
  role: 'async',
  signatures: [
    {
      params: [
        { name: 'condition', kind: 'any' },
        { name: 'message', kind: 'string' },
      ],
      returns: VOID,
    },
  ],
  doc: {
    summary: 'Ends the session with an error message and exit code 1 when a condition does not hold.',
    example: 'BEGIN { assert(ncpus > 0, "a machine without CPUs"); exit(); }',
    seeAlso: ['static_assert', 'errorf', 'exit'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const message = argument(call, 1);
    const held = lowering.word(argument(call, 0));
    builder.ifThen(
      'eq',
      held,
      builder.const(0n),
      () => {
        lowering.emit('assert', [{ name: 'message', value: message }], { format: 'assert failed: %s' });
        lowering.exit(literalOf(1n, call.span));
      },
      { likely: 'else' },
    );
  },
  onEvent: (view, effects, site) => effects.message('errorf', site, view),
};

export const staticAssert: ValueFunction = {
  name: 'static_assert',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'condition', kind: 'any' },
        { name: 'message', kind: 'string-literal' },
      ],
      returns: VOID,
    },
  ],
  check: (call, { diagnostics }) => {
    const condition = argument(call, 0);
    if (condition.kind !== 'integer') {
      diagnostics.error('not-constant', condition.span, 'this is not known before the script runs', {
        hint: 'assert() tests while it runs',
      });
    } else if (condition.value === 0n) {
      diagnostics.error('static-assert', call.span, literalText(argument(call, 1)));
    }
  },
  doc: {
    summary: 'Refuses the script when a condition that is known before it runs does not hold.',
    example: 'BEGIN { static_assert(sizeof(uint64) == 8, "words of 8 bytes"); exit(); }',
    seeAlso: ['assert', 'fail'],
  },
  lower: () => ({ kind: 'none' }),
};

export const fail: ValueFunction = {
  name: 'fail',
  role: 'value',
  pure: false,
  signatures: [FORMATTED],
  check: (call, { diagnostics }) => {
    const text = formatLiterals(call);
    if (text === undefined) {
      diagnostics.error('not-constant', firstUnknown(call).span, 'fail() takes literals only');
    } else diagnostics.error('fail', call.span, text);
  },
  doc: {
    summary: 'Refuses the script with a message, wherever it stands.',
    detail: 'Its arguments are literals.',
    example: 'BEGIN { fail("not for %s", "this machine"); }',
    seeAlso: ['static_assert', 'errorf'],
  },
  lower: () => ({ kind: 'none' }),
};

function firstUnknown(call: TypedCall) {
  return call.args.find(arg => arg.kind !== 'integer' && arg.kind !== 'string') ?? argument(call, 0);
}

/** Arguments that bpf_trace_printk() takes besides its format. */
const MOST_VALUES = 3;

export const debugf: ValueFunction = {
  name: 'debugf',
  role: 'value',
  pure: false,
  signatures: [FORMATTED],
  check: (call, { diagnostics }) => {
    const extra = call.args[MOST_VALUES + 1];
    if (extra !== undefined) {
      diagnostics.error('argument-count', extra.span, `debugf() takes at most ${MOST_VALUES} values`);
    }
    diagnostics.warn('debug', call.span, 'debugf() writes to the trace buffer of the whole system', {
      hint: 'read it from /sys/kernel/tracing/trace_pipe; it is for debugging only',
    });
  },
  doc: {
    summary: "Writes to the kernel's trace buffer (bpf_trace_printk), for debugging.",
    example: 'BEGIN { debugf("begun by %d", pid); exit(); }',
    seeAlso: ['printf'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const [format, ...values] = call.args;
    if (format?.kind !== 'string') return { kind: 'none' };
    const text = lowering.text(format.bytes);
    if (text.kind !== 'memory') return text;
    const words = values.map(value =>
      ['integer', 'bool', 'pointer'].includes(value.type.kind)
        ? lowering.word(value)
        : lowering.address(value),
    );
    const size = builder.const(format.bytes.length + 1);
    builder.call('trace_printk', [builder.offset(text.address, text.offset), size, ...words]);
    return { kind: 'none' };
  },
};
