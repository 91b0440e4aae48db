// Files of backends, and which row of the table each has while files change.
import test from 'ava';
import { ROW, rowOffset, TABLE_SIZE } from '../../../src/compiler/types/backend-table.js';
import { type Backend, parseBackends } from '../../../src/runtime/backend-list.js';
import { BackendRows } from '../../../src/runtime/backend-rows.js';
import { SetFileError } from '../../../src/runtime/set-file-error.js';

const parse = (text: string) => parseBackends(text, 'web.txt');

test('a line is an address, a weight and a hardware address', t => {
  const text =
    '# web\n\n 10.0.0.2\tweight=3 mac=02:00:00:00:00:0a # first\r\n2001:DB8:0::1\n10.0.0.3 mac=2:0:0:0:0:b weight=0\n';
  t.deepEqual(
    parse(text).map(({ name, address, weight, mac }) => [name, [...address], weight, [...mac]]),
    [
      ['10.0.0.2', [10, 0, 0, 2], 3, [2, 0, 0, 0, 0, 10]],
      ['2001:db8::1', [0x20, 1, 13, 0xb8, ...new Array<number>(11).fill(0), 1], 1, [0, 0, 0, 0, 0, 0]],
      ['10.0.0.3', [10, 0, 0, 3], 0, [2, 0, 0, 0, 0, 11]],
    ],
  );
});

const refused = test.macro({
  exec(t, text: string, messages: readonly string[]) {
    const error = t.throws(() => parse(text), { instanceOf: SetFileError });
    t.deepEqual(
      error?.diagnostics.map(each => each.message),
      messages,
    );
  },
  title: (_, text: string) => `refused: ${JSON.stringify(text)}`,
});

test(refused, '', ['no backend is in the file']);
test(refused, '# 10.0.0.1\n', ['no backend is in the file']);
test(refused, '10.0.0.1\n10.0.0.1', ['10.0.0.1 is here twice']);
test(refused, '10.0.0.1\n10.0.0.2', ['the last line has no end: is the file whole?']);
test(refused, '10.0.0\n02:00:00:00:00:01\n', ['"10.0.0" is no address', '"02:00:00:00:00:01" is no address']);
test(refused, '10.0.0.1 weight=65536\n', ['"65536" is no weight']);
test(refused, '10.0.0.1 weight=-1 weight=2\n', ['"-1" is no weight', 'weight is said twice']);
test(refused, '10.0.0.1 mac=10.0.0.2 up\n', [
  '"10.0.0.2" is no hardware address',
  '"up" is nothing that is said of a backend',
]);

interface Shown {
  readonly id: bigint;
  readonly name: bigint;
  readonly weight: bigint;
}

/** Row by row, from 1; and how many places name each. */
function shown(rows: BackendRows, count: number): { rows: Shown[]; places: number[] } {
  const bytes = rows.bytes();
  const data = new DataView(bytes.buffer);
  const places = new Array<number>(count + 1).fill(0);
  for (let i = 0; i < TABLE_SIZE; i++) places[data.getUint16(i * 2, true)]! += 1;
  const at = (row: number, offset: number) => data.getBigUint64(rowOffset(row) + offset, true);
  return {
    rows: Array.from({ length: count }, (_, i) => ({
      id: at(i + 1, ROW.id),
      name: at(i + 1, ROW.name),
      weight: at(i + 1, ROW.weight),
    })),
    places,
  };
}

const list = (...names: readonly string[]): Backend[] => parse(names.map(name => `${name}\n`).join(''));

test('a backend that stays keeps its row, one that went its place until that is needed', t => {
  const rows = new BackendRows(3);
  t.deepEqual(rows.update(list('10.0.0.1', '10.0.0.2')), [1, 2]);
  t.deepEqual(shown(rows, 3).rows, [
    { id: 1n, name: 1n, weight: 1n },
    { id: 2n, name: 2n, weight: 1n },
    { id: 0n, name: 0n, weight: 0n },
  ]);

  t.deepEqual(rows.update(list('10.0.0.2 weight=5')), []);
  const second = shown(rows, 3);
  t.deepEqual(second.rows[0], { id: 0n, name: 1n, weight: 0n });
  t.deepEqual(second.rows[1], { id: 2n, name: 2n, weight: 5n });
  t.deepEqual(second.places, [0, 0, TABLE_SIZE, 0]);

  t.deepEqual(rows.update(list('10.0.0.2', '10.0.0.3')), [3], 'free rows first');
  t.deepEqual(rows.update(list('10.0.0.4', '10.0.0.2', '10.0.0.3')), [1], 'then that of one that went');
  t.deepEqual(shown(rows, 3).rows[0], { id: 0x1_0001n, name: 0x1_0001n, weight: 1n }, 'with another id');
});

test('one that comes back before its row is needed is the same', t => {
  const rows = new BackendRows(3);
  rows.update(list('10.0.0.1', '10.0.0.2'));
  rows.update(list('10.0.0.2'));
  t.deepEqual(rows.update(list('10.0.0.1', '10.0.0.2')), []);
  t.is(shown(rows, 2).rows[0]!.id, 1n);
});

test('of those that went, the one longest gone makes room', t => {
  const rows = new BackendRows(2);
  rows.update(list('10.0.0.1', '10.0.0.2'));
  rows.update(list('10.0.0.1'));
  rows.update(list('10.0.0.3'));
  t.deepEqual(rows.update(list('10.0.0.3', '10.0.0.4')), [1]);
});

test('a set that is full of other backends takes a whole new list', t => {
  const rows = new BackendRows(2);
  rows.update(list('10.0.0.1', '10.0.0.2'));
  t.deepEqual(rows.update(list('10.0.0.3', '10.0.0.4')), [1, 2]);
  t.deepEqual(
    shown(rows, 2).rows.map(({ id }) => id),
    [0x1_0001n, 0x1_0002n],
  );
});

test('when all weights are 0 the table names nobody', t => {
  const rows = new BackendRows(2);
  rows.update(list('10.0.0.1 weight=0'));
  const {
    rows: [row],
    places,
  } = shown(rows, 2);
  t.deepEqual(row, { id: 1n, name: 1n, weight: 0n });
  t.is(places[0], TABLE_SIZE);
});
