// The live table as its user sees it: a sink is told of events, keys are pressed, and the screen is read.
import test, { type ExecutionContext } from 'ava';
import type { RecordType, Type } from '../../src/compiler/types/type.js';
import { INT64 } from '../../src/compiler/types/type.js';
import type { Value } from '../../src/compiler/types/value.js';
import { BrokenPipe } from '../../src/output/byte-output.js';
import { LiveSink } from '../../src/output/live/live-sink.js';
import type { SinkOptions } from '../../src/output/options.js';
import { FakeTerminal, KEYS, liveOptions } from '../harness/fake-terminal.js';

const STRING: Type = { kind: 'string', size: 64 };
const EVENT: RecordType = {
  kind: 'record',
  fields: [
    { name: 'pid', type: INT64 },
    { name: 'comm', type: STRING },
    { name: 'laddr', type: { kind: 'inet' } },
    { name: 'state', type: STRING },
    { name: 'age_ns', type: INT64 },
  ],
};

interface Set {
  readonly terminal: FakeTerminal;
  readonly sink: LiveSink;
  readonly quits: () => number;
  readonly notices: string[];
  /** ms of the sink's clock. */
  clock: number;
}

/** A sink on a terminal of this size, attached, its first frame drawn. */
async function open(
  t: ExecutionContext,
  columns = 80,
  rows = 24,
  options: Partial<SinkOptions> & {
    readonly keyboard?: boolean;
    readonly before?: (sink: LiveSink) => void;
  } = {},
): Promise<Set> {
  const terminal = new FakeTerminal(columns, rows, options);
  const notices: string[] = [];
  let quits = 0;
  const all = liveOptions({ notice: text => notices.push(text), onQuit: () => quits++, ...options });
  const set = { terminal, notices, quits: () => quits, clock: 0 } as { -readonly [K in keyof Set]: Set[K] };
  set.sink = new LiveSink(terminal, terminal, all, () => set.clock);
  options.before?.(set.sink);
  set.sink.attached();
  await terminal.until(screen => screen !== '');
  t.teardown(() => set.sink.close());
  return set;
}

function inet(...bytes: readonly number[]): Uint8Array {
  const value = new Uint8Array(20);
  new Uint32Array(value.buffer)[0] = bytes.length === 4 ? 2 : 10;
  value.set(bytes, 4);
  return value;
}

function event(pid: number, comm: string, state = 'ESTABLISHED', age = 412_000n): readonly Value[] {
  return [BigInt(pid), Buffer.from(comm), inet(192, 168, 1, pid % 256), Buffer.from(state), age];
}

function emit(sink: LiveSink, from: number, count: number): void {
  for (let i = from; i < from + count; i++) sink.value(EVENT, event(i, i % 2 === 0 ? 'sshd' : 'nginx'));
  sink.flush();
}

test.serial('80x24: title and status, heads, rows, keys', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 3);
  const screen = await terminal.until(s => s.includes('3 events'));
  t.deepEqual(screen.split('\n').filter(Boolean), [
    'tsbpf tcpstates                             3 events  0 lost  0.1% cpu  00:00:00',
    '       PID COMM            LADDR           STATE                AGE',
    '         1 nginx           192.168.1.1     ESTABLISHED     412.0 us',
    '         2 sshd            192.168.1.2     ESTABLISHED     412.0 us',
    '         3 nginx           192.168.1.3     ESTABLISHED     412.0 us',
    ' / filter   s sort   c columns   p pause   Enter details   ? help   q quit',
  ]);
  t.is(screen.split('\n').length, 24);
});

test.serial('before the first event it says that it waits', async t => {
  const { terminal } = await open(t);
  t.regex(terminal.screen, /Waiting for events/);
});

test.serial('where nothing is shown before the end it says how to come there', async t => {
  const { terminal } = await open(t, 80, 24, { atEndOnly: true });
  t.regex(terminal.screen, /Counting\. The counts are shown at the end: q\.\n *--interval 1s /);
});

for (const [columns, rows] of [
  [160, 50],
  [80, 24],
  [40, 10],
  [20, 5],
  [20, 3],
  [12, 2],
  [5, 1],
] as const) {
  test.serial(`${columns}x${rows}: no line is wider, no frame higher; the last row is in sight`, async t => {
    const { terminal, sink } = await open(t, columns, rows);
    emit(sink, 1, 100);
    // A title alone may stay as it is.
    if (rows === 1) await new Promise(resolve => setTimeout(resolve, 300));
    const screen = await terminal.until(s => rows === 1 || /\b100\b/.test(s));
    const lines = screen.split('\n');
    t.true(lines.length <= rows, `${lines.length} lines`);
    for (const line of lines) t.true([...line].length <= columns, line);
  });
}

