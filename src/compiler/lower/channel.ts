// How event records leave a program: through the ring, where a record is built in place or copied, or through this CPU's perf
// buffer, into which it can only be copied. Both tell when there is no room, which is counted for the probe.
//
// The ring wakes its reader only when that has read everything. A perf buffer would interrupt the CPU for each event, so its
// reader is woken by us: before it sleeps it adds one to `sleeps`, and the first program that finds `rung` to be another
// number rings, by an event in a buffer of its own.
import { HelperFlag } from '../bpf/uapi.js';
import type { ValueId } from '../ir/ir.js';
import { clear } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

export const CURRENT_CPU = HelperFlag.BPF_F_CURRENT_CPU;

/** A perf record's size is a u16 (struct perf_event_header), its header and ours included. */
export const MOST_PERF_BYTES = 65_000;

/** A record of `size` bytes, 8-aligned; `fill` writes all of them. */
export function sendRecord(
  lowering: ProgramLowering,
  size: number,
  fill: (record: ValueId) => void,
  full: () => void = () => lowering.countLoss('ringFull'),
): void {
  const { builder, object } = lowering;
  const none = builder.const(0);
  const bytes = builder.const(size);
  if (object.channel === 'perf') {
    const record = lowering.temporary(size);
    // What lies between the fields: on the stack the verifier wants every byte to be known.
    clear(lowering, record, 0, size);
    fill(record);
    outputPerf(lowering, record, bytes, full);
    lowering.probeType.sent?.(lowering);
    return;
  }
  const record = builder.call('ringbuf_reserve', [builder.map('ring'), bytes, none], { kind: 'memory' });
  builder.ifElse(
    'ne',
    record,
    none,
    () => {
      fill(record);
      builder.call('ringbuf_submit', [record, none]);
      lowering.probeType.sent?.(lowering);
    },
    full,
  );
}

/** A record that lies in memory already; `most`: bytes that `size` may be at most. */
export function sendBytes(lowering: ProgramLowering, record: ValueId, size: ValueId, most: number): void {
  const { builder, object } = lowering;
  const none = builder.const(0);
  const full = () => lowering.countLoss('ringFull');
  if (object.channel === 'perf') {
    const send = () => outputPerf(lowering, record, size, full);
    if (most <= MOST_PERF_BYTES) send();
    else builder.ifElse('ugt', size, builder.const(MOST_PERF_BYTES), full, send);
    lowering.probeType.sent?.(lowering);
    return;
  }
  const failed = builder.call('ringbuf_output', [builder.map('ring'), record, size, none]);
  builder.ifThen('ne', failed, none, full, { likely: 'else' });
  lowering.probeType.sent?.(lowering);
}

function outputPerf(lowering: ProgramLowering, record: ValueId, size: ValueId, full: () => void): void {
  const { builder, context } = lowering;
  const cpu = builder.const(CURRENT_CPU);
  const none = builder.const(0);
  const failed = builder.call('perf_event_output', [context, builder.map('perf'), cpu, record, size]);
  builder.ifElse('ne', failed, none, full, () => ringDoorbell(lowering, record));
}

/** Wakes the reader of the perf buffers if it sleeps; the record's first 4 bytes are what rings. */
export function ringDoorbell({ builder, context, object }: ProgramLowering, record: ValueId): void {
  const word = (name: string) =>
    builder.mapValue('globals', object.globals.words.find(each => each.name === name)!.offset);
  const sleeps = builder.load(4, word('sleeps'), 0);
  const ring = () => {
    const [bell, cpu, size] = [builder.map('doorbell'), builder.const(CURRENT_CPU), builder.const(4)];
    const failed = builder.call('perf_event_output', [context, bell, cpu, record, size]);
    builder.ifThen('eq', failed, builder.const(0), () => builder.store(4, word('rung'), 0, sleeps));
  };
  builder.ifThen('ne', sleeps, builder.load(4, word('rung'), 0), ring, { likely: 'else' });
}
