// The right-hand sides of @m[k] = f(...): per-CPU values that user space merges.
import type { TypedExpression } from '../../check/typed.js';
import { type AggregationType, INT64, type Type, UINT64, VOID } from '../../types/type.js';
import type { AggregationFunction, Documentation, Parameter, Requirement } from '../entry.js';
import { lowerCount, lowerExtreme, lowerMean, lowerSum } from './aggregate.js';
import { argument } from './argument.js';

const N: Parameter = { name: 'n', kind: 'integer' };

function isSigned(args: readonly TypedExpression[]): boolean {
  const type = args[0]?.type;
  return type?.kind === 'integer' && type.signed;
}

const READ: Requirement = {
  features: ['lookup_percpu_elem'],
  alternative: 'keep an integer map beside it (@n++), which reads on any kernel',
};

/** sum, avg, min and max read as an integer of 64 bits with the sign of what they were given. */
function readsBySign(aggregation: AggregationType): Type {
  return 'signed' in aggregation && aggregation.signed ? INT64 : UINT64;
}

export const count: AggregationFunction = {
  name: 'count',
  role: 'aggregation',
  signatures: [{ params: [], returns: VOID }],
  aggregation: () => ({ kind: 'count' }),
  readRequires: READ,
  readsAs: () => UINT64,
  doc: {
    summary: 'How often this was reached.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }',
    seeAlso: ['sum'],
  },
  lower: (lowering, _call, map, key) => lowering.upsert(map, key, at => lowerCount(lowering, at)),
  lowerRead: (lowering, map, key) => lowering.readAggregation(map, key),
};

/** The four of one integer argument. */
function ofOne(
  kind: 'sum' | 'avg' | 'stats' | 'min' | 'max',
  doc: Documentation,
  lower: AggregationFunction['lower'],
): AggregationFunction {
  return {
    name: kind,
    role: 'aggregation',
    signatures: [{ params: [N], returns: VOID }],
    aggregation: args => ({ kind, signed: isSigned(args) }),
    readRequires: READ,
    readsAs: kind === 'stats' ? () => VOID : readsBySign,
    doc,
    lower,
    lowerRead: (lowering, map, key) => lowering.readAggregation(map, key),
  };
}

export const sum = ofOne(
  'sum',
  {
    summary: 'Total of n.',
    example: 'tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @[comm] = sum(args.ret); }',
    seeAlso: ['count', 'avg', 'stats'],
  },
  (lowering, call, map, key) => {
    const n = lowering.word(argument(call, 0));
    lowering.upsert(map, key, at => lowerSum(lowering, at, n));
  },
);

export const avg = ofOne(
  'avg',
  {
    summary: 'Mean of n.',
    example: 'tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @[comm] = avg(args.ret); }',
    seeAlso: ['sum', 'stats'],
  },
  (lowering, call, map, key) => {
    const n = lowering.word(argument(call, 0));
    lowering.upsert(map, key, at => lowerMean(lowering, at, n));
  },
);

export const stats = ofOne(
  'stats',
  {
    summary: 'Count, mean and total of n.',
    example: 'tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @[comm] = stats(args.ret); }',
    seeAlso: ['avg', 'count', 'sum'],
  },
  (lowering, call, map, key) => {
    const n = lowering.word(argument(call, 0));
    lowering.upsert(map, key, at => lowerMean(lowering, at, n));
  },
);

export const min = ofOne(
  'min',
  {
    summary: 'Smallest n.',
    example: 'tracepoint:syscalls:sys_exit_read { @[comm] = min(args.ret); }',
    seeAlso: ['max'],
  },
  (lowering, call, map, key) => {
    const n = lowering.word(argument(call, 0));
    const signed = map.value.kind === 'min' && map.value.signed;
    lowering.upsert(map, key, at => lowerExtreme(lowering, at, n, signed ? 'slt' : 'ult'));
  },
);

export const max = ofOne(
  'max',
  {
    summary: 'Largest n.',
    example: 'tracepoint:syscalls:sys_exit_read { @[comm] = max(args.ret); }',
    seeAlso: ['min'],
  },
  (lowering, call, map, key) => {
    const n = lowering.word(argument(call, 0));
    const signed = map.value.kind === 'max' && map.value.signed;
    lowering.upsert(map, key, at => lowerExtreme(lowering, at, n, signed ? 'sgt' : 'ugt'));
  },
);