test.serial('the heads stay and the end is followed; up stops, End goes on', async t => {
  const { terminal, sink } = await open(t, 80, 10);
  emit(sink, 1, 50);
  await terminal.until(s => s.includes('50 nginx') || s.includes('50 sshd'));
  terminal.press(KEYS.pageUp);
  const screen = await terminal.until(s => s.includes('[37-43 of 50]'));
  t.regex(screen, /\n +PID COMM/);
  t.notRegex(screen, / 50 sshd/);
  emit(sink, 51, 5);
  await terminal.until(s => s.includes('[37-43 of 55]'));
  terminal.press(KEYS.end);
  await terminal.until(s => s.includes(' 55 nginx') && !s.includes('of 55'));
  terminal.press(KEYS.home);
  await terminal.until(s => s.includes('[1-7 of 55]'));
  t.pass();
});

test.serial('paused, events are counted and not shown', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 2);
  terminal.press('p');
  await terminal.until(s => s.includes('[paused, 0 new]'));
  emit(sink, 3, 5);
  const screen = await terminal.until(s => s.includes('[paused, 5 new]'));
  t.notRegex(screen, / 7 nginx/);
  t.regex(screen, /7 events/);
  t.regex(screen, /p go on/);
  terminal.press(' ');
  await terminal.until(s => s.includes(' 7 nginx') && !s.includes('paused'));
  t.pass();
});

test.serial('a filter narrows as it is typed, Enter keeps it, Escape clears it', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 10);
  terminal.press('/', 'ngi');
  const typed = await terminal.until(s => s.includes('ngi▏') && !s.includes('sshd'));
  t.regex(typed, /Enter keep/);
  terminal.press(KEYS.enter);
  await terminal.until(s => s.includes('[/ngi]') && s.includes('q quit'));
  emit(sink, 11, 2);
  const more = await terminal.until(s => s.includes(' 11 nginx'));
  t.notRegex(more, / 12 sshd/);
  terminal.press(KEYS.escape);
  await terminal.until(s => s.includes(' 12 sshd'));
  terminal.press('/', 'pid>11', KEYS.enter);
  const compared = await terminal.until(s => s.includes('[/pid>11]'));
  t.notRegex(compared, / 11 nginx/);
  t.regex(compared, / 12 sshd/);
  terminal.press('/', KEYS.backspace, KEYS.backspace, 'x');
  await terminal.until(s => s.includes('Nothing matches pid>x') || s.includes('pid>x▏'));
});

test.serial('s sorts by the next column, r the other way round', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 5);
  terminal.press('s');
  const down = await terminal.until(s => s.includes('PID↓'));
  t.regex(down.split('\n')[2] ?? '', / 5 nginx/);
  terminal.press('r');
  const up = await terminal.until(s => s.includes('PID↑'));
  t.regex(up.split('\n')[2] ?? '', / 1 nginx/);
  terminal.press('s');
  await terminal.until(s => s.includes('COMM↑'));
});

test.serial('columns can be hidden', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 5);
  terminal.press('c');
  await terminal.until(s => s.includes('[x] PID'));
  terminal.press(KEYS.down, ' ');
  await terminal.until(s => s.includes('[ ] COMM'));
  terminal.press(KEYS.escape);
  const screen = await terminal.until(s => s.includes('q quit'));
  t.notRegex(screen, /COMM|nginx/);
});

test.serial('Enter shows every field of a row, whole and raw', async t => {
  const { terminal, sink } = await open(t, 30, 12);
  sink.value(EVENT, event(7, 'a-very-long-name-of-a-program-indeed', 'CLOSE', 5_210_000_000n));
  sink.flush();
  terminal.press(KEYS.enter);
  const screen = await terminal.until(s => s.includes('Row 1'));
  t.deepEqual(screen.split('\n').slice(1, 8), [
    ' Row 1',
    ' pid     7',
    ' comm    a-very-long-name-of-a',
    '         -program-indeed',
    ' laddr   192.168.1.7',
    ' state   CLOSE',
    ' age_ns  5210000000  (5.210 s)',
  ]);
  terminal.press(KEYS.escape);
  await terminal.until(s => s.includes('q quit') && !s.includes('Row 1'));
});

test.serial('? explains the keys', async t => {
  const { terminal } = await open(t);
  terminal.press('?');
  const screen = await terminal.until(s => s.includes('Keys'));
  t.regex(screen, /column>value/);
});

