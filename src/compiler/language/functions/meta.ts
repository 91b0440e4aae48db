// Questions about types and about the kernel, answered before the script runs.
import type { TypedExpression } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import { membersOf } from '../../types/members.js';
import { BOOL, UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, literalOf, literalText, truthOf } from './argument.js';

/** Folded: it is never lowered. */
function folded(_lowering: Lowering): Operand {
  throw new InternalError('a question about types was not replaced by its answer');
}

function predicate(
  name: string,
  what: string,
  example: string,
  holds: (value: TypedExpression) => boolean,
): ValueFunction {
  return {
    name,
    role: 'value',
    pure: true,
    signatures: [{ params: [{ name: 'value', kind: 'any' }], returns: BOOL }],
    fold: (call, _context) => truthOf(holds(argument(call, 0)), call.span),
    doc: { summary: `Whether a value is ${what}.`, example: `BEGIN { print(${example}); exit(); }` },
    lower: folded,
  };
}

export const isPtr = predicate(
  'is_ptr',
  'a pointer',
  'is_ptr(curtask)',
  ({ type }) => type.kind === 'pointer',
);
export const isArray = predicate(
  'is_array',
  'an array',
  'is_array((uint8[4])1)',
  ({ type }) => type.kind === 'array',
);
export const isInteger = predicate(
  'is_integer',
  'an integer',
  'is_integer(pid)',
  ({ type }) => type.kind === 'integer',
);
export const isUnsignedInteger = predicate(
  'is_unsigned_integer',
  'an integer without a sign',
  'is_unsigned_integer(pid)',
  ({ type }) => type.kind === 'integer' && !type.signed,
);
export const isStr = predicate('is_str', 'a string', 'is_str(comm)', ({ type }) => type.kind === 'string');
export const isLiteral = predicate(
  'is_literal',
  'a literal',
  'is_literal(5)',
  ({ kind }) => kind === 'integer' || kind === 'string',
);

export const isErr: ValueFunction = {
  name: 'is_err',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'value', kind: 'address' }], returns: BOOL }],
  doc: {
    summary: 'Whether a pointer or number that the kernel returned stands for an error (-4095 to -1).',
    example: 'BEGIN { print(is_err(curtask)); exit(); }',
    seeAlso: ['strerror'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const least = builder.const(0xffff_ffff_ffff_f001n);
    return { kind: 'word', value: builder.compare('uge', lowering.word(argument(call, 0)), least) };
  },
};

export const defaultStrLength: ValueFunction = {
  name: 'default_str_length',
  role: 'value',
  pure: true,
  signatures: [{ params: [], returns: UINT64 }],
  fold: ({ span }, { config }) => literalOf(BigInt(config.maxStrlen), span),
  doc: {
    summary: 'Bytes of the longest string that str() reads, its NUL included: max_strlen.',
    example: 'BEGIN { print(default_str_length()); exit(); }',
    seeAlso: ['str', 'strcap'],
  },
  lower: folded,
};

export const kfuncExist: ValueFunction = {
  name: 'kfunc_exist',
  role: 'value',
  pure: true,
  requires: { btf: true },
  signatures: [{ params: [{ name: 'name', kind: 'string-literal' }], returns: BOOL }],
  fold: (call, { env }) => {
    const found = env.btf()?.idOf(literalText(argument(call, 0)), 'func');
    return truthOf(found !== undefined, call.span);
  },
  doc: {
    summary: "Whether the kernel's type information knows a function of this name.",
    example: 'BEGIN { print(kfunc_exist("bpf_task_from_pid")); exit(); }',
    seeAlso: ['kfunc_allowed'],
  },
  lower: folded,
};

export const fieldExist: ValueFunction = {
  name: 'field_exist',
  role: 'value',
  pure: true,
  requires: { btf: true },
  signatures: [
    {
      params: [
        { name: 'struct', kind: 'string-literal' },
        { name: 'field', kind: 'string-literal' },
      ],
      returns: BOOL,
    },
  ],
  fold: (call, { env }) => {
    const struct = env.btf()?.struct(literalText(argument(call, 0)));
    const field = literalText(argument(call, 1));
    const members = struct && membersOf(struct, env);
    return truthOf(members?.some(({ name }) => name === field) === true, call.span);
  },
  doc: {
    summary: 'Whether a struct of the kernel has a field of this name: fields come and go with its releases.',
    detail: 'The branch of a comptime condition that does not count may name fields that are not there.',
    example:
      'BEGIN { if comptime (field_exist("task_struct", "__state")) { print(curtask.__state); } else { print(curtask.state); } exit(); }',
    seeAlso: ['kfunc_exist'],
  },
  lower: folded,
};

export const kfuncAllowedFunction: ValueFunction = {
  name: 'kfunc_allowed',
  role: 'value',
  pure: true,
  contextual: true, // a program of its own where targets differ
  requires: { btf: true },
  signatures: [{ params: [{ name: 'name', kind: 'string-literal' }], returns: BOOL }],
  fold: (call, { env, attributes, probeType }) => {
    const allowed = env.kfuncAllowed?.(literalText(argument(call, 0)), attributes) === true;
    return truthOf(allowed && probeType.origin !== 'session', call.span);
  },
  doc: {
    summary: 'Whether the kernel lets a program of this probe call one of its functions (kfunc).',
    example: 'tracepoint:sched:sched_switch { print(kfunc_allowed("bpf_task_from_pid")); exit(); }',
    seeAlso: ['kfunc_exist'],
  },
  lower: folded,
};

export const assertStr: ValueFunction = {
  name: 'assert_str',
  role: 'value',
  pure: false,
  signatures: [{ params: [{ name: 'value', kind: 'any' }], returns: { kind: 'void' } }],
  check: (call, { diagnostics }) => {
    const { type, span } = argument(call, 0);
    if (['string', 'array', 'pointer', 'error'].includes(type.kind)) return;
    diagnostics.error('argument-type', span, 'this is neither a string nor an array or a pointer');
  },
  doc: {
    summary: 'Refuses the script when a value cannot be taken for a string.',
    example: 'BEGIN { assert_str(comm); exit(); }',
    seeAlso: ['is_str', 'static_assert'],
  },
  lower: () => ({ kind: 'none' }),
};
