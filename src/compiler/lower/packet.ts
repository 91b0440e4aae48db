// skboutput(): an event of ours with a packet's bytes behind it, which only a perf buffer takes (bpf_skb_output, 5.5).
import type { TypedCall } from '../check/typed.js';
import { InternalError, type Span } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import type { PacketData } from '../language/functions/packet.js';
import { UINT32, UINT64 } from '../types/type.js';
import { CURRENT_CPU, MOST_PERF_BYTES, ringDoorbell } from './channel.js';
import { layoutRecord } from './event.js';
import type { Operand } from './lowering.js';
import { clear } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

/** More bytes were asked for than the packet has: nothing is lost. */
const EFAULT = 14;

/** 0, or a negative error; a packet that found no room counts as a lost event. */
export function lowerPacket(
  lowering: ProgramLowering,
  call: TypedCall,
  data: PacketData,
  span: Span,
): Operand {
  const { builder, object, env } = lowering;
  const [, packet, length] = call.args;
  if (packet === undefined || length === undefined) throw new InternalError('skboutput() without a packet');
  const layout = layoutRecord([
    { name: 'time', type: UINT64 },
    { name: 'length', type: UINT32 },
  ]);
  const site = object.addSite(lowering.probeIndex, 'packet', layout, span, data);
  const skb = lowering.word(packet);
  const most = builder.const(MOST_PERF_BYTES);
  const wanted = lowering.word(length);
  const bytes = builder.select(
    'ugt',
    wanted,
    most,
    () => most,
    () => wanted,
  );
  const record = lowering.temporary(layout.size);
  clear(lowering, record, 0, layout.size);
  const [time, size] = layout.fields;
  builder.store(4, record, 0, builder.const(site));
  builder.store(
    8,
    record,
    time!.offset,
    builder.call(env.has('ktime_get_boot_ns') ? 'ktime_get_boot_ns' : 'ktime_get_ns', []),
  );
  builder.store(4, record, size!.offset, bytes);
  const flags = builder.binary('or', builder.binaryImm('shl', bytes, 32), builder.const(CURRENT_CPU));
  const map = builder.map('perf');
  const result: ValueId = builder.call('skb_output', [skb, map, flags, record, builder.const(layout.size)]);
  const lost = () =>
    builder.ifThen('ne', result, builder.const(-EFAULT), () => lowering.countLoss('ringFull'));
  builder.ifElse('ne', result, builder.const(0), lost, () => ringDoorbell(lowering, record));
  return { kind: 'word', value: builder.extend(result, 4, false) };
}
