import test from 'ava';
import { PerfType } from '../../../../src/compiler/bpf/perf-event.js';
import { visitPerfBatch } from '../../../../src/kernel/sys/perf-buffer.js';
import { perfEventOpen, perfEventSetBpf } from '../../../../src/kernel/sys/perf-event.js';
import { ringRecordSize } from '../../../../src/kernel/sys/ring-buffer.js';
import { withFakeNative } from '../../../harness/fake-native.js';

test('a tracepoint event', t => {
  const { value, calls } = withFakeNative(
    () => 5,
    () =>
      perfEventOpen(
        {
          type: PerfType.PERF_TYPE_TRACEPOINT,
          config: 300,
          sample_period: 1,
          disabled: true,
          freq: true,
          exclude_guest: true,
        },
        { pid: -1, cpu: 0 },
      ),
  );
  t.is(value, 5);
  const [call] = calls;
  t.is(call?.name, 'perf_event_open');
  t.deepEqual(call?.words.slice(1), [-1, 0, -1, 8]); // any process, CPU 0, no group, close-on-exec
  const view = new DataView(call!.attr.buffer);
  t.deepEqual([view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)], [2, 112, 300]);
  t.is(view.getBigUint64(40, true), (1n << 0n) | (1n << 10n) | (1n << 20n));
});

test('a failure names the event', t => {
  t.throws(
    () =>
      withFakeNative(
        () => -2,
        () => perfEventOpen({ type: 1 }, { pid: -1, cpu: 0 }, 'kprobe:nope'),
      ),
    { message: 'perf_event_open (kprobe:nope): ENOENT: no such file or directory' },
  );
});

test('PERF_EVENT_IOC_SET_BPF', t => {
  const { calls } = withFakeNative(
    () => 0,
    () => perfEventSetBpf(5, 6),
  );
  t.deepEqual(calls[0]?.words, [5, 0x40042408, 6]);
});

test('a perf batch is walked record by record', t => {
  const batch = new Uint8Array(80);
  const view = new DataView(batch.buffer);
  const header = (at: number, type: number, size: number): void => {
    view.setUint32(at, type, true);
    view.setUint16(at + 6, size, true);
  };
  header(0, 9, 32); // a sample of 12 bytes
  view.setBigUint64(8, 2n ** 60n, true);
  view.setUint32(16, 12, true);
  header(32, 2, 24); // 3 lost
  view.setBigUint64(48, 3n, true);
  header(56, 5, 24); // throttled: passed over
  const seen: unknown[] = [];
  visitPerfBatch(batch, 80, {
    sample: (offset, length, time) => seen.push([offset, length, time]),
    lost: count => seen.push(count),
  });
  t.deepEqual(seen, [[20, 12, 2n ** 60n], 3]);
});

test('ring records take their header and are rounded up to 8 bytes', t => {
  t.deepEqual([0, 1, 8, 9].map(ringRecordSize), [8, 16, 16, 24]);
});
