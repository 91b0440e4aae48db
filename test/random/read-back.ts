// Runs a compiled script in the interpreter and in the kernel, and reads what it left behind in the text form of outcome.ts.
// Each BEGIN clause is one program, run once, in order.

import type { MapSpec, ObjectSpec, SiteSpec } from '../../src/compiler/object-spec.js';
import { decodeRecordField, decodeStored } from '../../src/compiler/types/decode.js';
import { sizeOf } from '../../src/compiler/types/layout.js';
import type { AggregationType, Type } from '../../src/compiler/types/type.js';
import type { Value } from '../../src/compiler/types/value.js';
import { possibleCpus } from '../../src/kernel/host/cpu.js';
import { type LoadedObject, loadObject } from '../../src/kernel/load/object.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import {
  openRingBuffer,
  RING_HEADER_SIZE,
  type RingBuffer,
  ringRecordSize,
} from '../../src/kernel/sys/ring-buffer.js';
import { Vm } from '../harness/vm.js';
import type { Outcome } from './outcome.js';
import { type SourceValue, show, showBuckets } from './value.js';

const CONTEXT_SIZE = 8; // one argument of a raw tracepoint
const VM_CPUS = 2;
const RING_SIZE = 65536;
const FIRST = new Uint8Array(4); // key 0

/** Indexes of the programs of the BEGIN clauses, in source order. */
function clausesOf(spec: ObjectSpec): number[] {
  return spec.probes.flatMap(probe => probe.alternatives[0]!.targets.map(target => target.program));
}

export function runInVm(spec: ObjectSpec): Outcome {
  const vm = new Vm(spec, { cpus: VM_CPUS });
  setCpuCount(spec, VM_CPUS, vm.mapValue('globals')!);
  const events: string[] = [];
  for (const [clause, program] of clausesOf(spec).entries()) {
    const run = vm.run(program, new Uint8Array(CONTEXT_SIZE));
    for (const bytes of run.events) pushEvent(events, spec, clause, bytes);
  }
  const maps = readMaps(spec, map =>
    vm.mapEntries(map.name).map(({ key, values }) => ({ key, values: [...values] })),
  );
  return { maps, events };
}

/** Throws a Rejection when the verifier refuses a program. */
export function runInKernel(spec: ObjectSpec): Outcome {
  const loaded = loadObject(spec, { btf: undefined, possibleCpus: cpuCount(), ringSize: RING_SIZE });
  const ringMap = loaded.maps.get('ring');
  const ring = ringMap === undefined ? undefined : openRingBuffer(ringMap.fd, RING_SIZE);
  try {
    const events: string[] = [];
    const globals = loaded.maps.get('globals')!;
    const words = globals.read(FIRST)!;
    setCpuCount(spec, cpuCount(), words);
    globals.write(FIRST, words);
    for (const [clause, program] of clausesOf(spec).entries()) {
      progTestRun(loaded.programs[program]!.fd, { ctxIn: new Uint8Array(CONTEXT_SIZE) });
      for (const bytes of drain(ring)) pushEvent(events, spec, clause, bytes);
    }
    return { maps: readMaps(spec, map => entriesOf(loaded, map)), events };
  } finally {
    ring?.close();
    loaded.close();
  }
}

/** What the run time tells the programs before they run. */
function setCpuCount(spec: ObjectSpec, count: number, globals: Uint8Array): void {
  const word = spec.globals.words.find(each => each.name === 'ncpus');
  const data = new DataView(globals.buffer, globals.byteOffset, globals.byteLength);
  if (word?.size === 8) data.setBigUint64(word.offset, BigInt(count), true);
  else if (word !== undefined) data.setUint32(word.offset, count, true);
}

