// The live table of `tsbpf prog`: rows are replaced, the order and the title are its own.
import test, { type ExecutionContext } from 'ava';
import { PROGRAM_FIELDS, type ProgramRow } from '../../src/cli/inspect/program-list.js';
import { openSnapshotTable } from '../../src/output/live/snapshot-table.js';
import { columnsOf, valuesOf } from '../../src/output/row-fields.js';
import { FakeTerminal, KEYS } from '../harness/fake-terminal.js';

function row(id: number, name: string, cpu: bigint): ProgramRow {
  return {
    program: {
      id,
      name,
      type: 'tracepoint',
      tag: '0123456789abcdef',
      loadedAt: 0n,
      jitedBytes: 251,
      runs: 1000n,
      runTime: 200_000n,
      info: {} as ProgramRow['program']['info'],
    },
    rates: { perSecond: 400n, average: 200n, cpu },
    places: [{ text: `tracepoint:${name}`, linkId: 1 }],
    owner: 'tsbpf 77',
    pinned: undefined,
    age: 90_000_000_000n,
  };
}

async function open(t: ExecutionContext, columns: number, rows: number) {
  const terminal = new FakeTerminal(columns, rows);
  let facts: readonly string[] = ['0 programs'];
  let quits = 0;
  const table = openSnapshotTable(
    terminal,
    {
      title: 'tsbpf prog',
      color: 'never',
      columns: columnsOf(PROGRAM_FIELDS),
      hidden: width => PROGRAM_FIELDS.flatMap(({ from = 0 }, i) => (width < from ? [i] : [])),
      sort: PROGRAM_FIELDS.findIndex(({ name }) => name === 'cpu_ppm'),
      facts: () => facts,
      cpu: () => 0.021,
      notice: () => {},
      onQuit: () => quits++,
      now: () => 0,
    },
    terminal,
  );
  t.teardown(() => table.close());
  const show = (told: readonly string[], ...shown: readonly ProgramRow[]) => {
    facts = told;
    table.show(shown.map(each => valuesOf(PROGRAM_FIELDS, each, '-')));
  };
  return { terminal, table, show, quits: () => quits };
}

const FACTS = ['2 programs', '800 runs/s', '0.04% in BPF'];

test.serial('80x24: sorted by CPU from the start, what matters most fits', async t => {
  const { terminal, show } = await open(t, 80, 24);
  show(FACTS, row(5, 'sys_enter', 120n), row(6, 'sched_switch', 4_500n));
  const screen = await terminal.until(s => s.includes('sys_enter'));
  t.deepEqual(screen.split('\n').filter(Boolean), [
    'tsbpf prog              2 programs  800 runs/s  0.04% in BPF  2.1% cpu  00:00:00',
    ' ID TYPE       NAME         RATE    AVG    CPU↓ OWNER    ATTACHED',
    '  6 tracepoint sched_switch  400 200 ns 0.450 % tsbpf 77 tracepoint:sched_switch',
    '  5 tracepoint sys_enter     400 200 ns 0.012 % tsbpf 77 tracepoint:sys_enter',
    ' / filter   s sort   c columns   p pause   Enter details   ? help   q quit',
  ]);
});

test.serial('120 columns: runs and age too; the others can be shown', async t => {
  const { terminal, show } = await open(t, 120, 40);
  show(FACTS, row(5, 'sys_enter', 120n));
  const screen = await terminal.until(s => s.includes('sys_enter'));
  t.regex(screen, /ATTACHED +RUNS +AGE *$/m);
  t.notRegex(screen, /JITED/);
  terminal.press(KEYS.enter);
  t.regex(await terminal.until(s => s.includes('jited_bytes')), /tag +0123456789abcdef/);
});

test.serial(
  'the next rows take the place of the former; a filter and the order stay; pausing holds them',
  async t => {
    const { terminal, show, quits } = await open(t, 100, 12);
    show(FACTS, row(5, 'sys_enter', 120n), row(6, 'sched_switch', 4_500n));
    await terminal.until(s => s.includes('sched_switch'));
    terminal.press('/', 's', 'y', 's', '_', KEYS.enter);
    await terminal.until(s => !s.includes('sched_switch'));
    show(FACTS, row(5, 'sys_enter', 120n), row(9, 'sys_exit', 500n), row(6, 'sched_switch', 9n));
    const screen = await terminal.until(s => s.includes('sys_exit'));
    t.true(screen.indexOf('sys_exit') < screen.indexOf('sys_enter'));
    t.notRegex(screen, /sched_switch/);
    terminal.press('p');
    t.regex(await terminal.until(s => s.includes('paused')), /\[paused, \/sys_\]/);
    show(['1 programs'], row(9, 'sys_exit', 500n));
    await terminal.until(s => s.includes('1 programs'));
    t.regex(terminal.screen, /sys_enter/);
    terminal.press('q');
    while (quits() === 0) await new Promise(resolve => setTimeout(resolve, 5));
    t.is(quits(), 1);
  },
);

test.serial('at the end the rows of the screen are left on the terminal', async t => {
  const { terminal, table, show } = await open(t, 100, 12);
  show(FACTS, row(5, 'sys_enter', 120n));
  await terminal.until(s => s.includes('sys_enter'));
  table.close();
  t.regex(terminal.left, /ID TYPE .*\n +5 tracepoint sys_enter/);
});
