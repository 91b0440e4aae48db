// Sets of prefixes. Each family has a trie (BPF_MAP_TYPE_LPM_TRIE) of its own: a packet of IPv4 compares one word a node, and
// 0.0.0.0/0 cannot match IPv6. The tries are not ours but those in an array of two maps: a word of `globals` tells which of the
// two programs ask. So user space fills a trie that nobody asks, turns the word, and lets go of the other: a reload is one store,
// for both families at once, and an address is looked up in the whole of the old list or in the whole of the new one.
import { MapFlag, MapType } from '../bpf/uapi.js';
import type { SetInfo, TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { BlockId, ValueId } from '../ir/ir.js';
import type { PrefixSetSpec } from '../object-spec.js';
import { PREFIX_KEY_SIZE, PREFIX_LENGTH_SIZE, PREFIX_VALUE_SIZE } from '../types/prefix-key.js';
import type { MemoryOperand } from './memory.js';
import type { ObjectState } from './object.js';
import { forEachFamily, wordsOf } from './packet/address.js';
import type { ProgramLowering } from './program-lowering.js';

type Family = 4 | 6;
const GENERATIONS = 2;
const LPM = { type: MapType.BPF_MAP_TYPE_LPM_TRIE, flags: MapFlag.BPF_F_NO_PREALLOC } as const;

/** The word of `globals` that tells which maps of a set are asked: 0 or 1. */
export function setWord(set: string): string {
  return `set ${set}`;
}

function mapName(set: string, family: Family): string {
  return `${set}.v${family}`;
}

export function setSpec(
  { name, span, maxEntries, counted }: SetInfo,
  asked: (map: string) => boolean,
): PrefixSetSpec {
  const mapOf = (family: Family) => (asked(mapName(name, family)) ? mapName(name, family) : undefined);
  return {
    type: 'lpmtrie',
    name,
    span: [span.start, span.end],
    maxEntries,
    counted,
    word: setWord(name),
    maps: { v4: mapOf(4), v6: mapOf(6) },
  };
}

/** Branches on whether an address is in a set. */
export function branchOnSet(
  lowering: ProgramLowering,
  operand: TypedExpression,
  name: string,
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder, object } = lowering;
  const set = object.set(name);
  forEachFamily(lowering, operand, otherwise, (place, family) => {
    if (family === 'mac') throw new InternalError('a hardware address in a set');
    const none = builder.const(0);
    const next = () => {
      const block = builder.newBlock();
      return {
        block,
        go: () => {
          builder.enter(block);
        },
      };
    };
    const trie = chooseTrie(lowering, set, family);
    const loaded = next();
    builder.branch('ne', trie, none, loaded.block, otherwise, { likely: 'then' });
    loaded.go();
    const key = buildKey(lowering, place, family);
    const count = builder.call('map_lookup_elem', [trie, key], { kind: 'map-value' });
    if (!set.counted) {
      builder.branch('ne', count, none, then, otherwise);
      return;
    }
    const hit = next();
    builder.branch('ne', count, none, hit.block, otherwise);
    hit.go();
    builder.atomicAdd(8, count, 0, builder.const(1));
    builder.jump(then);
  });
}

/** Address of the trie that is asked, or 0 when nothing was loaded. */
function chooseTrie(lowering: ProgramLowering, { name, maxEntries }: SetInfo, family: Family): ValueId {
  const { builder, object } = lowering;
  needTries(object, mapName(name, family), family, maxEntries);
  const generation = builder.load(4, builder.mapValue('globals', object.wordOffset(setWord(name))), 0);
  const index = lowering.temporary(4);
  builder.store(4, index, 0, generation);
  return builder.call('map_lookup_elem', [builder.map(mapName(name, family)), index], { kind: 'map-value' });
}

function needTries(object: ObjectState, name: string, family: Family, maxEntries: number): void {
  object.needMap({
    name,
    type: MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS,
    keySize: 4,
    valueSize: 4,
    maxEntries: GENERATIONS,
    flags: 0,
    inner: { ...LPM, keySize: PREFIX_KEY_SIZE[family], valueSize: PREFIX_VALUE_SIZE, maxEntries },
  });
}

/** The length lies before the address, which is then aligned to 8. */
function buildKey(lowering: ProgramLowering, place: MemoryOperand, family: Family): ValueId {
  const { builder } = lowering;
  const address = 8;
  const start = address - PREFIX_LENGTH_SIZE;
  const room = lowering.temporary(start + PREFIX_KEY_SIZE[family]);
  builder.store(4, room, start, builder.const(family === 4 ? 32 : 128));
  // A word of IPv4 as 8 bytes has zeros behind it: both architectures we know are little-endian.
  if (family === 4) builder.store(8, room, address, builder.load(4, place.address, place.offset));
  else {
    for (const [at, size] of wordsOf(16, place.offset))
      builder.store(size, room, address + at, builder.load(size, place.address, place.offset + at));
  }
  return builder.offset(room, start);
}
