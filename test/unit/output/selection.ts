// --columns, --where, --sort, --top and --timestamp, in the formats that are no live table.
import test from 'ava';
import { type RecordType, type Type, UINT64 } from '../../../src/compiler/types/type.js';
import type { Value } from '../../../src/compiler/types/value.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { type Format, openSink } from '../../../src/output/open.js';
import type { Selection } from '../../../src/output/selection.js';
import type { MapSnapshot, Sink } from '../../../src/output/sink.js';
import { bytesOf } from '../../harness/event-record.js';

const comm: Type = { kind: 'string', size: 16 };
const recordOf = (): RecordType => ({
  kind: 'record',
  fields: [
    { name: 'pid', type: UINT64 },
    { name: 'comm', type: comm },
    { name: 'age_ns', type: UINT64 },
  ],
});
const ROWS: readonly Value[] = [
  [3n, bytesOf('sshd'), 5_000n],
  [10n, bytesOf('nginx'), 7_000_000n],
  [2n, bytesOf('bash'), 100n],
  [10n, bytesOf('awk'), 7_000_000n],
];
const MAP: MapSnapshot = {
  name: '@bytes',
  key: { kind: 'tuple', elements: [comm, UINT64] },
  value: { kind: 'sum', signed: false },
  entries: [
    { key: [bytesOf('sshd'), 22n], value: 30n },
    { key: [bytesOf('nginx'), 80n], value: 10n },
    { key: [bytesOf('bash'), 0n], value: 20n },
  ],
};

const NONE: Selection = {
  columns: undefined,
  where: undefined,
  sort: undefined,
  top: undefined,
  timestamp: false,
};

async function shown(format: Format, selection: Partial<Selection>, use: (sink: Sink) => void) {
  const output = new MemoryOutput();
  const notices: string[] = [];
  const sink = await openSink(format, output, {
    title: 'tsbpf x',
    source: { name: 'stdin', text: '' },
    notice: text => notices.push(text),
    onQuit: () => {},
    quiet: true,
    now: () => 1_700_000_000_000_000_000n,
    selection: { ...NONE, ...selection },
  });
  use(sink);
  sink.flush();
  sink.ending();
  await sink.close();
  return { out: output.text, notices };
}

/** Each row by a print() of its own: they are one table all the same. */
const printRows = (sink: Sink) => {
  for (const row of ROWS) sink.value(recordOf(), row);
};
const printMap = (sink: Sink) => sink.map(MAP, { top: 0, div: 0n });

const rows = test.macro({
  async exec(t, selection: Partial<Selection>, expected: readonly string[]) {
    const { out } = await shown('csv', selection, printRows);
    t.deepEqual(out.trimEnd().split('\n'), expected);
  },
  title: (given = '') => `rows: ${given}`,
});

test('columns in the order given, by name or head', rows, { columns: ['AGE', 'comm'] }, [
  'age_ns,comm',
  '5000,sshd',
  '7000000,nginx',
  '100,bash',
  '7000000,awk',
]);
test('a column that these rows have not is passed by', rows, { columns: ['port', 'pid', 'pid'] }, [
  'pid',
  '3',
  '10',
  '2',
  '10',
]);
test('where, by a column that is not shown', rows, { columns: ['comm'], where: 'age>1us && pid=10' }, [
  'comm',
  'nginx',
  'awk',
]);
test('where, by text', rows, { columns: ['pid'], where: 'SSH' }, ['pid', '3']);
const sortedBy = (column: string, descending?: boolean) => ({ column, descending });
test(
  'numbers with the largest first, in order of arrival',
  rows,
  { sort: sortedBy('age'), columns: ['comm'] },
  ['comm', 'nginx', 'awk', 'sshd', 'bash'],
);
test('the other way round', rows, { sort: sortedBy('AGE', false), columns: ['comm'] }, [
  'comm',
  'bash',
  'sshd',
  'nginx',
  'awk',
]);
test('text in alphabetical order', rows, { sort: sortedBy('comm'), columns: ['comm'], top: 2 }, [
  'comm',
  'awk',
  'bash',
]);
test('top without an order leaves rows alone', rows, { top: 1, columns: ['pid'] }, [
  'pid',
  '3',
  '10',
  '2',
  '10',
]);

test('the same in text, JSON and a table', async t => {
  const selection = { columns: ['comm', 'age'], where: 'pid=3' };
  t.is((await shown('text', selection, printRows)).out, '{ .comm = sshd, .age_ns = 5000 }\n\n\n');
  t.is(
    (await shown('json', selection, printRows)).out,
    '{"type": "value", "data": {"comm": "sshd", "age_ns": 5000}}\n',
  );
  t.is((await shown('table', selection, printRows)).out.replace(/ +/g, ' '), 'COMM AGE\nsshd 5.000 us\n');
});

test('the time goes in front, where there is none', async t => {
  const { out } = await shown(
    'csv',
    { timestamp: true, columns: ['time', 'pid'], top: 1, sort: sortedBy('pid') },
    printRows,
  );
  t.regex(out, /^time,pid\n\d\d:\d\d:\d\d,10\n$/);
  const timed: RecordType = { kind: 'record', fields: [{ name: 'time', type: UINT64 }] };
  const own = await shown('csv', { timestamp: true }, sink => sink.value(timed, [7n]));
  t.is(own.out, 'time\n7\n');
});

const map = test.macro({
  async exec(t, selection: Partial<Selection>, expected: string) {
    t.is((await shown('table', selection, printMap)).out.replace(/ +/g, ' ').replace(/^ /gm, ''), expected);
  },
  title: (given = '') => `a map: ${given}`,
});
test(
  'by a part of its key',
  map,
  { sort: sortedBy('key2') },
  'KEY1 KEY2 @BYTES\nnginx 80 10\nsshd 22 30\nbash 0 20\n',
);
test(
  'by its value, the least two',
  map,
  { sort: sortedBy('bytes', false), top: 2 },
  'KEY1 KEY2 @BYTES\nnginx 80 10\nbash 0 20\n',
);
test(
  'the greatest two, as it is printed without an order',
  map,
  { top: 2 },
  'KEY1 KEY2 @BYTES\nbash 0 20\nsshd 22 30\n',
);
test(
  'some of its rows and columns',
  map,
  { where: 'bytes>=20', columns: ['bytes', 'key1'] },
  '@BYTES KEY1\n20 bash\n30 sshd\n',
);
test('a comparison with a column that it has not is false', map, { where: 'pid=3' }, '');

test('a map in text and JSON: entries are chosen and sorted', async t => {
  const selection = { sort: sortedBy('key1'), where: 'bytes>10' };
  t.regex((await shown('text', selection, printMap)).out, /^@bytes\[bash, 0\]: 20\n@bytes\[sshd, 22\]: 30\n/);
  t.is(
    (await shown('json', selection, printMap)).out,
    '{"type": "map", "data": {"@bytes": {"bash,0": 20, "sshd,22": 30}}}\n',
  );
});

test('of very many sorted rows the first are kept, and the others told', async t => {
  const type: RecordType = { kind: 'record', fields: [{ name: 'n', type: UINT64 }] };
  const { out, notices } = await shown('csv', { sort: sortedBy('n') }, sink => {
    for (let i = 0; i < 250_000; i++) sink.value(type, [BigInt(i)]);
  });
  const lines = out.trimEnd().split('\n');
  t.is(lines.length, 100_001);
  t.is(lines[1], '249999');
  t.is(lines.at(-1), '150000');
  t.deepEqual(notices, ['150000 rows that come behind these in the order were left out\n']);
});
