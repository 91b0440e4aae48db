// All programs on a terminal, read again every second; the kernel counts their runs for as long as this lasts.
import { closeFd } from '../../kernel/sys/fd.js';
import { enableStats } from '../../kernel/sys/program-run.js';
import { openByteOutput } from '../../output/byte-output.js';
import { columnsOf, valuesOf } from '../../output/row-fields.js';
import { cpuShare } from '../../runtime/own-cost.js';
import { say } from '../standard-error.js';
import { Ending } from './ending.js';
import type { InspectConfig } from './inspect.js';
import { LIVE_FIELDS, ProgramList, type ProgramRow } from './program-list.js';

/** `interval`: seconds. */
export async function topPrograms(config: InspectConfig, interval: number): Promise<number> {
  const { count = Number.POSITIVE_INFINITY } = config;
  const { openSnapshotTable } = await import('../../output/live/snapshot-table.js');
  const list = new ProgramList();
  const output = openByteOutput({});
  const ending = new Ending();
  const stats = enableStats();
  let facts: readonly string[] = [];
  const table = openSnapshotTable(output, {
    title: `${config.invokedAs} prog`,
    color: config.color,
    columns: columnsOf(LIVE_FIELDS),
    hidden: columns => LIVE_FIELDS.flatMap(({ from = 0 }, i) => (columns < from ? [i] : [])),
    sort: LIVE_FIELDS.findIndex(({ name }) => name === 'cpu_ppm'),
    facts: () => facts,
    cpu: cpuShare(),
    notice: say,
    onQuit: () => ending.end(),
  });
  try {
    for (let i = 0; i <= count && !ending.over; i++) {
      if (i > 0) await ending.wait(interval * 1000);
      if (ending.over) break;
      const rows = list.read(i > 0);
      facts = factsOf(rows);
      table.show(rows.map(row => valuesOf(LIVE_FIELDS, row, '-')));
    }
  } finally {
    closeFd(stats);
    ending.close();
    table.close();
  }
  return 0;
}

/** What all of them do together. */
function factsOf(rows: readonly ProgramRow[]): string[] {
  const total = (of: (row: ProgramRow) => bigint | undefined) =>
    rows.reduce((sum, row) => sum + (of(row) ?? 0n), 0n);
  const runs = total(({ rates }) => rates.perSecond);
  const cpu = Number(total(({ rates }) => rates.cpu)) / 10_000;
  return [
    `${rows.length} programs`,
    `${String(runs).replace(/\B(?=(\d{3})+$)/g, ',')} runs/s`,
    `${cpu.toFixed(cpu < 10 ? 2 : 1)}% in BPF`,
  ];
}
