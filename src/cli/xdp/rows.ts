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
}

/** `fd` of the program. */
export function describeAttached({
  device,
  mode,
  fd,
}: {
  readonly device: string;
  readonly mode: string;
  readonly fd: number;
}): AttachedRow {
  const { numbers, name, tag } = progGetInfo(fd);
  return { device, mode, id: numbers.id, name, tag, jited: numbers.jited_prog_len };
}

export const ATTACHED_FIELDS: readonly RowField<AttachedRow>[] = [
  { name: 'interface', of: ({ device }) => device },
  { name: 'mode', of: ({ mode }) => mode },
  { name: 'id', of: ({ id }) => id, align: 'right' },
  { name: 'name', of: ({ name }) => name },
  { name: 'tag', of: ({ tag }) => tag },
  { name: 'jited_bytes', of: ({ jited }) => jited, align: 'right' },
];

/** Counted while statistics are on, ns; `at` by CLOCK_MONOTONIC. */
interface Runs {
  readonly runs: bigint;
  readonly time: bigint;
  readonly at: bigint;
}

export interface Measured {
  readonly runs: bigint;
  /** Of the interval; undefined: nothing to tell. */
  readonly perSecond?: bigint | undefined;
  readonly average?: bigint | undefined;
}

export function runsOf(fd: number): Runs {
  const { numbers } = progGetInfo(fd);
  return { runs: numbers.run_cnt, time: numbers.run_time_ns, at: readClock(Clock.CLOCK_MONOTONIC) };
}

export function ratesOf(before: Runs, now: Runs): Measured {
  const ran = now.runs - before.runs;
  return {
    runs: now.runs,
    perSecond: now.at === before.at ? undefined : (ran * 1_000_000_000n) / (now.at - before.at),
    average: ran === 0n ? undefined : (now.time - before.time) / ran,
  };
}

/** Times of one run as they are, in ns. */
export const MEASURED_FIELDS: readonly RowField<AttachedRow & Measured>[] = [
  { name: 'time', of: () => new Date().toTimeString().slice(0, 8) },
  ...ATTACHED_FIELDS.filter(({ name }) => name !== 'jited_bytes'),
  { name: 'rate', of: ({ perSecond }) => perSecond, align: 'right' },
  { name: 'avg_ns', of: ({ average }) => average, align: 'right' },
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
