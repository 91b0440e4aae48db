// Rows as a plain table and as CSV.
import test from 'ava';
import { INT32, integer, type Type, UINT64 } from '../../../src/compiler/types/type.js';
import type { Value } from '../../../src/compiler/types/value.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { CsvSink } from '../../../src/output/csv.js';
import { resolveOptions, type SinkOptions } from '../../../src/output/options.js';
import type { Sink } from '../../../src/output/sink.js';
import { TableSink } from '../../../src/output/table/table-sink.js';
import { humanized, unitOf } from '../../../src/output/table/unit.js';
import { bytesOf, printfEvent } from '../../harness/event-record.js';

const comm: Type = { kind: 'string', size: 16 };
const row: Type = {
  kind: 'record',
  fields: [
    { name: 'pid', type: INT32 },
    { name: 'comm', type: comm },
    { name: 'laddr', type: { kind: 'inet' } },
    { name: 'port', type: integer(2, false) },
    { name: 'age_ns', type: UINT64 },
    { name: 'state', type: { kind: 'string', size: 12 } },
  ],
};
const v4 = Uint8Array.from([2, 0, 0, 0, 192, 168, 1, 10, ...new Array<number>(12).fill(0)]);
const v6 = Uint8Array.from([
  10,
  0,
  0,
  0,
  ...[0xfe80, 1, 2, 3, 0x1234, 0x5678, 0x9abc, 0xdef0].flatMap(g => [g >> 8, g & 255]),
]);
const first: Value = [20976n, bytesOf('ssh'), v4, 22n, 412_000n, bytesOf('SYN_SENT')];
const second: Value = [1n, bytesOf('a,"b"\n\x1b[1m'), v6, 51234n, 5_210_000_000n, bytesOf('CLOSE')];

async function collect(
  make: (output: MemoryOutput, options: SinkOptions) => Sink,
  use: (sink: Sink) => void,
): Promise<{ out: string; notices: string }> {
  const output = new MemoryOutput();
  let notices = '';
  const options = resolveOptions({
    title: 'tsbpf x',
    source: { name: 'stdin', text: 'BEGIN { }\n  x' },
    notice: text => {
      notices += text;
    },
    onQuit: () => {},
  });
  const sink = make(output, options);
  use(sink);
  await sink.close();
  return { out: output.text, notices };
}

const table = (output: MemoryOutput, options: SinkOptions): Sink => new TableSink(output, options);
const csv = (output: MemoryOutput, options: SinkOptions): Sink => new CsvSink(output, options);

test('records are aligned rows under one head; a wide value widens what follows, nothing is cut', async t => {
  const { out } = await collect(table, sink => {
    sink.attached(1);
    sink.value(row, first);
    sink.flush();
    sink.value(row, second);
    sink.ending();
  });
  t.deepEqual(out.split('\n'), [
    '    PID COMM            LADDR            PORT      AGE STATE',
    '  20976 ssh             192.168.1.10       22 412.0 us SYN_SENT',
    '      1 a,"b"\\n\\x1b[1m fe80:1:2:3:1234:5678:9abc:def0 51234  5.210 s CLOSE',
    '',
  ]);
});

test('columns that would not fit 80 characters begin narrower, text first, and grow out of what others have to spare', async t => {
  const names = ['comm', 'err', 'path', 'file', 'count'];
  const fields = names.map(name => ({ name, type: name === 'count' ? UINT64 : comm }));
  const wide: Type = { kind: 'record', fields: [...fields, { name: 'raddr', type: { kind: 'inet' } }] };
  const values = ['ssh', '-', '/etc', 'a-longer-name-1'].map(bytesOf);
  const { out } = await collect(table, sink => {
    sink.value(wide, [bytesOf('ssh'), bytesOf('-'), bytesOf('/etc'), bytesOf('x'), 5n, v4]);
    sink.flush();
    sink.value(wide, [...values, 5n, v4]);
  });
  t.deepEqual(out.split('\n'), [
    'COMM         ERR          PATH          FILE               COUNT RADDR',
    'ssh          -            /etc          x                      5 192.168.1.10',
    'ssh         -            /etc         a-longer-name-1          5 192.168.1.10',
    '',
  ]);
});

test('long text in the last column leaves the others in the places of their heads', async t => {
  const opened: Type = {
    kind: 'record',
    fields: [
      { name: 'comm', type: comm },
      { name: 'err', type: comm },
      { name: 'raddr', type: { kind: 'inet' } },
      { name: 'name', type: comm },
      { name: 'path', type: { kind: 'string', size: 128 } },
    ],
  };
  const path = '/a/path/that/is/longer/than/there/is/room/for/it';
  const { out } = await collect(table, sink => {
    sink.value(opened, [bytesOf('cat'), bytesOf('-'), v4, bytesOf('x'), bytesOf('/etc')]);
    sink.flush();
    sink.value(opened, [bytesOf('cat'), bytesOf('-'), v4, bytesOf('x'), bytesOf(path)]);
  });
  const [head = '', ...rows] = out.trimEnd().split('\n');
  t.deepEqual(
    rows.map(line => line.indexOf('/')),
    [head.indexOf('PATH'), head.indexOf('PATH')],
  );
});

