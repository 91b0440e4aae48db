// --verdicts and --live: each way out of a packet program counts, by interface, hook, verdict and rule. A hash of our own, since
// interfaces share programs.
//
//   key:   interface:32 | hook:32 | verdict:32 | rule:32        value: packets:64 | bytes:64, on each CPU
//
// The hook is the program's attach type (enum bpf_attach_type), the rule the clause that decided: the index of its probe. A clause
// that a packet went through undecided is counted too when rules are (--live), with a verdict that is none.
import { MapType, UpdateFlag } from '../bpf/uapi.js';
import type { ValueId } from '../ir/ir.js';
import type { ProgramLowering } from './program-lowering.js';

/** Elements: five verdicts of each of two hundred interfaces; when rules are counted, of four times as many. */
const MOST = 1024;
const MOST_OF_RULES = 4096;

export const VERDICTS = 'verdicts';

/** A packet leaves the program, by this rule. */
export function countVerdict(lowering: ProgramLowering, verdict: ValueId, rule: ValueId): void {
  const { builder, object, packet, probeType, variant } = lowering;
  const context = probeType.packet?.context;
  if (context === undefined) return;
  object.needMap({
    name: VERDICTS,
    type: MapType.BPF_MAP_TYPE_PERCPU_HASH,
    keySize: 16,
    valueSize: 16,
    maxEntries: object.countsRules ? MOST_OF_RULES : MOST,
    flags: 0,
  });
  const bytes =
    context.len === undefined
      ? builder.binary('sub', packet.end(), packet.data())
      : builder.load(4, lowering.context, context.len);
  const key = builder.stack(16, 4);
  const hook = builder.const(variant.attributes.expectedAttachType ?? 0);
  builder.store(4, key, 0, builder.load(4, lowering.context, context.ifindex));
  builder.store(4, key, 4, hook);
  builder.store(4, key, 8, verdict);
  builder.store(4, key, 12, rule);
  const map = builder.map(VERDICTS);
  const none = builder.const(0);
  const found = builder.newLocal('counters');
  const find = () => builder.write(found, builder.call('map_lookup_elem', [map, key], { kind: 'map-value' }));
  find();
  builder.ifThen(
    'eq',
    builder.read(found),
    none,
    () => {
      const zeros = builder.stack(16, 8);
      builder.store(8, zeros, 0, none);
      builder.store(8, zeros, 8, none);
      builder.call('map_update_elem', [map, key, zeros, builder.const(UpdateFlag.BPF_NOEXIST)]);
      find();
    },
    { likely: 'else' },
  );
  const counters = builder.read(found);
  const add = (offset: number, by: ValueId) =>
    builder.store(8, counters, offset, builder.binary('add', builder.load(8, counters, offset), by));
  builder.ifElse(
    'ne',
    counters,
    none,
    () => {
      add(0, builder.const(1));
      add(8, bytes);
    },
    () => lowering.countLoss('mapFull'),
  );
}
