// What a packet program would do to certain packets: before it is attached, a second copy of it is run on them by the kernel. The
// copy has maps of its own, so that nothing is left of it; only the lists of sets are those of the program, which are asked
// and not changed.
import { findProbeType } from '../compiler/language/registry.js';
import type { ObjectSpec, TargetSpec } from '../compiler/object-spec.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { type LoadOptions, openObject } from '../kernel/load/object.js';
import { progTestRun } from '../kernel/sys/program-run.js';
import { Globals } from './globals.js';
import { verdictName } from './verdicts.js';

export interface Sample {
  /** "TCP" */
  readonly what: string;
  /** It goes out: for programs that see such packets. */
  readonly outbound: boolean;
  readonly bytes: Uint8Array;
}

export interface Fate {
  readonly sample: Sample;
  /** Of so many packets, how many did not pass as they are. */
  readonly stopped: number;
  readonly of: number;
  /** The verdict of the last of these; undefined: it passes, changed. */
  readonly verdict: string | undefined;
}

export interface Rehearsal {
  readonly spec: ObjectSpec;
  readonly samples: readonly Sample[];
  /** BEGIN may be run, for what it puts into maps. */
  readonly begins: boolean;
  /** Of each target that lets not all of them pass as they are. */
  readonly tell: (target: string, fates: readonly Fate[]) => void;
}

export interface RehearsalHost extends Pick<LoadOptions, 'btf' | 'moduleBtf' | 'possibleCpus'> {
  now(): bigint;
}

/** Of the program itself. */
export interface Original {
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly globals: Pick<Globals, 'word'>;
}

/** In a row, as fast as they come. */
const PACKETS = 16;
/** Bytes: nobody reads it. */
const RING = 1 << 16;
/** What a program may make of a packet. */
const ROOM = new Uint8Array(1 << 16);

/** Throws what loading and running throw. */
export function rehearse(
  { spec, samples, begins, tell }: Rehearsal,
  host: RehearsalHost,
  original: Original,
): void {
  const sets = spec.sets ?? [];
  const lists = sets.flatMap(set => (set.type === 'lpmtrie' ? [set.maps.v4, set.maps.v6] : [set.maps.table]));
  const shared = new Map(
    lists.flatMap(name => original.maps.get(name ?? '') ?? []).map(map => [map.spec.name, map]),
  );
  const object = openObject(spec, { ...host, ringSize: RING, shared });
  try {
    const globals = new Globals(object.maps.get('globals')!, spec.globals, spec.probes.length);
    globals.start = host.now();
    globals.setWord('ncpus', BigInt(host.possibleCpus));
    for (const { word } of sets) globals.setWord(word, original.globals.word(word) ?? 0n);
    const targets = (wanted: (type: string) => boolean) =>
      spec.probes.flatMap(({ alternatives }) =>
        alternatives.slice(0, 1).flatMap(({ type, targets }) => (wanted(type) ? targets : [])),
      );
    if (begins)
      for (const { program } of targets(type => type === 'begin')) progTestRun(object.program(program).fd);
    for (const target of targets(type => findProbeType(type)?.packet !== undefined)) {
      const fates = fatesAt(target, object.program(target.program).fd, samples);
      if (fates.length > 0) tell(target.name, fates);
    }
  } finally {
    object.close();
  }
}

function fatesAt({ name, parts }: TargetSpec, fd: number, samples: readonly Sample[]): Fate[] {
  const [type = ''] = parts;
  const packet = findProbeType(type)!.packet!;
  const outbound = packet.outbound?.({ name, parts }) === true;
  return samples
    .filter(sample => sample.outbound === outbound)
    .flatMap(sample => {
      let stopped = 0;
      let verdict: string | undefined;
      for (let i = 0; i < PACKETS; i++) {
        const { returnValue, dataSizeOut } = progTestRun(fd, { dataIn: sample.bytes, dataOut: ROOM });
        const passes = packet.passing.includes(returnValue | 0);
        if (passes && Buffer.compare(ROOM.subarray(0, dataSizeOut), sample.bytes) === 0) continue;
        stopped++;
        verdict = passes ? undefined : verdictName(type, returnValue | 0);
      }
      return stopped === 0 ? [] : [{ sample, stopped, of: PACKETS, verdict }];
    });
}
