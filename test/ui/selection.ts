// The live table as the command line asks for it: it begins with these columns, this order and this filter, and the keys go on
// from there. Cells that are too long for the screen, whole and cut.
import test, { type ExecutionContext } from 'ava';
import type { SiteSpec } from '../../src/compiler/object-spec.js';
import { type RecordType, type Type, UINT64 } from '../../src/compiler/types/type.js';
import { LiveSink } from '../../src/output/live/live-sink.js';
import { SelectingSink } from '../../src/output/selecting-sink.js';
import type { Selection } from '../../src/output/selection.js';
import type { Sink } from '../../src/output/sink.js';
import { FakeTerminal, KEYS, liveOptions } from '../harness/fake-terminal.js';

const TEXT: Type = { kind: 'string', size: 16 };
const CONNECTION: RecordType = {
  kind: 'record',
  fields: [
    { name: 'pid', type: UINT64 },
    { name: 'comm', type: TEXT },
    { name: 'laddr', type: { kind: 'inet' } },
    { name: 'raddr', type: { kind: 'inet' } },
    { name: 'state', type: TEXT },
    { name: 'age_ns', type: UINT64 },
  ],
};
const ADDRESS = '2001:db8:1234:5678:9abc:def0:1111:2222';

function inet6(): Uint8Array {
  const value = new Uint8Array(20);
  new Uint32Array(value.buffer)[0] = 10;
  for (const [i, group] of ADDRESS.split(':').entries()) {
    const number = Number.parseInt(group, 16);
    value.set([number >> 8, number & 255], 4 + 2 * i);
  }
  return value;
}

async function open(t: ExecutionContext, columns: number, rows: number, given: Partial<Selection> = {}) {
  const terminal = new FakeTerminal(columns, rows);
  const selection: Selection = {
    columns: undefined,
    where: undefined,
    sort: undefined,
    top: undefined,
    timestamp: false,
    ...given,
  };
  const options = liveOptions({ notice: () => {}, onQuit: () => {}, selection });
  const sink: Sink = new SelectingSink(new LiveSink(terminal, terminal, options, () => 0), options, {
    live: true,
    whole: false,
  });
  t.teardown(() => sink.close());
  sink.attached(1);
  for (const [pid, comm, age] of [
    [3n, 'sshd', 5_000n],
    [1n, 'nginx', 7_000_000n],
    [2n, 'bash', 100n],
  ] as const) {
    sink.value(CONNECTION, [pid, Buffer.from(comm), inet6(), inet6(), Buffer.from('ESTABLISHED'), age]);
  }
  sink.flush();
  return { terminal, sink };
}

/** Lines of the table without the title, without spaces at their ends and more than one within. */
const linesOf = (screen: string) =>
  screen
    .split('\n')
    .slice(1, -1)
    .map(line => line.trim().replace(/ +/g, ' '))
    .filter(Boolean);

test.serial('columns, order and filter as asked for; the others can be shown', async t => {
  const { terminal } = await open(t, 80, 24, {
    columns: ['age', 'comm'],
    sort: { column: 'age', descending: undefined },
    where: 'age>1us',
  });
  const screen = await terminal.until(s => s.includes('AGE'));
  t.deepEqual(linesOf(screen), ['AGE↓ COMM', '7.000 ms nginx', '5.000 us sshd']);
  t.regex(screen, /\[\/age>1us\]/);
  terminal.press(KEYS.escape);
  await terminal.until(s => s.includes('bash'));
  terminal.press('c');
  const list = await terminal.until(s => s.includes('[x] AGE'));
  t.deepEqual(linesOf(list), [
    'Columns',
    '[x] AGE ↓',
    '[x] COMM',
    '[ ] PID',
    '[ ] LADDR',
    '[ ] RADDR',
    '[ ] STATE',
  ]);
  terminal.press(KEYS.down, KEYS.down, ' ', KEYS.enter, 'r');
  const more = await terminal.until(s => s.includes('AGE↑'));
  t.deepEqual(linesOf(more), ['AGE↑ COMM PID', '100 ns bash 2', '5.000 us sshd 3', '7.000 ms nginx 1']);
});

