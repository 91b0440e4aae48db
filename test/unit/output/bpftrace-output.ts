// The same values as in the recorded scripts, handed to the text and JSON sinks: their output is bpftrace's, byte for byte.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { histogramBuckets, histogramIndex, linearBuckets } from '../../../src/compiler/types/histogram.js';
import { INT32, INT64, integer, type Type, UINT32, UINT64 } from '../../../src/compiler/types/type.js';
import type { Value } from '../../../src/compiler/types/value.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { JsonSink } from '../../../src/output/json.js';
import { resolveOptions } from '../../../src/output/options.js';
import type { MapSnapshot, Sink } from '../../../src/output/sink.js';
import { TextSink } from '../../../src/output/text/text-sink.js';
import { type Argument, bytesOf, printfEvent } from '../../harness/event-record.js';

interface Recorded {
  readonly cases: readonly { readonly title: string; readonly text: string; readonly json: string }[];
}

const recorded = JSON.parse(readFileSync('test/fixtures/output/bpftrace-0.27.json', 'utf8')) as Recorded;

const INT8 = integer(1, true);
const BOOL: Type = { kind: 'bool' };
const PTR: Type = { kind: 'pointer', to: INT8, space: 'none' };
const str = (size: number): Type => ({ kind: 'string', size });
const STR = str(16);
const buffer = (size: number): Type => ({ kind: 'buffer', size });
const tuple = (...elements: Type[]): Type => ({ kind: 'tuple', elements });
const record = (fields: Record<string, Type>): Type => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
const INET: Type = { kind: 'inet' };
const MAC: Type = { kind: 'mac' };
const FOO: Type = {
  kind: 'integer',
  size: 4,
  signed: false,
  enum: {
    name: 'Foo',
    values: [
      ['A', '1'],
      ['B', '5'],
    ],
  },
};

const ipv4 = (...address: number[]): Uint8Array =>
  Uint8Array.from([2, 0, 0, 0, ...address, ...new Array<number>(12).fill(0)]);
const ipv6 = (...groups: number[]): Uint8Array =>
  Uint8Array.from([10, 0, 0, 0, ...groups.flatMap(group => [group >> 8, group & 255])]);

let nextSite = 0;

function printf(sink: Sink, format: string, ...args: Argument[]): void {
  const { site, view } = printfEvent(format, args, { id: nextSite++, tail: nextSite % 2 === 0 });
  sink.printf(site, view);
}

function same(type: Type, value: Argument[1], times: number): Argument[] {
  return Array.from({ length: times }, () => [type, value]);
}

interface Printed {
  readonly top?: number;
  readonly div?: bigint;
}

function printMap(
  sink: Sink,
  name: string,
  value: Type,
  entries: [Value, Value][],
  key?: Type,
  how: Printed = {},
): void {
  const map: MapSnapshot = { name, key, value, entries: entries.map(([k, v]) => ({ key: k, value: v })) };
  sink.map(map, { top: how.top ?? 0, div: how.div ?? 0n });
}

const s = (text: string): Uint8Array => bytesOf(text);

function hist(bits: number, ...values: bigint[]): Value {
  const counts = new Array<bigint>(histogramBuckets(bits)).fill(0n);
  for (const value of values) counts[histogramIndex(value, bits)]! += 1n;
  return counts;
}

type Linear = Extract<Type, { kind: 'lhist' }>;

function linear(min: bigint, max: bigint, step: bigint): Linear {
  return { kind: 'lhist', min: String(min), max: String(max), step: String(step) };
}

function lhist(type: Linear, ...values: bigint[]): Value {
  const last = linearBuckets(type) - 1;
  const counts = new Array<bigint>(last + 1).fill(0n);
  for (const value of values) {
    const index = value < BigInt(type.min) ? 0 : Number((value - BigInt(type.min)) / BigInt(type.step)) + 1;
    counts[Math.min(index, last)]! += 1n;
  }
  return counts;
}

const COUNT: Type = { kind: 'count' };
const LOG = (bits: number): Type => ({ kind: 'hist', bits });
const mean = (kind: 'avg' | 'stats', signed = true): Type => ({ kind, signed });

