// Backends of a load balancer: see types/backend-table.ts. Two generations lie one behind the other in the value of one array, whose
// address is a constant, so that a backend is two loads away from a hash. What each was given is counted per CPU.
import { MapType } from '../bpf/uapi.js';
import type { SetInfo } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import type { BackendSetSpec } from '../object-spec.js';
import {
  BACKEND_COUNTS,
  COUNTS,
  generationBytes,
  ROW,
  ROW_BITS,
  ROW_BYTES,
  rowOffset,
  TABLE_SIZE,
} from '../types/backend-table.js';
import { memberOffsets } from '../types/layout.js';
import type { Operand } from './lowering.js';
import { copy, memory } from './memory.js';
import { obscure } from './obscure.js';
import { packetLength } from './packet/read.js';
import type { ProgramLowering } from './program-lowering.js';
import { setWord } from './set.js';

const GENERATIONS = 2;

const tableName = (set: string) => `${set}.table`;
const countsName = (set: string) => `${set}.counts`;

export function backendSetSpec(
  { name, span, maxEntries }: SetInfo,
  asked: (map: string) => boolean,
): BackendSetSpec {
  const mapOf = (map: string) => (asked(map) ? map : undefined);
  return {
    type: 'backends',
    name,
    span: [span.start, span.end],
    maxEntries,
    word: setWord(name),
    maps: { table: mapOf(tableName(name)), counts: mapOf(countsName(name)) },
  };
}

function needMaps({ object }: ProgramLowering, { name, maxEntries }: SetInfo): void {
  object.needMap({
    name: tableName(name),
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: GENERATIONS * generationBytes(maxEntries),
    maxEntries: 1,
    flags: 0,
  });
  object.needMap({
    name: countsName(name),
    type: MapType.BPF_MAP_TYPE_PERCPU_ARRAY,
    keySize: 4,
    valueSize: COUNTS.size,
    maxEntries: maxEntries + 1,
    flags: 0,
  });
}

/** Address of the generation that programs ask. */
function generationAt({ builder, object }: ProgramLowering, { name, maxEntries }: SetInfo): ValueId {
  const word = builder.load(4, builder.mapValue('globals', object.wordOffset(setWord(name))), 0);
  const offset = builder.binaryImm('mul', builder.binaryImm('and', word, 1), generationBytes(maxEntries));
  return builder.binary('add', builder.mapValue(tableName(name), 0), offset);
}

/** Of a row number that is not larger than there are rows. */
function rowAt({ builder }: ProgramLowering, generation: ValueId, row: ValueId): ValueId {
  const at = builder.binary('add', generation, builder.binaryImm('mul', row, ROW_BYTES));
  return builder.offset(at, rowOffset(0));
}

/** backend(): the row, whose start is the record. */
export function lowerChooseBackend(
  lowering: ProgramLowering,
  name: string,
  hash: ValueId,
  known: ValueId | undefined,
): Operand {
  const { builder, object } = lowering;
  const set = object.set(name);
  needMaps(lowering, set);
  const most = builder.const(set.maxEntries);
  const generation = generationAt(lowering, set);
  const [row, address] = [builder.newLocal('row'), builder.newLocal('backend')];
  const choose = builder.newBlock();
  const chosen = builder.newBlock();
  if (known !== undefined) {
    const [given, near] = [builder.newBlock(), builder.newBlock()];
    builder.branch('ne', known, builder.const(0), given, choose, { likely: 'then' });
    builder.enter(given);
    const number = builder.binaryImm('and', known, (1 << ROW_BITS) - 1);
    builder.branch('ugt', number, most, choose, near, { likely: 'else' });
    builder.enter(near);
    const at = rowAt(lowering, generation, number);
    builder.write(row, number);
    builder.write(address, at);
    builder.branch('eq', builder.load(8, at, ROW.id), known, chosen, choose, { likely: 'then' });
  } else builder.jump(choose);
  builder.enter(choose);
  const place = builder.binaryImm(
    'lshr',
    builder.binaryImm('mul', builder.binaryImm('lshr', hash, 32), TABLE_SIZE),
    32,
  );
  const entry = builder.binary('add', generation, builder.binaryImm('shl', place, 1));
  const named = builder.load(2, entry, 0);
  const number = builder.select(
    'ugt',
    named,
    most,
    () => builder.const(0),
    () => named,
  );
  builder.write(row, number);
  builder.write(address, rowAt(lowering, generation, number));
  if (known !== undefined) count(lowering, name, number, [[COUNTS.flows, builder.const(1)]]);
  builder.jump(chosen);
  builder.enter(chosen);
  count(lowering, name, builder.read(row), [
    [COUNTS.packets, builder.const(1)],
    [COUNTS.bytes, packetLength(lowering)],
  ]);
  return memory(builder.read(address));
}