test.serial('columns that do not fit come in with the arrow', async t => {
  const { terminal, sink } = await open(t, 34, 8);
  emit(sink, 1, 2);
  const screen = await terminal.until(s => s.includes('›'));
  t.notRegex(screen, /AGE/);
  terminal.press(KEYS.right, KEYS.right);
  await terminal.until(s => s.includes('AGE'));
});

test.serial('q and Ctrl-C end the session', async t => {
  const { terminal, quits } = await open(t);
  terminal.press('q');
  await terminal.until(() => quits() > 0);
  t.is(quits(), 1);
  terminal.press(KEYS.ctrlC);
  await terminal.until(() => quits() > 1);
  t.is(quits(), 2);
});

test.serial('Ctrl-C ends the session in the middle of a filter', async t => {
  const { terminal, sink, quits } = await open(t);
  emit(sink, 1, 1);
  terminal.press('/', 'q');
  await terminal.until(s => s.includes('q▏'));
  t.is(quits(), 0);
  terminal.press(KEYS.ctrlC);
  await terminal.until(() => quits() > 0);
  t.is(quits(), 1);
});

test.serial('another size is drawn whole', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 50);
  await terminal.until(s => s.includes(' 50 sshd'));
  terminal.resize(40, 8);
  await terminal.until(s => s.split('\n').length === 8 && s.includes('50'));
  t.true(terminal.screen.split('\n').every(line => [...line].length <= 40));
  terminal.resize(160, 50);
  await terminal.until(s => s.split('\n').length === 50 && s.includes(' 5 nginx'));
});

test.serial('the clock runs', async t => {
  const set = await open(t);
  set.clock = 72_000;
  emit(set.sink, 1, 1);
  await set.terminal.until(s => s.includes('00:01:12'));
  t.pass();
});

test.serial('nothing is drawn while nothing changes', async t => {
  const { terminal, sink } = await open(t);
  emit(sink, 1, 1);
  await terminal.until(s => s.includes('1 events'));
  let updates = -1;
  while (updates !== terminal.updates) {
    ({ updates } = terminal);
    await new Promise(resolve => setTimeout(resolve, 300)); // what the event has caused is drawn
  }
  await new Promise(resolve => setTimeout(resolve, 1200));
  t.is(terminal.updates, updates);
});

test.serial('a flood is drawn at most ten times a second, and its last row is shown', async t => {
  const set = await open(t);
  const { terminal, sink } = set;
  const begin = performance.now();
  const { updates } = terminal;
  let sent = 0;
  // A busy machine makes fewer rows in a second.
  while (set.clock < 1000 || sent <= 4000) {
    emit(sink, sent + 1, 2000);
    sent += 2000;
    await new Promise(resolve => setImmediate(resolve));
    set.clock = performance.now() - begin;
  }
  const frames = terminal.updates - updates;
  t.true(frames <= set.clock / 100 + 2, `${frames} frames in ${set.clock} ms`);
  await terminal.until(s => s.includes(` ${sent} `));
});

