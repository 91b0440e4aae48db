// hist() and lhist().
import type { TypedExpression } from '../../check/typed.js';
import { VOID } from '../../types/type.js';
import type { AggregationFunction } from '../entry.js';
import { lowerBucket, lowerLinearIndex, lowerLogIndex } from './aggregate.js';
import { argument } from './argument.js';

export const hist: AggregationFunction = {
  name: 'hist',
  role: 'aggregation',
  signatures: [
    {
      params: [
        { name: 'n', kind: 'integer' },
        { name: 'k', kind: 'integer-literal', optional: true },
      ],
      returns: VOID,
    },
  ],
  aggregation: ([, bits], { diagnostics }) => {
    const k = constant(bits) ?? 0n;
    if (bits !== undefined && (k < 0n || k > 5n)) {
      diagnostics.error('argument-range', bits.span, 'the second argument of hist() is 0 to 5');
      return undefined;
    }
    return { kind: 'hist', bits: Number(k) };
  },
  readsAs: () => VOID,
  doc: {
    summary: 'Histogram of n by powers of two; k splits each power into 2^k.',
    example: 'tracepoint:syscalls:sys_exit_read { @bytes = hist(args.ret); }',
    seeAlso: ['lhist', 'stats'],
  },
  lower: (lowering, call, map, key) => {
    const bits = map.value.kind === 'hist' ? map.value.bits : 0;
    const n = lowering.word(argument(call, 0));
    const index = lowerLogIndex(lowering.builder, n, bits);
    lowering.upsert(map, key, at => lowerBucket(lowering, at, index, map.value));
  },
  lowerRead: () => ({ kind: 'none' }),
};

export const lhist: AggregationFunction = {
  name: 'lhist',
  role: 'aggregation',
  signatures: [
    {
      params: [
        { name: 'n', kind: 'integer' },
        { name: 'min', kind: 'integer-literal' },
        { name: 'max', kind: 'integer-literal' },
        { name: 'step', kind: 'integer-literal' },
      ],
      returns: VOID,
    },
  ],
  aggregation: (args, { diagnostics }) => {
    const [min, max, step] = args.slice(1).map(constant);
    const at = args[3]?.span;
    if (min === undefined || max === undefined || step === undefined || at === undefined) return undefined;
    const refuse = (message: string) => {
      diagnostics.error('argument-range', at, message);
      return undefined;
    };
    if (step <= 0n) return refuse('lhist() needs a step of 1 or more');
    if (min < 0n) return refuse('lhist() needs a min of 0 or more');
    if (min >= max) return refuse(`lhist() needs min < max: ${min} is not less than ${max}`);
    if ((max - min) / step > 1000n)
      return refuse(`lhist() has at most 1000 buckets: ${(max - min) / step} asked for`);
    if (max - min < step) return refuse(`lhist() needs a step of at most max - min (${max - min})`);
    return { kind: 'lhist', min: String(min), max: String(max), step: String(step) };
  },
  readsAs: () => VOID,
  doc: {
    summary: 'Histogram of n in equal steps from min to max, and one bucket on either side.',
    example: 'tracepoint:syscalls:sys_exit_read { @bytes = lhist(args.ret, 0, 2000, 200); }',
    seeAlso: ['hist'],
  },
  lower: (lowering, call, map, key) => {
    if (map.value.kind !== 'lhist') return;
    const n = lowering.word(argument(call, 0));
    const index = lowerLinearIndex(lowering.builder, n, map.value);
    lowering.upsert(map, key, at => lowerBucket(lowering, at, index, map.value));
  },
  lowerRead: () => ({ kind: 'none' }),
};

function constant(expression: TypedExpression | undefined): bigint | undefined {
  return expression?.kind === 'integer' ? expression.value : undefined;
}
