// Runs a compiled script in the kernel, by BPF_PROG_TEST_RUN of raw tracepoints.

import type { MapSpec, ObjectSpec } from '../../src/compiler/object-spec.js';
import { onlineCpus, possibleCpus } from '../../src/kernel/host/cpu.js';
import { type LoadedObject, loadObject } from '../../src/kernel/load/object.js';
import { native } from '../../src/kernel/sys/native.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import {
  openRingBuffer,
  RING_HEADER_SIZE,
  type RingBuffer,
  ringRecordSize,
} from '../../src/kernel/sys/ring-buffer.js';
import { mapAt } from '../harness/fixed-memory.js';
import { MEMORY_BASE, MEMORY_SIZE, NO_MEMORY } from './meaning/memory.js';
import type { Outcome } from './outcome.js';
import { type Entry, eventsOf, readMaps } from './read-back.js';
import { CONTEXT_SIZE, programsOf, setCpuCount } from './schedule.js';
import type { Script } from './script.js';

const RING_SIZE = 65536;
const FIRST = new Uint8Array(4); // key 0
/** Going to another CPU costs as much as several runs. A clause that runs several times still meets both. */
const RUNS_ON_ONE = 5;
/** Words of a set of CPUs: enough for 128. */
const CPU_WORDS = 2;

/** Throws a Rejection when the verifier refuses a program. */
export function runInKernel(spec: ObjectSpec, { runs, memory }: Script): Outcome {
  const possibleCpus = cpuCount();
  const loaded = loadObject(spec, { btf: undefined, possibleCpus, ringSize: RING_SIZE });
  const ringMap = loaded.maps.get('ring');
  const ring = ringMap === undefined ? undefined : openRingBuffer(ringMap.fd, RING_SIZE);
  try {
    const globals = loaded.maps.get('globals')!;
    const words = globals.read(FIRST)!;
    setCpuCount(spec, possibleCpus, words);
    globals.write(FIRST, words);
    const programs = programsOf(spec);
    const ctxIn = new Uint8Array(CONTEXT_SIZE);
    if (memory !== NO_MEMORY) sharedMemory().set(memory.bytes);
    cpus ??= onlineCpus();
    const own = cpus.slice(0, 2);
    const events = runs.map((probe, turn) => {
      if (turn % RUNS_ON_ONE === 0) stayOn([own[(turn / RUNS_ON_ONE) % own.length]!]);
      progTestRun(loaded.programs[programs[probe]!]!.fd, { ctxIn });
      return eventsOf(spec, drain(ring));
    });
    return { maps: readMaps(spec, map => entriesOf(loaded, map)), events };
  } finally {
    stayOn(cpus ?? []);
    ring?.close();
    loaded.close();
  }
}

let possible: number | undefined;
function cpuCount(): number {
  possible ??= possibleCpus();
  return possible;
}

let cpus: number[] | undefined;

/**
 * CPUs take turns, so that per-CPU values have to be merged. Not by BPF_F_TEST_RUN_ON_CPU: that runs with interrupts off, where
 * the kernel cannot refill what it allocates map elements from, and memory of this process cannot be read.
 */
function stayOn(list: readonly number[]): void {
  const set = new BigUint64Array(CPU_WORDS);
  for (const cpu of list) if (cpu < 64 * CPU_WORDS) set[cpu >> 6]! |= 1n << BigInt(cpu & 63);
  const shim = native();
  shim.syscall(shim.nr.sched_setaffinity, 0, set.byteLength, set);
}

let shared: Uint8Array | undefined;
function sharedMemory(): Uint8Array {
  shared ??= mapAt(MEMORY_BASE, MEMORY_SIZE);
  return shared;
}

const batch = new Uint8Array(RING_SIZE);

function* drain(ring: RingBuffer | undefined): Generator<Uint8Array> {
  const size = ring?.drain(batch) ?? 0;
  const data = new DataView(batch.buffer);
  for (let at = 0; at < size; ) {
    const length = data.getUint32(at, true);
    yield batch.slice(at + RING_HEADER_SIZE, at + RING_HEADER_SIZE + length);
    at += ringRecordSize(length);
  }
}

function entriesOf(loaded: LoadedObject, spec: MapSpec): Entry[] {
  const map = loaded.maps.get(spec.name)!;
  const { count, keys, values } = map.readAll();
  const width = map.copies * map.stride;
  return Array.from({ length: count }, (_, i) => ({
    key: keys.slice(i * spec.keySize, (i + 1) * spec.keySize),
    values: Array.from({ length: map.copies }, (__, cpu) => {
      const at = i * width + cpu * map.stride;
      return values.slice(at, at + spec.valueSize);
    }),
  }));
}
