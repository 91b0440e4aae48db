// The plot of tseries() as bpftrace 0.27.1 drew it for these values, and how rings of several CPUs become a list.
import test from 'ava';
import type { TimeSeriesType } from '../../../src/compiler/types/time-series.js';
import { type Points, timeSeriesText } from '../../../src/output/text/time-series-text.js';
import { alignSeries, mergeSeries } from '../../../src/runtime/time-series.js';

const MS = 1_000_000n;
/** A local time of day, as ns since 1970. */
const at = (hour: number, minute: number, second: number) =>
  BigInt(new Date(2026, 10, 28, hour, minute, second).getTime()) * MS;

function series(interval: bigint, count = 10, merge: TimeSeriesType['merge'] = 'last'): TimeSeriesType {
  return { kind: 'tseries', interval: String(interval), count, merge };
}

function points(start: bigint, interval: bigint, values: readonly (number | undefined)[]): Points {
  return values.map((value, i) => [
    start + BigInt(i) * interval,
    value === undefined ? undefined : BigInt(value),
  ]);
}

test('a scale from the least to the greatest, marks rounded down', t => {
  const start = at(7, 38, 36) + 600n * MS;
  const text = timeSeriesText(series(100n * MS), points(start, 100n * MS, [2, 4, 6, 8, 0]));
  t.is(
    text,
    `             0                                                   8
hh:mm:ss.ms  |___________________________________________________|
07:38:36.600 |            *                                      | 2
07:38:36.700 |                         *                         | 4
07:38:36.800 |                                      *            | 6
07:38:36.900 |                                                   * 8
07:38:37.000 *                                                   | 0
             v___________________________________________________v
             0                                                   8

`,
  );
});

test('zero has a line where there are values on both sides of it, intervals without a value a dash', t => {
  const start = at(7, 41, 13) + 120n * MS;
  const text = timeSeriesText(
    series(40n * MS),
    points(start, 40n * MS, [-5, -3, undefined, undefined, 3, 4]),
  );
  t.is(
    text,
    `             -5                                                  4
hh:mm:ss.ms  |___________________________________________________|
07:41:13.120 *                            .                      | -5
07:41:13.160 |          *                 .                      | -3
07:41:13.200 |                            .                      | -
07:41:13.240 |                            .                      | -
07:41:13.280 |                            .                *     | 3
07:41:13.320 |                            .                      * 4
             v___________________________________________________v
             -5                                                  4

`,
  );
});

test('the line of zero is rounded towards the nearer border, and not drawn on it', t => {
  const line = (least: number, most: number) =>
    timeSeriesText(series(MS), points(at(7, 0, 0), MS, [least, undefined, most]))
      .split('\n')[3]!
      .slice(13)
      .indexOf('.');
  t.deepEqual(
    [
      [-1, 2],
      [-2, 1],
      [-1, 5],
      [-3, 4],
      [-4, 3],
      [-1, 50],
      [-50, 1],
      [-33, 23],
      [-1, 500],
      [-500, 1],
    ].map(([least, most]) => line(least!, most!)),
    [17, 35, 8, 22, 30, 1, 51, 31, -1, -1],
  );
});

test('times have the digits that tell intervals apart; a single one has all', t => {
  const head = (interval: bigint, rows: number) =>
    timeSeriesText(series(interval), points(at(7, 39, 16), interval, Array(rows).fill(1))).split('\n')[1];
  t.is(head(1000n * MS, 2)?.slice(0, 10), 'hh:mm:ss |');
  t.is(head(1500n * MS, 2)?.slice(0, 10), 'hh:mm:ss |');
  t.is(head(MS, 2)?.slice(0, 14), 'hh:mm:ss.ms  |');
  t.is(head(1500n, 2)?.slice(0, 17), 'hh:mm:ss.us     |');
  t.is(head(7n, 2)?.slice(0, 20), 'hh:mm:ss.ns        |');
  t.is(head(1000n * MS, 1)?.slice(0, 20), 'hh:mm:ss.ns        |');
});

test('a series without values says so', t => {
  t.is(timeSeriesText(series(MS), []), '<no data>\n');
});

/** Rings of two CPUs, each a list of [head, value, count]. */
function rings(type: TimeSeriesType, cpus: readonly (readonly (readonly number[])[])[]) {
  const size = type.merge === 'avg' ? 24 : 16;
  const stride = size * type.count;
  const data = new DataView(new ArrayBuffer(stride * cpus.length));
  cpus.forEach((ring, cpu) => {
    ring.forEach((words, i) => {
      words.forEach((word, w) => {
        data.setBigInt64(cpu * stride + i * size + w * 8, BigInt(word), true);
      });
    });
  });
  const merged = mergeSeries(
    type,
    data,
    cpus.map((_, cpu) => cpu * stride),
  );
  return alignSeries(type, [merged])[0];
}

const merges: readonly (readonly [TimeSeriesType['merge'], readonly number[], readonly number[], bigint])[] =
  [
    ['sum', [5, 7, 0], [5, -9, 0], -2n],
    ['min', [5, 7, 0], [5, -9, 0], -9n],
    ['max', [5, 7, 0], [5, -9, 0], 7n],
    ['avg', [5, 7, 2], [5, -9, 1], 0n],
    ['last', [52, 7, 0], [59, -9, 0], -9n],
  ];
for (const [merge, one, two, expected] of merges) {
  test(`the values of two CPUs in one interval: ${merge}`, t => {
    const type = series(10n, 3, merge);
    const words = merge === 'avg' ? 3 : 2;
    t.deepEqual(rings(type, [[one.slice(0, words)], [two.slice(0, words)]]), [[50n, expected]]);
  });
}

test('the window ends with the last interval; what lies before it is left out, and what is empty at its start', t => {
  const type = series(10n, 4, 'sum');
  // Number 2 is of a turn before: the ring has room for 8 to 11.
  t.deepEqual(rings(type, [[[], [9, 1], [2, 5], [11, 3]]]), [
    [90n, 1n],
    [100n, undefined],
    [110n, 3n],
  ]);
});

test('all keys of a map share the end of the window', t => {
  const type = series(10n, 4, 'sum');
  const one = new Map([[5n, { time: 0n, value: 1n, count: 1n }]]);
  const two = new Map([[7n, { time: 0n, value: 2n, count: 1n }]]);
  const gone = new Map([[1n, { time: 0n, value: 2n, count: 1n }]]);
  t.deepEqual(alignSeries(type, [one, two, gone]), [
    [
      [50n, 1n],
      [60n, undefined],
      [70n, undefined],
    ],
    [[70n, 2n]],
    [],
  ]);
});
