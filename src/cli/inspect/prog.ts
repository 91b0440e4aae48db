// `prog`: all programs as a live table or a plain one, one of them in full, or its instructions.
import { closeFd } from '../../kernel/sys/fd.js';
import { enableStats } from '../../kernel/sys/program-run.js';
import { openByteOutput } from '../../output/byte-output.js';
import { isLive } from '../../output/open.js';
import type { RowField } from '../../output/row-fields.js';
import { UsageError } from '../config.js';
import { say } from '../standard-error.js';
import { Ending } from './ending.js';
import type { InspectConfig } from './inspect.js';
import { openRows } from './print-rows.js';
import { PROGRAM_FIELDS, ProgramList, type ProgramRow } from './program-list.js';

/** Seconds. */
const USUAL_INTERVAL = 1;
/** There must be something to measure, and timers of Node have a limit. */
const [LEAST_INTERVAL, MOST_INTERVAL] = [0.1, 86_400] as const;

export async function showPrograms(config: InspectConfig): Promise<number> {
  const [action = 'list', program, ...more] = config.args;
  if (more.length > 0) throw new UsageError(`prog ${action} takes one program, not '${more[0]}' too`);
  const { interval } = config;
  if (interval !== undefined && interval !== 0 && (interval < LEAST_INTERVAL || interval > MOST_INTERVAL))
    throw new UsageError("option '--interval' takes 0, or 100ms to 24h");
  const strange = foreignOption(config, action);
  if (strange !== undefined) throw new UsageError(`option '${strange}' does not go with prog ${action}`);
  if (config.opcodes && action !== 'dump') throw new UsageError("option '--opcodes' belongs to prog dump");
  switch (action) {
    case 'list':
      if (program !== undefined) throw new UsageError('prog list takes no program: prog show tells of one');
      return listPrograms(config);
    case 'show':
    case 'dump':
      if (program === undefined)
        throw new UsageError(`prog ${action} needs a program: an id, a name, or a tag`);
      return action === 'show'
        ? (await import('./prog-show.js')).showProgram(config, program)
        : (await import('./prog-dump.js')).dumpProgram(config, program);
    default:
      throw new UsageError(`prog: '${action}' is none of list, show and dump`);
  }
}

/** One that means nothing to the action. */
function foreignOption({ interval, count, once }: InspectConfig, action: string): string | undefined {
  if (action !== 'show' && action !== 'dump') return undefined;
  if (count !== undefined) return '--count';
  if (once) return '--once';
  return interval !== undefined && action === 'dump' ? '--interval' : undefined;
}

async function listPrograms(config: InspectConfig): Promise<number> {
  const { interval = USUAL_INTERVAL, once, format = 'table', output: path } = config;
  const mayBeLive = !once && interval > 0 && path === undefined && format === 'table';
  if (mayBeLive && isLive(format, openByteOutput({})))
    return (await import('./prog-top.js')).topPrograms(config, interval);
  return printPrograms(config, interval);
}

/** One table, or as many as --count says, each under the same head and with its time. */
async function printPrograms(config: InspectConfig, interval: number): Promise<number> {
  const { count = 1 } = config;
  const list = new ProgramList();
  const printer = await openRows(config, count > 1 ? 'line' : 'full');
  const fields = fieldsOf(interval > 0, count > 1);
  const stats = interval > 0 ? enableStats() : undefined;
  const ending = new Ending();
  let rows: readonly ProgramRow[] = [];
  try {
    if (stats !== undefined) list.read(false);
    for (let i = 0; i < count && !ending.over; i++) {
      if (stats !== undefined) await ending.wait(interval * 1000);
      if (ending.over) break;
      rows = list.read(stats !== undefined);
      printer.print(fields, rows);
    }
  } finally {
    if (stats !== undefined) closeFd(stats);
    ending.close();
    await printer.close();
  }
  if (rows.length === 0 && !ending.over) say('No BPF program is loaded.\n');
  return 0;
}

function fieldsOf(measured: boolean, timed: boolean): readonly RowField<ProgramRow>[] {
  const fields = measured
    ? PROGRAM_FIELDS
    : PROGRAM_FIELDS.filter(({ name }) => name !== 'rate' && name !== 'cpu_ppm');
  const time: RowField<ProgramRow> = { name: 'time', of: () => new Date().toTimeString().slice(0, 8) };
  return timed ? [time, ...fields] : fields;
}