function count(
  lowering: ProgramLowering,
  name: string,
  row: ValueId,
  added: readonly (readonly [offset: number, value: ValueId])[],
): void {
  const { builder } = lowering;
  const key = lowering.temporary(8);
  builder.store(4, key, 0, row);
  const counts = builder.call('map_lookup_elem', [builder.map(countsName(name)), key], { kind: 'map-value' });
  builder.ifThen('ne', counts, builder.const(0), () => {
    for (const [offset, value] of added) lowering.addTo(counts, offset, value);
  });
}

const SUMMED = [COUNTS.packets, COUNTS.bytes, COUNTS.flows];
/** Behind the sums in the area that a callback adds to. */
const SUMMED_ROW = 24;

/** backend_at(): a copy, with the sums over all CPUs. */
export function lowerBackendAt(lowering: ProgramLowering, name: string, wanted: ValueId): Operand {
  const { builder, object } = lowering;
  const set = object.set(name);
  needMaps(lowering, set);
  const row = builder.select(
    'ugt',
    wanted,
    builder.const(set.maxEntries),
    () => builder.const(0),
    () => wanted,
  );
  const { offsets, size } = memberOffsets(BACKEND_COUNTS.fields.map(field => field.type));
  const [, , , weight, ...sums] = offsets;
  const result = lowering.temporary(size);
  const at = rowAt(lowering, generationAt(lowering, set), row);
  copy(lowering, result, 0, memory(at), ROW.weight + 8);
  builder.store(8, result, 0, builder.load(8, at, ROW.name));
  builder.store(8, result, weight!, builder.load(8, at, ROW.weight));
  const shared = sumCounts(lowering, countsName(name), row);
  for (const [i, offset] of SUMMED.entries())
    builder.store(8, result, sums[i]!, builder.load(8, shared, offset));
  return memory(result);
}

/** Address of the sums of a row. */
function sumCounts(lowering: ProgramLowering, map: string, row: ValueId): ValueId {
  const { builder } = lowering;
  const callback = lowering.addFunction(`sum_${map.slice(1).replace('.', '_')}`, 2, inner => {
    const shared = inner.param(1, 'stack');
    const key = inner.offset(shared, SUMMED_ROW);
    const counts = inner.call('map_lookup_percpu_elem', [inner.map(map), key, inner.param(0)], {
      kind: 'map-value',
    });
    inner.ifThen('eq', counts, inner.const(0), () => inner.ret(inner.const(1)));
    for (const offset of SUMMED) {
      const sum = inner.binary('add', inner.load(8, shared, offset), inner.load(8, counts, offset));
      inner.store(8, shared, offset, sum);
    }
    inner.ret(inner.const(0));
  });
  const shared = builder.stack(SUMMED_ROW + 8, 8);
  const zero = obscure(lowering, builder.const(0));
  for (const offset of SUMMED) builder.store(8, shared, offset, zero);
  builder.store(8, shared, SUMMED_ROW, row);
  const cpus = lowering.globalWord('ncpus');
  builder.call('loop', [cpus, builder.functionAddress(callback), shared, builder.const(0)]);
  return shared;
}
