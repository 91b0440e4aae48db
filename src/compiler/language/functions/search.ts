// Strings against strings: comparing, searching, measuring, joining.
import type { CheckContext, TypedCall, TypedExpression } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import { BOOL, INT64, type StringType, type Type, UINT64 } from '../../types/type.js';
import type { Signature, ValueFunction } from '../entry.js';
import { argument, literalOf } from './argument.js';

/** Compared bytes that are unrolled, or looped over, within what the verifier follows. */
const MOST_STEPS = 20_000;
const MOST_LITERAL_STEPS = 200_000;

export const strncmp: ValueFunction = {
  name: 'strncmp',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'a', kind: 'string' },
        { name: 'b', kind: 'string' },
        { name: 'count', kind: 'integer-literal' },
      ],
      returns: UINT64,
    },
  ],
  check: (call, { diagnostics }) => {
    const count = call.args[2];
    if (count?.kind !== 'integer' || count.value >= 0n) return;
    diagnostics.error('argument-value', count.span, 'strncmp() cannot compare a negative number of bytes');
  },
  doc: {
    summary: 'Compares up to `count` bytes of two strings: 0 when they are equal, else 1.',
    example: 'tracepoint:raw_syscalls:sys_enter /strncmp(comm, "ssh", 3) == 0/ { @[comm] = count(); }',
    seeAlso: ['memcmp', 'strcontains'],
  },
  lower: (lowering, call) => {
    const count = argument(call, 2);
    if (count.kind !== 'integer') throw new InternalError('strncmp() without a literal count');
    const value = lowering.compareText(argument(call, 0), argument(call, 1), Number(count.value));
    return { kind: 'word', value };
  },
};

export const memcmp: ValueFunction = {
  name: 'memcmp',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'a', kind: 'any' },
        { name: 'b', kind: 'any' },
        { name: 'count', kind: 'integer' },
      ],
      returns: INT64,
    },
  ],
  doc: {
    summary: 'Compares the first `count` bytes of two values, or of what two addresses point to.',
    detail: 'The difference of the first two bytes that differ, as unsigned numbers; 0 when all are equal.',
    example: 'BEGIN { print(memcmp("abc", "abd", 3)); exit(); }',
    seeAlso: ['strncmp', 'buf'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.compareBytes(argument(call, 0), argument(call, 1), argument(call, 2)),
  }),
};

const HAYSTACK: Signature['params'] = [
  { name: 'haystack', kind: 'string' },
  { name: 'needle', kind: 'string' },
];

export const strstr: ValueFunction = {
  name: 'strstr',
  role: 'value',
  pure: false,
  signatures: [{ params: HAYSTACK, returns: INT64 }],
  check: checkSearch,
  doc: {
    summary: 'Offset of the first occurrence of a string in another; a negative number when there is none.',
    example:
      'tracepoint:syscalls:sys_enter_openat { @[strstr(str(args.filename, 64), "/lib/") >= 0] = count(); }',
    seeAlso: ['strcontains', 'strncmp'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.findText(argument(call, 0), argument(call, 1)),
  }),
};

export const strcontains: ValueFunction = {
  name: 'strcontains',
  role: 'value',
  pure: false,
  signatures: [{ params: HAYSTACK, returns: BOOL }],
  check: checkSearch,
  doc: {
    summary: 'Whether a string occurs in another.',
    example: 'tracepoint:sched:sched_process_exec /strcontains(comm, "python")/ { @[comm] = count(); }',
    seeAlso: ['strstr', 'strncmp'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const found = lowering.findText(argument(call, 0), argument(call, 1));
    return { kind: 'word', value: builder.compare('sge', found, builder.const(0n)) };
  },
};

/** Without bpf_loop() the verifier walks all turns of the loop, and for a needle of unknown bytes of a loop in it. */
function checkSearch(call: TypedCall, { diagnostics, env }: CheckContext): void {
  const [haystack, needle] = call.args;
  if (env.has('loop') || haystack?.type.kind !== 'string' || needle?.type.kind !== 'string') return;
  const isLiteral = needle.kind === 'string';
  const steps = haystack.type.size * (isLiteral ? needle.bytes.length : needle.type.size);
  if (steps <= (isLiteral ? MOST_LITERAL_STEPS : MOST_STEPS)) return;
  diagnostics.error(
    'kernel-too-old',
    needle.span,
    'searching for this string takes too many steps before Linux 5.17',
    {
      hint: `read shorter strings, str(p, 64)${isLiteral ? '' : ', or search for a literal'}`,
    },
  );
}

export const strConcat: ValueFunction = {
  name: 'str_concat',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'a', kind: 'string' },
        { name: 'b', kind: 'string' },
      ],
      returns: ([a, b], { config }) => ({
        kind: 'string',
        size: Math.min(config.maxStrlen, sizeOfText(a) + sizeOfText(b) - 1),
      }),
    },
  ],
  doc: {
    summary: 'One string behind another, up to max_strlen.',
    example: 'tracepoint:sched:sched_process_exec { @[str_concat(comm, "!")] = count(); }',
    seeAlso: ['str'],
  },
  lower: (lowering, call) => lowering.concatenate(call),
};

function sizeOfText(text: TypedExpression | undefined): number {
  return text?.type.kind === 'string' ? text.type.size : 1;
}

const TEXT_LIKE: readonly Type['kind'][] = ['string', 'array', 'pointer', 'error'];

function checkTextLike(call: TypedCall, name: string, { diagnostics }: CheckContext): void {
  const value = argument(call, 0);
  if (TEXT_LIKE.includes(value.type.kind)) return;
  diagnostics.error('argument-type', value.span, `${name}() takes a string, an array or a pointer`);
}

export const strlen: ValueFunction = {
  name: 'strlen',
  role: 'value',
  pure: false,
  signatures: [{ params: [{ name: 'text', kind: 'any' }], returns: UINT64 }],
  check: (call, context) => checkTextLike(call, 'strlen', context),
  doc: {
    summary: 'Bytes of a string before its NUL; of a pointer or an array what str() would read.',
    example: 'tracepoint:syscalls:sys_enter_openat { @ = hist(strlen(str(args.filename))); }',
    seeAlso: ['strcap', 'len'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.textLength(argument(call, 0)) }),
};

export const strcap: ValueFunction = {
  name: 'strcap',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'text', kind: 'any' }], returns: INT64 }],
  check: (call, context) => checkTextLike(call, 'strcap', context),
  fold: ({ args, span }, { config }) => literalOf(BigInt(capacity(args[0]!.type, config.maxStrlen)), span),
  doc: {
    summary: 'Bytes that a string can hold, its NUL included; of a pointer max_strlen.',
    example: 'BEGIN { print(strcap(comm)); exit(); }',
    seeAlso: ['strlen', 'default_str_length'],
  },
  lower: () => {
    throw new InternalError('strcap() was not replaced by its value');
  },
};

function capacity(type: Type, maxStrlen: number): number {
  if (type.kind === 'string') return (type as StringType).size;
  return type.kind === 'array' ? type.count : maxStrlen;
}