test.serial('values cannot send control characters to the terminal', async t => {
  const { terminal, sink } = await open(t);
  sink.value(EVENT, event(1, 'evil\x1b[2J\x07\nname'));
  sink.flush();
  const screen = await terminal.until(s => s.includes('evil'));
  t.regex(screen, /evil\\x1b\[2J\\x07\\nname|evil.*…/);
  t.false(terminal.painted.includes('\x07'));
});

test.serial('losses, warnings and errors are on the screen, and said again afterwards', async t => {
  const { terminal, sink, notices } = await open(t);
  emit(sink, 1, 1);
  sink.lost({ lost: 12, total: 12 });
  sink.error('warnf', 'look here');
  sink.error('warnf', 'look here');
  sink.error('errorf', 'broken\x1b[2J');
  const screen = await terminal.until(s => s.includes('12 lost'));
  t.regex(screen, /ERROR: broken\\x1b\[2J/);
  t.deepEqual(notices, []);
  terminal.press(KEYS.escape);
  await terminal.until(s => !s.includes('ERROR'));
  await sink.close();
  t.deepEqual(notices, [
    'WARNING: look here\n',
    '  (2 times)\n',
    'ERROR: broken\\x1b[2J\n',
    'Lost 12 events\n',
  ]);
});

test.serial('after the end the terminal is as it was, with the last screenful below', async t => {
  const { terminal, sink } = await open(t, 80, 10);
  emit(sink, 1, 50);
  await terminal.until(s => s.includes(' 50 sshd'));
  t.true(terminal.rawMode);
  await sink.close();
  t.false(terminal.rawMode);
  t.true(terminal.written.includes('\x1b[?1049h'));
  t.true(terminal.written.includes('\x1b[?25h'));
  const lines = terminal.left.split('\n');
  t.regex(lines[0] ?? '', /^ +PID COMM/);
  t.deepEqual(
    lines.slice(1).map(line => line.trim().split(' ')[0]),
    ['44', '45', '46', '47', '48', '49', '50', ''],
  );
});

test.serial('a session that ends before the first frame is a plain table', async t => {
  const terminal = new FakeTerminal(80, 5);
  const sink = new LiveSink(terminal, terminal, liveOptions());
  emit(sink, 1, 20);
  await sink.close();
  t.false(terminal.written.includes('\x1b'));
  t.is(terminal.written.split('\n').length, 22);
});

test.serial('without a keyboard it draws all the same', async t => {
  const { terminal, sink } = await open(t, 80, 24, { keyboard: false });
  emit(sink, 1, 1);
  await terminal.until(s => s.includes(' 1 nginx'));
  t.false(terminal.rawMode);
});

test.serial('when the terminal has gone, the session hears of it', async t => {
  const { terminal, sink, quits } = await open(t);
  terminal.hungUp = true;
  emit(sink, 1, 1);
  await terminal.until(() => quits() > 0);
  t.is(quits(), 1);
  t.throws(() => sink.flush(), { instanceOf: BrokenPipe });
  await sink.close();
});

test.serial('lines of text, maps and records are tables of their own; Tab goes round', async t => {
  const { terminal, sink } = await open(t);
  sink.text('cat', 'first line\nsecond line\n');
  await terminal.until(s => s.includes('second line'));
  const key: Type = { kind: 'tuple', elements: [INT64, STRING] };
  const entry = (pid: bigint, comm: string, count: bigint) => ({
    key: [pid, Buffer.from(comm)],
    value: count,
  });
  const snapshot = (count: bigint) => ({
    name: '@calls',
    key,
    value: { kind: 'count' } as const,
    entries: [entry(1n, 'init', 3n), entry(2n, 'bash', count)],
  });
  sink.map(snapshot(7n), { top: 0, div: 1n });
  const map = await terminal.until(s => s.includes('@calls') && s.includes('KEY2'));
  t.regex(map, /2 bash +7/);
  sink.map(snapshot(8n), { top: 0, div: 1n });
  t.regex(await terminal.until(s => /bash +8/.test(s)), /1 init +3/);
  emit(sink, 1, 1);
  await terminal.until(s => s.includes('1 nginx'));
  terminal.press('\t');
  await terminal.until(s => s.includes('second line'));
  terminal.press('\t');
  await terminal.until(s => s.includes('KEY2'));
  sink.ending();
  sink.map(snapshot(9n), { top: 0, div: 1n });
  await sink.close();
  t.regex(terminal.left, /first line\nsecond line/);
  t.regex(terminal.left, /bash +9/);
  t.notRegex(terminal.left, /bash +8/);
});

test.serial('NO_COLOR leaves reverse and bold, and takes the colours', async t => {
  const before = process.env.NO_COLOR;
  process.env.NO_COLOR = '1';
  t.teardown(() => {
    if (before === undefined) delete process.env.NO_COLOR;
    else process.env.NO_COLOR = before;
  });
  const { terminal, sink } = await open(t);
  sink.lost({ lost: 1, total: 1 });
  await terminal.until(s => s.includes('1 lost'));
  t.notRegex(terminal.painted, /\[(3|9)\dm/);
  t.regex(terminal.painted, /\[1m/);
});

test.serial('rows that replace those before: a sheet that keeps its order, without events', async t => {
  const { terminal, sink } = await open(t);
  const type: RecordType = {
    kind: 'record',
    fields: [
      { name: 'rule', type: STRING },
      { name: 'packets/s', type: INT64 },
    ],
  };
  const tell = (...rates: readonly bigint[]) => {
    sink.replaceRows(
      'rules',
      type,
      rates.map((rate, i) => [Buffer.from(`rule ${i}`), rate]),
    );
    sink.flush();
  };
  tell(7n, 9n);
  const first = await terminal.until(s => s.includes('rule 1'));
  t.deepEqual(
    first
      .split('\n')
      .slice(1, 4)
      .map(line => line.trim().split(/ {2,}/)),
    [
      ['RULE', 'PACKETS/S'],
      ['rule 0', '7'],
      ['rule 1', '9'],
    ],
  );
  tell(12n, 3n);
  const second = await terminal.until(s => s.includes('12'));
  t.is(second.split('\n').filter(line => line.includes('rule')).length, 2);
  t.true(second.includes('0 events'));
});