test.serial(
  'a page takes the place of the one before, sorted until a key asks for another order',
  async t => {
    const type: RecordType = {
      kind: 'record',
      fields: CONNECTION.fields.filter(({ name }) => /pid|comm/.test(name)),
    };
    const layout = { size: 32, fields: [{ name: 'value', offset: 8, size: 24, type }] };
    const site = (id: number, entry: string) =>
      ({
        id,
        probe: 0,
        entry,
        layout: entry === 'print' ? layout : { size: 8, fields: [] },
        data: {},
      }) as unknown as SiteSpec;
    const terminal = new FakeTerminal(80, 24);
    const options = liveOptions({
      notice: () => {},
      onQuit: () => {},
      sites: [site(0, 'print'), site(1, 'page')],
    });
    const live = new LiveSink(terminal, terminal, options, () => 0);
    const sink: Sink = new SelectingSink(live, options, { live: true, whole: false });
    t.teardown(() => sink.close());
    sink.attached(1);
    const page = (...rows: readonly (readonly [bigint, string])[]) => {
      for (const [pid, comm] of rows) sink.value(type, [pid, Buffer.from(comm)]);
      sink.endPage?.(0, { top: 1, column: 'pid' });
    };
    page([1n, 'one'], [3n, 'three'], [2n, 'two']);
    t.deepEqual(linesOf(await terminal.until(s => s.includes('three'))), [
      'PID↓ COMM',
      '3 three',
      '2 two',
      '1 one',
    ]);
    page([5n, 'five'], [7n, 'seven']);
    t.deepEqual(linesOf(await terminal.until(s => s.includes('seven'))), ['PID↓ COMM', '7 seven', '5 five']);
    terminal.press('r');
    await terminal.until(s => s.includes('PID↑'));
    page([9n, 'nine'], [8n, 'eight']);
    t.deepEqual(linesOf(await terminal.until(s => s.includes('nine'))), ['PID↑ COMM', '8 eight', '9 nine']);
  },
);

test.serial('an order upwards, and the time in front', async t => {
  const { terminal } = await open(t, 120, 40, {
    columns: ['time', 'pid'],
    sort: { column: 'pid', descending: false },
    timestamp: true,
  });
  const screen = await terminal.until(s => s.includes('PID↑'));
  const [head, ...rows] = linesOf(screen);
  t.is(head, 'TIME PID↑');
  t.deepEqual(
    rows.map(row => row.replace(/^\d\d:\d\d:\d\d /, '')),
    ['1', '2', '3'],
  );
});

test.serial(
  '80 columns: long addresses lose their middle; w shows them whole, fewer columns at a time',
  async t => {
    const { terminal } = await open(t, 80, 24);
    const cut = await terminal.until(s => s.includes('AGE'));
    for (const line of cut.split('\n')) t.true([...line].length <= 80, line);
    t.regex(cut, /2001:.*….*2222/);
    t.false(cut.includes(ADDRESS));
    terminal.press('w');
    const whole = await terminal.until(s => s.includes(ADDRESS));
    for (const line of whole.split('\n')) t.true([...line].length <= 80, line);
    t.regex(whole, /LADDR.*›/);
    t.notRegex(whole, /AGE/);
    terminal.press(KEYS.right, KEYS.right, KEYS.right);
    const right = await terminal.until(s => s.includes('AGE'));
    t.is(right.split(ADDRESS).length - 1, 3);
    terminal.press('w', KEYS.left, KEYS.left, KEYS.left);
    await terminal.until(s => s.includes('PID') && s.includes('AGE') && !s.includes(ADDRESS));
  },
);

test.serial('a wide terminal shows them whole at once', async t => {
  const { terminal } = await open(t, 140, 40);
  const screen = await terminal.until(s => s.includes('AGE'));
  t.is(screen.split(ADDRESS).length - 1, 6);
});

test.serial('a narrow one: no line is wider, also with whole cells', async t => {
  const { terminal } = await open(t, 30, 8);
  await terminal.until(s => s.includes('PID'));
  terminal.press('w', KEYS.right, KEYS.right);
  const screen = await terminal.until(s => s.includes('2001'));
  for (const line of screen.split('\n')) t.true([...line].length <= 30, line);
});

test.serial('? tells of w', async t => {
  const { terminal } = await open(t, 80, 24);
  await terminal.until(s => s.includes('AGE'));
  terminal.press('?');
  await terminal.until(s => s.includes('whole cells'));
  t.pass();
});