test('rows of one batch are aligned with each other, text stays in its place', async t => {
  const { out } = await collect(table, sink => {
    sink.value(row, second);
    sink.value(row, first);
    const { site, view } = printfEvent('-- %d\n', [[INT32, 7]]);
    sink.printf(site, view);
    sink.value(row, first);
  });
  const lines = out.split('\n');
  t.is(lines[1]?.indexOf('51234'), (lines[2]?.indexOf(' 22 ') ?? 0) - 2);
  t.is(lines[3], '-- 7');
  t.true(lines[4]?.startsWith('  20976 ssh '));
});

test('another record starts another table; keyed maps are tables', async t => {
  const { out } = await collect(table, sink => {
    sink.value({ kind: 'record', fields: [{ name: 'n', type: INT32 }] }, [5n]);
    sink.value({ kind: 'record', fields: [{ name: 'on', type: { kind: 'bool' } }] }, [true]);
    sink.map(
      {
        name: '@m',
        key: { kind: 'tuple', elements: [INT32, comm] },
        value: { kind: 'count' },
        entries: [
          { key: [1n, bytesOf('bash')], value: 12n },
          { key: [2n, bytesOf('sh')], value: 3n },
        ],
      },
      { top: 0, div: 0n },
    );
    sink.map(
      { name: '@s', key: undefined, value: { kind: 'count' }, entries: [{ key: undefined, value: 3n }] },
      { top: 0, div: 0n },
    );
  });
  t.deepEqual(out.split('\n'), [
    '      N',
    '      5',
    '',
    'ON',
    'true',
    '',
    'KEY1 KEY2 @M',
    '   2 sh    3',
    '   1 bash 12',
    '',
    '@s: 3',
    '',
  ]);
});

test('CSV: raw numbers, quotes where needed, maps as rows, text on stderr', async t => {
  const { out, notices } = await collect(csv, sink => {
    sink.value(row, first);
    sink.value(row, second);
    const { site, view } = printfEvent('-- %d\n', [[INT32, 7]]);
    sink.printf(site, view);
    sink.map(
      {
        name: '@m',
        key: comm,
        value: { kind: 'stats', signed: true },
        entries: [{ key: bytesOf('sh'), value: { total: 11n, count: 2n } }],
      },
      { top: 0, div: 0n },
    );
    sink.error('runtime_error', 'oops', [12, 13]);
    sink.lost({ lost: 3, total: 3 });
    sink.ending();
  });
  t.is(
    out,
    [
      'pid,comm,laddr,port,age_ns,state',
      '20976,ssh,192.168.1.10,22,412000,SYN_SENT',
      '1,"a,""b""\n\x1b[1m",fe80:1:2:3:1234:5678:9abc:def0,51234,5210000000,CLOSE',
      '',
      'key,count,average,total',
      'sh,2,5,11',
      '',
    ].join('\n'),
  );
  t.is(notices, '-- 7\nstdin:2:3-4: WARNING: oops\nLost 3 events\n');
});

const humanizes = test.macro({
  exec: (t, name: string, value: bigint, expected: string) => t.is(humanized(value, unitOf(name)!), expected),
  title: (_, name, value) => `${value} of ${name}`,
});

test(humanizes, 'age_ns', 0n, '0 ns');
test(humanizes, 'age_ns', 999n, '999 ns');
test(humanizes, 'age_ns', 412_000n, '412.0 us');
test(humanizes, 'age_ns', 51_230_000n, '51.23 ms');
test(humanizes, 'age_ns', 5_210_000_000n, '5.210 s');
test(humanizes, 'age_ns', 5_210_000_000_000n, '5210 s');
test(humanizes, 'age_ns', -1500n, '-1.500 us');
test(humanizes, 'lat_us', 1500n, '1.500 ms');
test(humanizes, 'up_s', 59n, '59 s');
test(humanizes, 'up_s', 90n, '1.500 min');
test(humanizes, 'up_s', 7200n, '2.000 h');
test(humanizes, 'up_s', 5n * 86_400n, '5.000 d');
test(humanizes, 'cpu_ppm', 0n, '0.000 %');
test(humanizes, 'cpu_ppm', 312n, '0.031 %');
test(humanizes, 'cpu_ppm', 1_234_500n, '123.5 %');
test(humanizes, 'rx_bytes', 1536n, '1.500 KiB');
test(humanizes, 'rss_kb', 2048n, '2.000 MiB');
test(humanizes, 'busy_pct', 12n, '12 %');

test('a name that only ends like a unit has none', t => {
  t.is(unitOf('_ns'), undefined);
  t.is(unitOf('pids'), undefined);
});

test('rows of several print() are one table when names and kinds agree, whatever the sizes', async t => {
  const named = (size: number, width: 4 | 8): Type => ({
    kind: 'record',
    fields: [
      { name: 'name', type: { kind: 'string', size } },
      { name: 'n', type: integer(width, true) },
    ],
  });
  const other: Type = { kind: 'record', fields: [{ name: 'name', type: { kind: 'inet' } }] };
  const { out } = await collect(
    (output, options) => new TableSink(output, options),
    sink => {
      sink.value(named(4, 4), [bytesOf('abc'), 1n]);
      sink.value(named(3, 8), [bytesOf('de'), 2n]);
      sink.value(other, [v4]);
    },
  );
  const heads = out.split('\n').filter(line => line.startsWith('NAME'));
  t.is(heads.length, 2, out);
  t.regex(out, /^abc +1\nde +2$/m);
});
