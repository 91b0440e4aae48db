// What the kernel is asked for when perf events are attached: attribute bytes, places, order, and what is undone on a failure.
import test from 'ava';
import { Diagnostics } from '../../../../src/compiler/diagnostics/diagnostic.js';
import { findProbeType } from '../../../../src/compiler/language/registry.js';
import type { TargetSpec } from '../../../../src/compiler/object-spec.js';
import { ATTACHERS } from '../../../../src/kernel/attach/attachers.js';
import type { AttachContext, AttachedProbeType } from '../../../../src/kernel/attach/link.js';
import { type FakeCall, withFakeNative } from '../../../harness/fake-native.js';
import { smallEnv } from '../../../harness/fixture-env.js';

/** What the entry makes of an attach point. */
function targetOf(text: string): TargetSpec {
  const parts = text.split(':').map(part => ({ text: part, span: { start: 0, end: 0 } }));
  const point = { kind: 'attach-point' as const, span: { start: 0, end: 0 }, parts, otherwise: [] };
  const [target] = findProbeType(parts[0]!.text)!.expand(point, smallEnv(), new Diagnostics());
  return { ...target!, program: 0 };
}

const CONTEXT: AttachContext = {
  tracepointId: () => 0,
  perfLink: true,
  onlineCpu: 2,
  onlineCpus: [2, 5],
  inheritThread: true,
  isTraceable: () => undefined,
  pid: undefined,
};

/** fds count up from 10; `refuse` gives an errno to answer with. */
function attach(
  text: string,
  context: Partial<AttachContext> = {},
  refuse: (call: FakeCall) => number = () => 0,
) {
  const target = targetOf(text);
  const type = target.parts[0] as AttachedProbeType;
  let fd = 10;
  const program = { spec: {} as never, fd: 7 };
  const attempt = () => {
    try {
      const link = ATTACHERS[type].one(target, program, { ...CONTEXT, ...context });
      return { link, error: undefined };
    } catch (error) {
      return { link: undefined, error: error as Error };
    }
  };
  const { value, calls } = withFakeNative(call => {
    const refused = refuse(call);
    if (refused !== 0) return refused;
    return call.name === 'perf_event_open' || call.name === 'BPF_LINK_CREATE' ? fd++ : 0;
  }, attempt);
  return { ...value, calls };
}

interface Attr {
  readonly type: number;
  readonly config: bigint;
  readonly period: bigint;
  readonly flags: bigint;
}

function attrOf({ attr }: FakeCall): Attr {
  const view = new DataView(attr.buffer);
  return {
    type: view.getUint32(0, true),
    config: view.getBigUint64(8, true),
    period: view.getBigUint64(16, true),
    flags: view.getBigUint64(40, true),
  };
}

const DISABLED = 1n;
const INHERIT = 1n << 1n;
const INHERIT_THREAD = 1n << 35n;

const opens = test.macro({
  exec(t, text: string, type: number, config: number, period: number | bigint) {
    const { calls, error } = attach(text);
    t.is(error, undefined);
    const events = calls.filter(call => call.name === 'perf_event_open');
    t.deepEqual(
      events.map(call => call.words.slice(1)),
      [
        [-1, 2, -1, 8],
        [-1, 5, -1, 8],
      ],
    );
    for (const event of events) {
      t.deepEqual(attrOf(event), {
        type,
        config: BigInt(config),
        period: BigInt(period),
        flags: DISABLED,
      });
    }
  },
  title: (_, text) => `${text}: type, config, period, on every CPU`,
});

// enum perf_type_id, perf_hw_id, perf_sw_ids; periods as bpftrace's default counts.
test(opens, 'profile:hz:99', 1, 0, 10_101_010);
test(opens, 'profile:ms:10', 1, 0, 10_000_000);
test(opens, 'profile:us:50', 1, 0, 50_000);
test(opens, 'p:s:2', 1, 0, 2_000_000_000);
test(opens, 'profile:1ms', 1, 0, 1_000_000);
test(opens, 'profile:5000', 1, 0, 5000);
test(opens, 'software:cpu-clock', 1, 0, 1_000_000);
test(opens, 'software:task-clock', 1, 1, 1);
test(opens, 'software:page-faults', 1, 2, 100);
test(opens, 's:faults:7', 1, 2, 7);
test(opens, 'software:context-switches', 1, 3, 1000);
test(opens, 'software:cs:1', 1, 3, 1);
test(opens, 'software:cpu-migrations', 1, 4, 1);
test(opens, 'software:minor-faults', 1, 5, 100);
test(opens, 'software:major-faults', 1, 6, 1);
test(opens, 'software:alignment-faults', 1, 7, 1);
test(opens, 'software:emulation-faults', 1, 8, 1);
test(opens, 'software:dummy', 1, 9, 1);
test(opens, 'software:bpf-output', 1, 10, 1);
test(opens, 'hardware:cycles', 0, 0, 1_000_000);
test(opens, 'hardware:cpu-cycles:1e9', 0, 0, 1_000_000_000);
test(opens, 'h:instructions', 0, 1, 1_000_000);
test(opens, 'hardware:cache-references', 0, 2, 1_000_000);
test(opens, 'hardware:cache-misses', 0, 3, 1_000_000);
test(opens, 'hardware:branches', 0, 4, 100_000);
test(opens, 'hardware:branch-instructions:0', 0, 4, 100_000);
test(opens, 'hardware:branch-misses', 0, 5, 100_000);
test(opens, 'hardware:bus-cycles', 0, 6, 100_000);
test(opens, 'hardware:frontend-stalls', 0, 7, 1_000_000);
test(opens, 'hardware:backend-stalls', 0, 8, 1_000_000);
test(opens, 'hardware:ref-cycles', 0, 9, 1_000_000);

