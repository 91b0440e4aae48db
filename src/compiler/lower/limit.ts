// ratelimit(): for each key the time at which its bucket will be full again (GCRA: one number instead of tokens and a time). A
// token moves it on by the interval between two; with more than burst - 1 intervals between now and then there is none left.

import { MapType, UpdateFlag } from '../bpf/uapi.js';
import type { TypedExpression } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import type { ProgramLowering } from './program-lowering.js';

export interface Limit {
  /** Of the call in the source: names its map. */
  readonly place: number;
  readonly interval: bigint; // ns
  readonly burst: bigint;
}

const MOST_KEYS = 65_536;
/** Another CPU may change the number between our reading and writing it. */
const TRIES = 4;
/** Word of `globals`: ns, of the packet that a trial runs on. */
export const PACKET_TIME = 'packetTime';

export function lowerWithinLimit(
  lowering: ProgramLowering,
  key: TypedExpression,
  { place, interval, burst }: Limit,
): ValueId {
  const { builder, object, env } = lowering;
  const keySize = lowering.storedSize(key.type);
  // A place in a macro may be of several kinds.
  const name = `limit${place}_${keySize}_${interval}_${burst}`;
  object.needMap({
    name,
    type: MapType.BPF_MAP_TYPE_LRU_HASH,
    keySize,
    valueSize: 8,
    maxEntries: MOST_KEYS,
    flags: 0,
  });
  const address = lowering.addressAs(key, key.type);
  const now = object.hasWord(PACKET_TIME)
    ? builder.load(8, builder.mapValue('globals', object.wordOffset(PACKET_TIME)), 0)
    : builder.call('ktime_get_ns', []);
  const map = builder.map(name);
  const none = builder.const(0);
  const [found, result] = [builder.newLocal('bucket'), builder.newLocal('within')];
  const find = () =>
    builder.write(found, builder.call('map_lookup_elem', [map, address], { kind: 'map-value' }));
  find();
  builder.ifThen('eq', builder.read(found), none, () => {
    const full = lowering.temporary(8);
    builder.store(8, full, 0, none);
    builder.call('map_update_elem', [map, address, full, builder.const(UpdateFlag.BPF_NOEXIST)]);
    find();
  });
  builder.write(result, builder.const(1)); // no bucket: nobody is kept back
  const bucket = builder.read(found);
  const done = builder.newBlock();
  const present = builder.newBlock();
  builder.branch('ne', bucket, none, present, done);
  builder.enter(present);
  const tries = env.has('atomic_fetch') ? TRIES : 1;
  for (let i = 0; i < tries; i++) {
    const until = builder.load(8, bucket, 0);
    const from = builder.select(
      'ugt',
      until,
      now,
      () => until,
      () => now,
    );
    const left = builder.newBlock();
    const empty = builder.newBlock();
    const ahead = builder.binary('sub', from, now);
    builder.branch('ugt', ahead, builder.const((burst - 1n) * interval), empty, left);
    builder.enter(empty);
    builder.write(result, none);
    builder.jump(done);
    builder.enter(left);
    const next = builder.binary('add', from, builder.const(interval));
    if (!env.has('atomic_fetch')) {
      builder.store(8, bucket, 0, next);
      builder.jump(done);
      break;
    }
    const before = builder.atomicCompareExchange(8, bucket, 0, until, next);
    const again = builder.newBlock();
    builder.branch('eq', before, until, done, again, { likely: 'then' });
    builder.enter(again);
    if (i + 1 < tries) continue;
    builder.write(result, none);
    builder.jump(done);
  }
  builder.enter(done);
  return builder.read(result);
}
