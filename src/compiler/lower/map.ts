// A script's maps: their kernel form, look-up, insertion, update, removal. A map without a key is an array of one element,
// whose value is followed by a u64 that says whether it was ever set; aggregations have a value per CPU.
import { MapFlag, MapType, UpdateFlag } from '../bpf/uapi.js';
import { shownType } from '../btf/shown-type.js';
import type { MapInfo, TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { ValueId } from '../ir/ir.js';
import type { MapSpec } from '../object-spec.js';
import { setFlagOffset, sizeOf } from '../types/layout.js';
import { isAggregation, type Type } from '../types/type.js';
import { lowerAggregationRemove } from './aggregation.js';
import { mentionsMap } from './capture.js';
import { generationOf, onMap, twinOf } from './generation.js';
import type { Operand } from './lowering.js';
import { clear, isWord, loadStored, memory } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

/** What map_update_elem returns when the map is full, negated: include/uapi/asm-generic/errno-base.h. */
const E2BIG = 7;

/** Per-CPU values larger than this are allocated when inserted, not all in advance. */
const PREALLOCATED = 256;

/** Until 5.11 a key had to fit on a program's stack. */
const OLD_KEY_LIMIT = 512;

/** The key's type in the kernel: strings are shortened where an old one takes no larger keys. */
function keyType(map: MapInfo, env: Env): Type | undefined {
  if (map.key === undefined || atLeast(env, 5, 11)) return map.key;
  let type = map.key;
  for (let most = OLD_KEY_LIMIT; sizeOf(type) > OLD_KEY_LIMIT && most >= 8; most -= 8) {
    type = withShortStrings(map.key, most);
  }
  return type;
}

function withShortStrings(type: Type, most: number): Type {
  switch (type.kind) {
    case 'string':
      return { ...type, size: Math.min(type.size, most) };
    case 'tuple':
      return { ...type, elements: type.elements.map(element => withShortStrings(element, most)) };
    case 'record':
      return {
        ...type,
        fields: type.fields.map(field => ({ ...field, type: withShortStrings(field.type, most) })),
      };
    default:
      return type;
  }
}

/** Bytes of a value in the kernel. */
function valueSize(map: MapInfo): number {
  return map.key === undefined ? setFlagOffset(map.value) + 8 : sizeOf(map.value);
}

/** The kernel maps of a map: of two generations the second is like the first. */
export function mapSpecs(
  map: MapInfo,
  env: Env,
  { generations, periodic }: { readonly generations: number; readonly periodic: boolean },
): MapSpec[] {
  const spec = mapSpec(map, env);
  if (generations === 1) return [spec];
  const { user, ...second } = spec;
  const twin = twinOf(map.name);
  return [
    {
      ...spec,
      ...(user === undefined ? {} : { user: { ...user, twin, ...(periodic ? { periodic } : {}) } }),
    },
    { ...second, name: twin.map },
  ];
}

function mapSpec(map: MapInfo, env: Env): MapSpec {
  const perCpu = isAggregation(map.value);
  const key = keyType(map, env);
  const user = {
    key: key && shownType(key, env),
    value: shownType(map.value, env),
    perCpu,
    span: [map.span.start, map.span.end] as const,
  };
  const size = valueSize(map);
  if (key === undefined) {
    const type = perCpu ? MapType.BPF_MAP_TYPE_PERCPU_ARRAY : MapType.BPF_MAP_TYPE_ARRAY;
    return { name: map.name, type, keySize: 4, valueSize: size, maxEntries: 1, flags: 0, user };
  }
  const lru = map.mapType?.endsWith('lruhash') ?? false;
  // Tracing programs may insert into maps that are not preallocated from 6.1 on (bpf_mem_alloc).
  const late = !lru && perCpu && size > PREALLOCATED && atLeast(env, 6, 1);
  return {
    name: map.name,
    type: lru
      ? perCpu
        ? MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH
        : MapType.BPF_MAP_TYPE_LRU_HASH
      : perCpu
        ? MapType.BPF_MAP_TYPE_PERCPU_HASH
        : MapType.BPF_MAP_TYPE_HASH,
    keySize: sizeOf(key),
    valueSize: size,
    maxEntries: map.maxEntries,
    flags: late ? MapFlag.BPF_F_NO_PREALLOC : 0,
    user,
  };
}

export function atLeast(env: Env, major: number, minor: number): boolean {
  const [a, b] = env.kernelVersion;
  return a > major || (a === major && b >= minor);
}

/** A scalar that programs reach without a look-up. */
function isDirect(map: MapInfo): boolean {
  return map.key === undefined && !isAggregation(map.value);
}

function callLookup(
  lowering: ProgramLowering,
  map: MapInfo,
  key: ValueId,
  generation: ValueId | undefined,
): ValueId {
  const { builder } = lowering;
  return onMap(lowering, map, generation, name =>
    builder.call('map_lookup_elem', [builder.map(name), key], { kind: 'map-value' }),
  );
}

/** Of a scalar that is reached without a look-up. */
function directAddress(lowering: ProgramLowering, map: MapInfo): ValueId {
  return onMap(lowering, map, generationOf(lowering, map), name => lowering.builder.mapValue(name, 0));
}

/** Address of the key in memory. */
export function lowerKeyAddress(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
): ValueId {
  const type = keyType(map, lowering.env);
  if (type === undefined) {
    const zero = lowering.temporary(8);
    lowering.builder.store(4, zero, 0, lowering.builder.const(0));
    return zero;
  }
  if (key === undefined) throw new InternalError(`${map.name} needs a key`);
  return lowering.addressAs(key, type);
}

/** Address of the value, or 0. */
export function lowerLookup(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
): ValueId {
  if (isDirect(map)) return directAddress(lowering, map);
  return callLookup(lowering, map, lowerKeyAddress(lowering, map, key), generationOf(lowering, map));
}

/** Calls `use` with the address of the value, which is inserted as zeros when absent. */
export function lowerUpsert(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
  use: (address: ValueId) => void,
): void {
  const { builder } = lowering;
  if (isDirect(map)) {
    const address = directAddress(lowering, map);
    use(address);
    markSet(lowering, map, address);
    return;
  }
  const keyAddress = lowerKeyAddress(lowering, map, key);
  const generation = generationOf(lowering, map);
  const address = builder.newLocal(map.name);
  const have = builder.newBlock();
  const absent = builder.newBlock();
  const done = builder.newBlock();
  const found = callLookup(lowering, map, keyAddress, generation);
  builder.write(address, found);
  builder.branch('ne', found, builder.const(0), have, absent, { likely: 'then' });
  builder.enter(absent);
  if (map.key !== undefined) {
    const failed = builder.newBlock();
    insertZeros(lowering, map, keyAddress, generation);
    const inserted = callLookup(lowering, map, keyAddress, generation);
    builder.write(address, inserted);
    builder.branch('ne', inserted, builder.const(0), have, failed, { likely: 'then' });
    builder.enter(failed);
    lowering.countLoss('mapFull', { helper: 'map_update_elem', returned: builder.const(-E2BIG) });
  }
  builder.jump(done);
  builder.enter(have);
  const at = builder.read(address);
  use(at);
  if (map.key === undefined) markSet(lowering, map, at);
  builder.jump(done);
  builder.enter(done);
}

function insertZeros(
  lowering: ProgramLowering,
  map: MapInfo,
  key: ValueId,
  generation: ValueId | undefined,
): void {
  const { builder } = lowering;
  const flags = builder.const(UpdateFlag.BPF_NOEXIST);
  const zeros = lowering.zeros(sizeOf(map.value));
  onMap(lowering, map, generation, name =>
    builder.call('map_update_elem', [builder.map(name), key, zeros, flags]),
  );
}

function markSet({ builder }: ProgramLowering, map: MapInfo, address: ValueId): void {
  builder.store(8, address, setFlagOffset(map.value), builder.const(1));
}

/** @m[key] = value. A word goes in place when the key is there; everything else replaces the element. */
export function lowerAssign(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
  value: TypedExpression,
): void {
  const { builder } = lowering;
  if (isDirect(map)) {
    const address = directAddress(lowering, map);
    // @t = (1, @t.0): the old value is read while the new one is built.
    if (!isWord(map.value) && mentionsMap(value, map)) {
      lowering.copyStored(lowering.loadable(value), value.type, map.value, address, 0);
    } else lowering.storeAs(value, map.value, address, 0);
    markSet(lowering, map, address);
    return;
  }
  if (isWord(map.value)) {
    const word = lowering.word(value);
    const keyAddress = lowerKeyAddress(lowering, map, key);
    const generation = generationOf(lowering, map);
    const found = callLookup(lowering, map, keyAddress, generation);
    builder.ifElse(
      'ne',
      found,
      builder.const(0),
      () => builder.store(8, found, 0, word),
      () => {
        const copy = lowering.temporary(8);
        builder.store(8, copy, 0, word);
        update(lowering, map, keyAddress, copy, generation);
      },
    );
    return;
  }
  const address = lowering.addressAs(value, map.value);
  const keyAddress = lowerKeyAddress(lowering, map, key);
  update(lowering, map, keyAddress, address, generationOf(lowering, map));
}

function update(
  lowering: ProgramLowering,
  map: MapInfo,
  key: ValueId,
  value: ValueId,
  generation: ValueId | undefined,
): void {
  const { builder } = lowering;
  const flags = builder.const(UpdateFlag.BPF_ANY);
  const failed = onMap(lowering, map, generation, name =>
    builder.call('map_update_elem', [builder.map(name), key, value, flags]),
  );
  builder.ifThen(
    'ne',
    failed,
    builder.const(0),
    () => lowering.countLoss('mapFull', { helper: 'map_update_elem', returned: failed }),
    { likely: 'else' },
  );
}

/** A read value: 0 or empty when the key is absent. */
export function lowerMapRead(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
): Operand {
  const { builder } = lowering;
  if (isAggregation(map.value)) return lowering.readAggregation(map, key);
  const address = lowerLookup(lowering, map, key);
  const word = isWord(map.value);
  if (isDirect(map)) {
    return word ? { kind: 'word', value: loadStored(lowering, memory(address), map.value) } : memory(address);
  }
  if (word) {
    const value = builder.select(
      'ne',
      address,
      builder.const(0),
      () => loadStored(lowering, memory(address), map.value),
      () => builder.const(0),
    );
    return { kind: 'word', value };
  }
  const zeros = lowering.zeros(sizeOf(map.value));
  const found = builder.select(
    'ne',
    address,
    builder.const(0),
    () => address,
    () => zeros,
  );
  return memory(found);
}

/** 1 when the key was there. An aggregation without a key needs Linux 5.19. */
export function lowerRemove(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
): ValueId {
  const { builder } = lowering;
  if (map.key !== undefined) {
    const keyAddress = lowerKeyAddress(lowering, map, key);
    const failed = onMap(lowering, map, generationOf(lowering, map), name =>
      builder.call('map_delete_elem', [builder.map(name), keyAddress]),
    );
    return builder.compare('eq', failed, builder.const(0));
  }
  if (!isDirect(map)) return lowerAggregationRemove(lowering, map);
  const flag = setFlagOffset(map.value);
  const address = directAddress(lowering, map);
  const was = builder.load(8, address, flag);
  clear(lowering, address, 0, flag + 8);
  return was;
}

/** x++ and its kin on an integer in a map; its value (before or after) when `wanted`. */
export function lowerMapAdd(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
  by: ValueId,
  wanted: 'old' | 'new' | undefined,
): ValueId {
  const { builder, env } = lowering;
  const result = builder.newLocal('result');
  if (wanted !== undefined) builder.write(result, builder.const(0));
  lowerUpsert(lowering, map, key, address => {
    if (wanted === undefined) {
      builder.atomicAdd(8, address, 0, by);
      return;
    }
    let old: ValueId;
    if (env.has('atomic_fetch')) old = builder.atomicFetchAdd(8, address, 0, by);
    else {
      old = builder.load(8, address, 0);
      builder.atomicAdd(8, address, 0, by);
    }
    builder.write(result, wanted === 'old' ? old : builder.binary('add', old, by));
  });
  return wanted === undefined ? builder.const(0) : builder.read(result);
}