test('an interval is one event, on one CPU', t => {
  const { calls } = attach('interval:hz:4');
  const [event, ...rest] = calls.filter(call => call.name === 'perf_event_open');
  t.deepEqual(rest, []);
  t.deepEqual(event!.words.slice(1), [-1, 2, -1, 8]);
  t.deepEqual(attrOf(event!), { type: 1, config: 0n, period: 250_000_000n, flags: 0n });
});

test('a watchpoint is a breakpoint: type, address, length', t => {
  for (const [text, type, address, length] of [
    ['watchpoint:0x1000:8:w', 2, 0x1000n, 8n],
    ['w:0xffffffff82000004:4:rw', 3, 0xffffffff82000004n, 4n],
    ['w:0x1001:8:x', 4, 0x1001n, 8n],
  ] as const) {
    const { calls } = attach(text, { pid: process.pid });
    const [event] = calls;
    t.like(attrOf(event!), { type: 5, config: 0n, period: 1n });
    const view = new DataView(event!.attr.buffer);
    t.is(view.getUint32(52, true), type);
    t.deepEqual([view.getBigUint64(56, true), view.getBigUint64(64, true)], [address, length]);
  }
});

test('refusals of breakpoints in words', t => {
  const said = (text: string, errno: number) =>
    attach(text, {}, call => (call.name === 'perf_event_open' ? errno : 0)).error?.message;
  t.regex(said('w:0x1000:8:w', -28) ?? '', /no breakpoint left/);
  t.regex(said('w:0x1000:8:w', -95) ?? '', /no hardware breakpoints/);
  t.regex(said('w:0xffffffff81000000:8:x', -22) ?? '', /no breakpoint in this code of its own/);
  t.regex(said('w:0x1000:8:x', -22) ?? '', /EINVAL/);
});

test('all events have their program before the first is started', t => {
  const { calls } = attach('profile:hz:99');
  t.deepEqual(
    calls.map(call => call.name),
    ['perf_event_open', 'perf_event_open', 'BPF_LINK_CREATE', 'BPF_LINK_CREATE', 'ioctl', 'ioctl'],
  );
  t.deepEqual(
    calls.filter(call => call.name === 'ioctl').map(call => call.words),
    [
      [10, 0x2400, 0],
      [11, 0x2400, 0],
    ],
  );
});

test('before 5.15 a program hangs on the event itself', t => {
  const { calls } = attach('profile:hz:99', { perfLink: false });
  t.deepEqual(
    calls.filter(call => call.name === 'ioctl').map(call => call.words),
    [
      [10, 0x40042408, 7],
      [11, 0x40042408, 7],
      [10, 0x2400, 0],
      [11, 0x2400, 0],
    ],
  );
});

for (const key of ['pid', 'child'] as const) {
  test(`with a process (${key}) its threads are counted, wherever they run, and those to come`, t => {
    const { calls } = attach('software:faults:1', { [key]: process.pid });
    const events = calls.filter(call => call.name === 'perf_event_open');
    t.true(events.length > 1); // Node has several threads
    t.true(events.some(call => call.words[1] === process.pid));
    for (const event of events) {
      t.is(event.words[2], -1);
      t.is(attrOf(event).flags, DISABLED | INHERIT | INHERIT_THREAD);
    }
  });
}

test('before 5.13 processes that it forks inherit too', t => {
  const { calls } = attach('software:faults:1', { pid: process.pid, inheritThread: false });
  t.is(attrOf(calls[0]!).flags, DISABLED | INHERIT);
});

test('a CPU that went offline is left out', t => {
  const { calls, error } = attach('profile:hz:99', {}, call =>
    call.name === 'perf_event_open' && call.words[2] === 2 ? -19 : 0,
  );
  t.is(error, undefined);
  t.is(calls.filter(call => call.name === 'BPF_LINK_CREATE').length, 1);
});

test('when the second fails the first is closed again', t => {
  const { calls, error } = attach('profile:hz:99', {}, call =>
    call.name === 'perf_event_open' && call.words[2] === 5 ? -24 : 0,
  );
  t.regex(error?.message ?? '', /perf_event_open \(profile:hz:99\): EMFILE/);
  t.deepEqual(
    calls.filter(call => call.name === 'close').map(call => call.words),
    [[10]],
  );
});

for (const [errno, name] of [
  [-2, 'ENOENT'],
  [-19, 'ENODEV'],
  [-95, 'EOPNOTSUPP'],
] as const) {
  test(`a machine without the counter (${name}) is told what it takes and what there is instead`, t => {
    const { error } = attach('hardware:cache-misses', {}, call =>
      call.name === 'perf_event_open' ? errno : 0,
    );
    t.is(
      error?.message,
      `cannot attach hardware:cache-misses: this machine has no hardware counter for cache-misses (perf_event_open: ${name})`,
    );
    t.regex((error as { hint?: string }).hint ?? '', /performance monitoring unit.*software:cpu-clock/);
  });
}
