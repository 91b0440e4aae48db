// tseries().
import type { CheckContext, TypedExpression } from '../../check/typed.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';
import { intervalSize, mostIntervals, type TimeSeriesType } from '../../types/time-series.js';
import { VOID } from '../../types/type.js';
import type { AggregationFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

const MERGES: readonly TimeSeriesType['merge'][] = ['avg', 'max', 'min', 'sum'];
/** As bpftrace has it. */
const MOST = 1_000_000n;

export const tseries: AggregationFunction = {
  name: 'tseries',
  role: 'aggregation',
  signatures: [
    {
      params: [
        { name: 'n', kind: 'integer' },
        { name: 'interval', kind: 'integer-literal' },
        { name: 'count', kind: 'integer-literal' },
        { name: 'merge', kind: 'string-literal', optional: true },
      ],
      returns: VOID,
    },
  ],
  aggregation: checkSeries,
  readsAs: () => VOID,
  doc: {
    summary:
      'Time series of n: a value for each interval (ns, or 100ms, 1s), of which the last `count` are kept.',
    detail:
      'The value of an interval is the last one, or with a fourth argument the "avg", "max", "min" or "sum" of ' +
      'all. Intervals begin on round times of the wall clock. It is printed as a plot, a line for each interval. ' +
      'At most 2047 intervals are kept (1364 with "avg").',
    example:
      'config = { unstable_tseries = enable } tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @ = tseries(args.ret, 1s, 60, "sum"); }',
    seeAlso: ['hist', 'sum', 'avg'],
  },
  lower: (lowering, call, map, key) => {
    const type = map.value;
    if (type.kind !== 'tseries') return;
    const n = lowering.word(argument(call, 0));
    lowering.upsert(map, key, at => lowerInterval(lowering, at, n, type));
  },
  lowerRead: () => ({ kind: 'none' }),
};

function checkSeries(
  args: readonly TypedExpression[],
  { config, diagnostics }: CheckContext,
): TimeSeriesType | undefined {
  const [n, interval, count, merge] = args;
  if (interval?.kind !== 'integer' || count?.kind !== 'integer' || n === undefined) return undefined;
  const refuse = (at: TypedExpression, message: string, hint?: string) => {
    diagnostics.error('argument-range', at.span, message, hint === undefined ? {} : { hint });
    return undefined;
  };
  if (config.unstableTseries === 'error') {
    return refuse(
      n,
      'tseries() is switched off by the setting unstable_tseries',
      'set unstable_tseries = enable',
    );
  }
  if (config.unstableTseries === 'warn') {
    diagnostics.warn('unstable', n.span, 'Script is using an unstable feature: tseries.', {
      hint: 'config = { unstable_tseries = enable } says that this is meant',
    });
  }
  if (interval.value < 1n)
    return refuse(interval, `tseries() needs an interval of 1 ns or more, not ${interval.value}`);
  if (count.value < 1n || count.value > MOST) {
    return refuse(count, `tseries() keeps 1 to ${MOST} intervals, not ${count.value}`);
  }
  const how = merge === undefined ? 'last' : MERGES.find(each => each === literalText(merge));
  if (how === undefined)
    return refuse(merge!, `tseries() takes "${MERGES.join('", "')}", not "${literalText(merge)}"`);
  const most = mostIntervals({ merge: how });
  if (count.value > BigInt(most)) {
    const hint = `the kernel lets a map keep 32 KiB for each CPU and key: ask for ${most} or fewer`;
    return refuse(count, `tseries() keeps ${most} intervals at most, not ${count.value}`, hint);
  }
  return { kind: 'tseries', interval: String(interval.value), count: Number(count.value), merge: how };
}

/** Adds n to the interval that it is now. */
function lowerInterval(lowering: Lowering, at: ValueId, n: ValueId, type: TimeSeriesType): void {
  const { builder } = lowering;
  const now = builder.binary('add', builder.call('ktime_get_boot_ns', []), lowering.globalWord('wallOffset'));
  const number = builder.binaryImm('udiv', now, BigInt(type.interval));
  const place = boundedPlace(lowering, builder.binaryImm('umod', number, type.count), type.count);
  const interval = builder.binary('add', at, builder.binaryImm('mul', place, intervalSize(type)));
  const { merge } = type;
  if (merge === 'last') {
    builder.store(8, interval, 0, now);
    builder.store(8, interval, 8, n);
    return;
  }
  const one = builder.const(1n);
  const same = builder.newBlock();
  const fresh = builder.newBlock();
  const done = builder.newBlock();
  builder.branch('eq', builder.load(8, interval, 0), number, same, fresh, { likely: 'then' });
  builder.enter(same);
  if (merge === 'min' || merge === 'max') {
    const better = merge === 'min' ? 'slt' : 'sgt';
    builder.ifThen(better, n, builder.load(8, interval, 8), () => builder.store(8, interval, 8, n), {
      likely: 'else',
    });
  } else lowering.addTo(interval, 8, n);
  if (merge === 'avg') lowering.addTo(interval, 16, one);
  builder.jump(done);
  builder.enter(fresh);
  builder.store(8, interval, 0, number);
  builder.store(8, interval, 8, n);
  if (merge === 'avg') builder.store(8, interval, 16, one);
  builder.jump(done);
  builder.enter(done);
}

/** The same number, below `count` for the verifier to see: it knows nothing of a remainder. */
function boundedPlace({ builder }: Lowering, place: ValueId, count: number): ValueId {
  const last = builder.const(count - 1);
  return builder.select(
    'ugt',
    place,
    last,
    () => last,
    () => place,
  );
}
