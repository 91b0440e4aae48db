// What `xdp load` prints: where the program is attached, what it costs, or what the verifier made of it.

import { Clock, readClock } from '../../kernel/host/clock.js';
import type { OpenLinkedObject } from '../../kernel/load/linked-object.js';
import { progGetInfo } from '../../kernel/sys/object.js';
import type { RowField } from '../../output/row-fields.js';

export interface AttachedRow {
  readonly device: string;
  readonly mode: string;
  readonly id: bigint;
  readonly name: string;
  readonly tag: string;
  readonly jited: bigint;
  readonly runs: bigint;
  /** Of the interval; undefined: nothing to tell. */
  readonly rates: { readonly perSecond?: bigint; readonly average?: bigint };
}

/** Counted while statistics are on; ns. */
export interface Runs {
  readonly runs: bigint;
  readonly time: bigint;
  readonly at: bigint;
}

export function runsOf(fd: number): Runs {
  const { numbers } = progGetInfo(fd);
  return { runs: numbers.run_cnt, time: numbers.run_time_ns, at: readClock(Clock.CLOCK_MONOTONIC) };
}

/** `fd` of the program. */
export function attachedRow(
  { device, mode, fd }: { readonly device: string; readonly mode: string; readonly fd: number },
  before?: Runs,
  now?: Runs,
): AttachedRow {
  const { numbers, name, tag } = progGetInfo(fd);
  const ran = now !== undefined && before !== undefined ? now.runs - before.runs : 0n;
  const rates =
    now === undefined || before === undefined || now.at === before.at
      ? {}
      : {
          perSecond: (ran * 1_000_000_000n) / (now.at - before.at),
          ...(ran === 0n ? {} : { average: (now.time - before.time) / ran }),
        };
  const runs = now?.runs ?? 0n;
  return { device, mode, id: numbers.id, name, tag, jited: numbers.jited_prog_len, runs, rates };
}

export const ATTACHED_FIELDS: readonly RowField<AttachedRow>[] = [
  { name: 'interface', of: ({ device }) => device },
  { name: 'mode', of: ({ mode }) => mode },
  { name: 'id', of: ({ id }) => id, align: 'right' },
  { name: 'name', of: ({ name }) => name },
  { name: 'tag', of: ({ tag }) => tag },
  { name: 'jited_bytes', of: ({ jited }) => jited, align: 'right' },
];

/** Times of one run as they are, in ns. */
export const MEASURED_FIELDS: readonly RowField<AttachedRow>[] = [
  { name: 'time', of: () => new Date().toTimeString().slice(0, 8) },
  ...ATTACHED_FIELDS.filter(({ name }) => name !== 'jited_bytes'),
  { name: 'rate', of: ({ rates }) => rates.perSecond, align: 'right' },
  { name: 'avg_ns', of: ({ rates }) => rates.average, align: 'right' },
  { name: 'runs', of: ({ runs }) => runs, align: 'right' },
];

export interface LoadedRow {
  readonly name: string;
  readonly section: string;
  readonly tag: string;
  readonly instructions: bigint;
  readonly verified: bigint;
  readonly jited: bigint;
  readonly maps: bigint;
}

export function loadedRow({ linked, fd }: OpenLinkedObject['programs'][number]): LoadedRow {
  const { numbers, tag } = progGetInfo(fd);
  return {
    name: linked.name,
    section: linked.section,
    tag,
    instructions: BigInt(linked.insns.length / 8),
    verified: numbers.verified_insns,
    jited: numbers.jited_prog_len,
    maps: numbers.nr_map_ids,
  };
}

export const LOADED_FIELDS: readonly RowField<LoadedRow>[] = [
  { name: 'program', of: ({ name }) => name },
  { name: 'section', of: ({ section }) => section },
  { name: 'tag', of: ({ tag }) => tag },
  { name: 'instructions', of: ({ instructions }) => instructions, align: 'right' },
  { name: 'verified', of: ({ verified }) => verified, align: 'right' },
  { name: 'jited_bytes', of: ({ jited }) => jited, align: 'right' },
  { name: 'maps', of: ({ maps }) => maps, align: 'right' },
];