const calls: Record<string, (sink: Sink) => void> = {
  'scalars never set': sink => {
    printMap(sink, '@i', INT64, []);
    printMap(sink, '@s', STR, []);
    printMap(sink, '@t', tuple(INT64, STR), []);
    printMap(sink, '@c', COUNT, []);
    printMap(sink, '@h', LOG(0), []);
    printMap(sink, '@st', mean('stats'), []);
    printMap(sink, '@a', mean('avg'), []);
    printMap(sink, '@k', INT64, [], INT64);
    printMap(sink, '@b', BOOL, []);
    printMap(sink, '@mx', { kind: 'max', signed: true }, []);
    printMap(sink, '@p', PTR, []);
    sink.ending();
    printMap(sink, '@i', INT64, []);
  },
  integers: sink =>
    printf(
      sink,
      '%d %i %u %x %X %o %c %p %s %%\n',
      [INT8, -5],
      [INT8, -5],
      [INT8, 5],
      [INT32, -1],
      [integer(1, false), 255],
      [INT8, 8],
      [INT8, 65],
      [integer(2, false), 0x1234],
      [str(3), 'hi'],
    ),
  widths: sink =>
    printf(
      sink,
      '[%5d|%-5d|%05d|%-05d|%5s|%-5s|%05s|%05c|%8p|%-8x|%08x]\n',
      ...same(INT8, -42, 4),
      ...same(STR, 'ab', 3),
      ...same(INT8, 67, 2),
      ...same(UINT32, 255, 2),
    ),
  flags: sink =>
    printf(
      sink,
      '[%+d|%+d|% d|%#x|%#X|%#o|%#x|%#o|%+u|%+s]\n',
      [INT8, 42],
      [INT8, -42],
      ...same(INT8, 42, 4),
      [INT8, 0],
      [INT8, 0],
      [INT8, 5],
      [INT8, 5],
    ),
  'precision is ignored': sink =>
    printf(sink, '[%.2s|%8.3d|%.3d]\n', [STR, 'abcdef'], [INT8, 42], [INT8, 42]),
  lengths: sink =>
    printf(
      sink,
      '%hhd %hhu %hhx %hd %hu %hx %d %u %x %ld %lu %lx %lld %jd %zx %td\n',
      ...same(UINT64, 0xffff_ffff_ffff_fffen, 16),
    ),
  int8: sink => printf(sink, '%d %u %x %o %p %s %hhu %hu %lu %lx\n', ...same(INT8, -5, 10)),
  uint8: sink => printf(sink, '%d %u %x %o %p %s %hhd %hd %ld %lx\n', ...same(integer(1, false), 200, 10)),
  int16: sink => printf(sink, '%d %u %x %o %p %s %hhu %hu %lu %lx\n', ...same(integer(2, true), -5, 10)),
  uint32: sink => printf(sink, '%d %u %x %o %p %s %hhd %hd %ld %lx\n', ...same(UINT32, 4_000_000_000, 10)),
  int32: sink => printf(sink, '%d %u %x %o %p %s %hhu %hu %lu %lx\n', ...same(INT32, -5, 10)),
  int64: sink => printf(sink, '%ld %lu %lx %lo %p %s %d %u\n', ...same(INT64, -1234567890123456789n, 8)),
  'bool and pointer': sink =>
    printf(
      sink,
      '%d %s %x %lx %p|%s|%10s|%p\n',
      [BOOL, true],
      [BOOL, false],
      [BOOL, true],
      [BOOL, true],
      [BOOL, true],
      [PTR, 5n],
      [PTR, 0xffffn],
      [PTR, 0n],
    ),
  buffers: sink =>
    printf(
      sink,
      '%r|%rx|%rh|%s|%20r|%-20rh|\n',
      ...same(buffer(6), 'a\x01b\xff"\\', 4),
      ...same(buffer(2), 'ab', 2),
    ),
  'compound with widths': sink =>
    printf(
      sink,
      '%10s|%-10s|%s\n',
      [tuple(INT8, str(2)), [1n, s('a')]],
      [record({ a: INT8 }), [1n]],
      [tuple(str(2), tuple(INT8, BOOL)), [s('x'), [2n, true]]],
    ),
  enum: sink => {
    printf(sink, '%s %d %10s|%-10s|\n', ...same(FOO, 5, 4));
    sink.value(FOO, 5n);
    sink.value(tuple(FOO, INT8), [5n, 1n]);
  },
  'literal percent signs': sink => printf(sink, '100%% %y %5% %z|\n'),
  'mac and inet': sink =>
    printf(sink, '%s|%20s|%-20s|%s\n', ...same(INET, ipv4(127, 0, 0, 1), 3), [MAC, new Uint8Array(6)]),
  IPv6: sink =>
    printf(
      sink,
      '%s %s %s %s %s\n',
      [INET, ipv6(1, 0, 0, 2, 0, 0, 0, 3)],
      [INET, ipv6(0xfe80, 0, 0, 0, 0, 0, 0, 1)],
      [INET, ipv6(1, 2, 3, 4, 5, 6, 7, 0)],
      [INET, ipv6(0, 0, 0, 0, 0, 0xffff, 0x102, 0x304)],
      [INET, ipv6(0, 0, 0, 0, 0, 0, 0, 0)],
    ),
  values: sink => {
    sink.value(str(4), s('abc'));
    sink.value(INT8, -1n);
    sink.value(UINT64, 0xffff_ffff_ffff_ffffn);
    sink.value(BOOL, true);
    sink.value(PTR, 5n);
    sink.value(tuple(INT8, str(2), tuple(INT8, INT8)), [1n, s('a'), [2n, 3n]]);
    sink.value(record({ a: INT8, b: str(2) }), [1n, s('x')]);
    sink.value(buffer(3), s('a\x01\xff'));
  },
  'big integers': sink => {
    sink.value(INT64, 9007199254740992n);
    sink.value(INT64, 9007199254740993n);
    sink.value(INT64, -9007199254740993n);
    sink.value(INT64, 18014398509481984n);
    sink.value(UINT64, 0xffff_ffff_ffff_ffffn);
  },
  'text to escape': sink => {
    sink.value(str(32), s('a"b\n\x01\x7f/\t\x08\x0c\x0d\\'));
    printf(sink, 'a"b\n\x01\x7f/');
  },
  'scalar maps': sink => {
    printMap(sink, '@a', INT64, [[undefined, 5n]]);
    printMap(sink, '@s', STR, [[undefined, s('hello')]]);
    printMap(sink, '@t', tuple(INT8, STR, INT8), [[undefined, [1n, s('a'), 3n]]]);
    printMap(sink, '@r', record({ a: INT8, b: STR }), [[undefined, [1n, s('x')]]]);
    printMap(sink, '@p', PTR, [[undefined, 77n]]);
    printMap(sink, '@b', BOOL, [[undefined, true]]);
  },
  'keyed maps': sink => {
    const keys: [Value, Value][] = [
      [3n, 7n],
      [1n, 10n],
      [2n, -5n],
    ];
    printMap(sink, '@k', INT64, keys, INT64);
    printMap(sink, '@t', INT64, [[[1n, s('foo')], 2n]], tuple(INT64, STR));
    printMap(sink, '@n', INT64, [[[[1n, s('a')], 2n], 3n]], tuple(tuple(INT64, STR), INT64));
    printMap(sink, '@r', INT64, [[[1n, s('x')], 1n]], record({ a: INT64, b: STR }));
    printMap(sink, '@p', INT64, [[77n, 1n]], PTR);
    printMap(sink, '@b', BOOL, [[true, false]], BOOL);
    printMap(sink, '@m', INT64, [[new Uint8Array(6), 1n]], MAC);
  },
  'top and div': sink => {
    const keys: [Value, Value][] = [
      [3n, 31n],
      [1n, 10n],
      [2n, 20n],
    ];
    printMap(sink, '@k', INT64, keys, INT64, { top: 2 });
    printMap(sink, '@k', INT64, keys, INT64, { div: 10n });
    printMap(sink, '@k', INT64, keys, INT64, { top: 1, div: 3n });
    printMap(sink, '@s', INT64, [[undefined, -10n]], undefined, { div: 3n });
  },
  aggregations: sink => {
    printMap(sink, '@c', COUNT, [[undefined, 1n]]);
    printMap(sink, '@s', { kind: 'sum', signed: true }, [[undefined, -5n]]);
    printMap(sink, '@a', mean('avg'), [[undefined, { total: -11n, count: 2n }]]);
    printMap(sink, '@n', { kind: 'min', signed: true }, [[undefined, 3n]]);
    printMap(sink, '@x', { kind: 'max', signed: true }, [[undefined, 9n]]);
    printMap(sink, '@t', mean('stats'), [[undefined, { total: -11n, count: 2n }]]);
    printMap(sink, '@u', mean('avg', false), [[undefined, { total: 0xffff_ffff_ffff_ffffn, count: 1n }]]);
    printMap(sink, '@a', mean('avg'), [[undefined, { total: -11n, count: 2n }]], undefined, { div: 2n });
    printMap(sink, '@t', mean('stats'), [[undefined, { total: -11n, count: 2n }]], undefined, { div: 2n });
  },
  'keyed aggregations': sink => {
    const stats: [Value, Value][] = [
      [1n, { total: 20n, count: 2n }],
      [2n, { total: 1n, count: 1n }],
    ];
    const averages: [Value, Value][] = [
      [3n, { total: 3n, count: 1n }],
      [4n, { total: 2n, count: 1n }],
    ];
    printMap(
      sink,
      '@c',
      COUNT,
      [
        [s('y'), 2n],
        [s('x'), 1n],
      ],
      STR,
    );
    printMap(sink, '@t', mean('stats'), stats, INT64);
    printMap(sink, '@a', mean('avg'), averages, INT64);
    printMap(sink, '@t', mean('stats'), stats, INT64, { top: 1 });
  },
  hist: sink => printMap(sink, '@h', LOG(0), [[undefined, hist(0, 1n, 5n, 5n, 1000n, 5000n, -3n, 0n)]]),
  'hist of big values': sink =>
    printMap(sink, '@h', LOG(0), [[undefined, hist(0, 1n << 19n, 1n << 33n, 1n << 62n)]]),
  'hist 2': sink => printMap(sink, '@h', LOG(2), [[undefined, hist(2, 5n, 1000n, 1100n, 0n)]]),
  'hist 1': sink => printMap(sink, '@h', LOG(1), [[undefined, hist(1, 5000n, 1n)]]),
  'hist 3 and 5': sink => {
    printMap(sink, '@a', LOG(3), [[undefined, hist(3, 1n << 20n)]]);
    printMap(sink, '@b', LOG(5), [[undefined, hist(5, 1023n, 1025n)]]);
  },
  'keyed hist': sink => {
    const entries: [Value, Value][] = [
      [s('b'), hist(0, 7n, 70n)],
      [s('a'), hist(0, 5n)],
    ];
    printMap(sink, '@h', LOG(0), entries, STR);
    printMap(sink, '@h', LOG(0), entries, STR, { top: 1 });
    printMap(sink, '@h', LOG(0), entries, STR, { div: 2n });
  },
  'hist divided': sink => {
    const entries: [Value, Value][] = [[undefined, hist(0, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 9n, 9n, 9n)]];
    printMap(sink, '@h', LOG(0), entries);
    printMap(sink, '@h', LOG(0), entries, undefined, { div: 2n });
  },
  lhist: sink => {
    const type = linear(0n, 100n, 10n);
    printMap(sink, '@l', type, [[undefined, lhist(type, 5n, 50n, 55n, -5n, 500n)]]);
  },
  'lhist labels': sink => {
    const [a, b, c] = [linear(0n, 5n, 1n), linear(0n, 10240n, 1024n), linear(0n, 10000n, 1000n)];
    const [d, e] = [linear(0n, 3145728n, 1048576n), linear(0n, 3145728n, 1572864n)];
    printMap(sink, '@a', a, [[[1n, s('x')], lhist(a, 3n)]], tuple(INT64, STR));
    printMap(sink, '@b', b, [[undefined, lhist(b, 2048n, 5000n)]]);
    printMap(sink, '@c', c, [[undefined, lhist(c, 5000n)]]);
    printMap(sink, '@d', d, [[undefined, lhist(d, 2097152n)]]);
    printMap(sink, '@e', e, [[undefined, lhist(e, 1600000n)]]);
  },
  'lhist with a rest': sink => {
    const type = linear(3n, 10n, 2n);
    printMap(sink, '@l', type, [[undefined, lhist(type, 3n, 9n, 10n, 1n)]]);
  },
};

const options = resolveOptions({
  title: '',
  source: { name: 'stdin', text: '' },
  notice: () => {},
  onQuit: () => {},
});

for (const { title, text, json } of recorded.cases) {
  for (const [format, expected] of [
    ['text', text],
    ['json', json],
  ] as const) {
    test(`${format} equals bpftrace's: ${title}`, async t => {
      const output = new MemoryOutput();
      const sink = format === 'text' ? new TextSink(output, options) : new JsonSink(output, options);
      nextSite = 0;
      calls[title]?.(sink);
      if (title !== 'scalars never set') sink.ending();
      await sink.close();
      t.is(output.bytes.toString('latin1'), expected);
    });
  }
}