let cpus: number | undefined;
function cpuCount(): number {
  cpus ??= possibleCpus();
  return cpus;
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

interface Entry {
  readonly key: Uint8Array;
  readonly values: readonly Uint8Array[];
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

function readMaps(
  spec: ObjectSpec,
  entries: (map: MapSpec) => readonly Entry[],
): Map<string, Map<string, string>> {
  const maps = new Map<string, Map<string, string>>();
  for (const map of spec.maps) {
    if (map.user === undefined) continue;
    const content = new Map<string, string>();
    for (const { key, values } of entries(map)) {
      if (map.user.key === undefined && !values.some(isSet)) continue;
      const name = map.user.key === undefined ? '' : show(plain(decode(map.user.key, key), map.user.key));
      // Two keys that read the same differ in bytes that mean nothing: padding, the upper half of a narrow integer.
      const text = content.has(name) ? 'twice' : showValue(map.user.value, values);
      content.set(name, text);
    }
    maps.set(map.name, content);
  }
  return maps;
}

/** The last word of a scalar map says whether a program has stored in it. */
function isSet(value: Uint8Array): boolean {
  return value.subarray(value.length - 8).some(byte => byte !== 0);
}

function decode(type: Type, bytes: Uint8Array): Value {
  return decodeStored(type, bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

function plain(value: Value, type: Type): SourceValue {
  if (type.kind === 'string') return String.fromCharCode(...(value as Uint8Array));
  if (type.kind === 'bool') return value === true ? 1n : 0n;
  if (type.kind === 'tuple')
    return (value as readonly Value[]).map((item, i) => plain(item, type.elements[i]!));
  if (type.kind === 'record')
    return (value as readonly Value[]).map((item, i) => plain(item, type.fields[i]!.type));
  return value as bigint;
}

function showValue(type: Type, values: readonly Uint8Array[]): string {
  switch (type.kind) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
    case 'hist':
    case 'lhist':
      return showMerged(type, values);
    case 'bool':
      return `${plain(decode(type, values[0]!), type) !== 0n}`;
    default:
      return show(plain(decode(type, values[0]!), type));
  }
}

/** An aggregation over CPUs. Words are read here by hand, as types/layout.ts says they lie. */
function showMerged(type: AggregationType, values: readonly Uint8Array[]): string {
  const signed = 'signed' in type && type.signed;
  const words = values.map(bytes => {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.length / 8 }, (_, i) => data.getBigUint64(8 * i, true));
  });
  const read = (word: bigint) => (signed ? BigInt.asIntN(64, word) : word);
  const total = (i: number) => words.reduce((sum, each) => BigInt.asUintN(64, sum + each[i]!), 0n);
  switch (type.kind) {
    case 'count':
    case 'sum':
      return `${read(total(0))}`;
    case 'min':
    case 'max': {
      const set = words.filter(each => each[1] !== 0n).map(each => read(each[0]!));
      if (set.length === 0) return '0';
      return `${set.reduce((a, b) => (a < b === (type.kind === 'min') ? a : b))}`;
    }
    case 'avg':
    case 'stats':
      return `total ${read(total(0))} count ${total(1)}`;
    case 'tseries':
      throw new Error('depends on the time');
    case 'hist':
    case 'lhist':
      return showBuckets(
        Array.from({ length: sizeOf(type) / 8 }, (_, i) => [i, total(i)] as const).filter(
          ([, n]) => n !== 0n,
        ),
      );
  }
}

/** Only what the program prints; a division by zero has an event of its own. */
function pushEvent(events: string[], spec: ObjectSpec, clause: number, bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const site: SiteSpec | undefined = spec.sites[data.getUint32(0, true)];
  if (site !== undefined && site.entry !== 'printf' && site.entry !== 'print') return;
  if (site === undefined) {
    events.push(`${clause}: no site`);
    return;
  }
  const view = { bytes, data, offset: 0, length: bytes.length };
  const values = site.layout.fields.map(field => {
    const value = decodeRecordField(site.layout, field, view);
    return show(plain(value, field.type));
  });
  events.push(`${clause}: ${values.join(' ')}`);
}
