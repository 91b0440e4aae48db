// The ring readers. A memory file stands in for a ring buffer where the test plays the kernel (busy and
// discarded records, wrapped positions); the rest is filled by real programs.

import { ftruncateSync, writeSync } from 'node:fs';
import test from 'ava';
import {
  alu64,
  callHelper,
  exit,
  imm,
  load,
  loadMap,
  loadMapValue,
  mov,
  mov32,
  reg,
  store,
} from '../../src/compiler/bpf/assemble.js';
import { encode, type Resolve } from '../../src/compiler/bpf/encode.js';
import { MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import { SyscallError } from '../../src/kernel/sys/error.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { watchFd } from '../../src/kernel/sys/fd-watch.js';
import { mapCreate } from '../../src/kernel/sys/map.js';
import { native } from '../../src/kernel/sys/native.js';
import { openPerfBuffer, type PerfBuffer, visitPerfBatch } from '../../src/kernel/sys/perf-buffer.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { openRingBuffer, ringRecordSize } from '../../src/kernel/sys/ring-buffer.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest, openFds } from '../harness/kernel-test.js';
import { eventually } from '../harness/tool.js';

const PAGE = 4096;
const PACKET = new Uint8Array(60);
const BUSY = 0x80000000;
const DISCARD = 0x40000000;

/** A ring whose kernel side is this object. */
function fakeRing(size: number, start = 0n) {
  const shim = native();
  const fd = shim.syscall(shim.nr.memfd_create, Buffer.from('ring\0'), 1);
  ftruncateSync(fd, 2 * PAGE + 2 * size);
  const word = (at: number, value: bigint): void => {
    writeSync(fd, new Uint8Array(BigUint64Array.of(value).buffer), 0, 8, at);
  };
  let head = start;
  word(0, start);
  word(PAGE, start);
  return {
    fd,
    /** Writes header and data at the ring's head, in both of its images; the header's place is returned. */
    put(data: Uint8Array, flags = 0): number {
      const record = new Uint8Array(ringRecordSize(data.length));
      new DataView(record.buffer).setUint32(0, data.length + flags, true);
      record.set(data, 8);
      const at = Number(head % BigInt(size));
      for (let i = 0; i < record.length; i += 8) {
        const place = (at + i) % size;
        for (const image of [0, size]) writeSync(fd, record, i, 8, 2 * PAGE + image + place);
      }
      head += BigInt(record.length);
      word(PAGE, head);
      return at;
    },
    commit(at: number, length: number): void {
      for (const image of [0, size]) writeSync(fd, Uint32Array.of(length), 0, 4, 2 * PAGE + image + at);
    },
  };
}

/** Data of each record in a batch. */
function records(batch: Uint8Array, bytes: number): number[][] {
  const view = new DataView(batch.buffer, batch.byteOffset);
  const found: number[][] = [];
  for (let at = 0; at < bytes; ) {
    const length = view.getUint32(at, true);
    found.push([...batch.subarray(at + 8, at + 8 + length)]);
    at += ringRecordSize(length);
  }
  return found;
}

test.serial('committed records are copied, discarded ones skipped, a busy one ends the drain', t => {
  const kernel = fakeRing(PAGE);
  const ring = openRingBuffer(kernel.fd, PAGE);
  const batch = new Uint8Array(PAGE);
  t.is(ring.drain(batch), 0);
  kernel.put(Uint8Array.of(1));
  kernel.put(Uint8Array.of(2, 2), DISCARD);
  kernel.put(Uint8Array.of(3, 3, 3));
  const busy = kernel.put(Uint8Array.of(4), BUSY);
  kernel.put(Uint8Array.of(5));
  t.deepEqual(records(batch, ring.drain(batch)), [[1], [3, 3, 3]]);
  t.is(ring.drain(batch), 0);
  t.is(ring.pending(), 32);
  kernel.commit(busy, 1);
  t.deepEqual(records(batch, ring.drain(batch)), [[4], [5]]);
  t.is(ring.pending(), 0);
  kernel.put(Uint8Array.of(6), DISCARD);
  t.is(ring.drain(batch), 0);
  t.is(ring.pending(), 0); // a discarded record alone is consumed too
  ring.close();
  ring.close();
  t.throws(() => ring.drain(batch), { message: /EBADF/ });
  closeFd(kernel.fd);
});

test.serial('a batch that is full leaves the rest for the next', t => {
  const kernel = fakeRing(PAGE);
  const ring = openRingBuffer(kernel.fd, PAGE);
  for (let i = 0; i < 5; i++) kernel.put(new Uint8Array(8).fill(i));
  const batch = new Uint8Array(40); // two records of 16 bytes
  t.is(ring.drain(batch), 32);
  t.is(ring.drain(batch), 32);
  t.is(ring.drain(batch), 16);
  t.is(batch[8], 4);
  kernel.put(new Uint8Array(64));
  t.throws(() => ring.drain(batch), { instanceOf: SyscallError, message: /EMSGSIZE/ });
  t.is(ring.pending(), 72);
  t.is(ring.drain(new Uint8Array(72)), 72);
  ring.close();
  closeFd(kernel.fd);
});

test.serial('records that wrap are whole, at positions beyond 2^32', t => {
  const start = 2n ** 40n + 16n;
  const kernel = fakeRing(PAGE, start);
  const ring = openRingBuffer(kernel.fd, PAGE);
  const batch = new Uint8Array(PAGE);
  for (let round = 0; round < 500; round++) {
    const data = Uint8Array.from({ length: (round * 37) % 500 }, (_, i) => round + i);
    kernel.put(data);
    kernel.put(data, round % 3 === 0 ? DISCARD : 0);
    const expected = round % 3 === 0 ? [[...data]] : [[...data], [...data]];
    t.deepEqual(records(batch, ring.drain(batch)), expected);
  }
  ring.close();
  closeFd(kernel.fd);
});

test.serial('a mapping that the kernel refuses', t => {
  t.throws(() => openRingBuffer(-1, PAGE), { instanceOf: SyscallError, message: /ring buffer.*EBADF/ });
});

/**
 * An XDP program that counts its runs in an array and sends the count with `helper(ctx?, map, ..., data, 8)`,
 * as a real program under the test's control: one event per run.
 */
function sequencer(
  target: number,
  viaRing: boolean,
): { prog: number; run(times: number): void; close(): void } {
  const counter = mapCreate({ type: MapType.BPF_MAP_TYPE_ARRAY, keySize: 4, valueSize: 8, maxEntries: 1 });
  const resolve: Resolve = ref => ({ imm: 'map' in ref && ref.map === 'counter' ? counter : target });
  const output = viaRing
    ? [
        loadMap(1, 'out'),
        mov(2, reg(10)),
        alu64('add', 2, imm(-8)),
        mov(3, imm(8)),
        mov(4, imm(0)),
        callHelper('BPF_FUNC_ringbuf_output'),
      ]
    : [
        mov(1, reg(6)),
        loadMap(2, 'out'),
        mov32(3, imm(-1)), // BPF_F_CURRENT_CPU
        mov(4, reg(10)),
        alu64('add', 4, imm(-8)),
        mov(5, imm(8)),
        callHelper('BPF_FUNC_perf_event_output'),
      ];
  const insns = [
    mov(6, reg(1)),
    loadMapValue(1, 'counter', 0),
    load(8, 2, 1, 0),
    store(8, 10, -8, reg(2)),
    alu64('add', 2, imm(1)),
    store(8, 1, 0, reg(2)),
    ...output,
    mov(0, imm(2)),
    exit(),
  ];
  const prog = progLoad({
    type: ProgType.BPF_PROG_TYPE_XDP,
    insns: encode(insns, resolve),
    name: 'sequencer',
  }).fd;
  return {
    prog,
    // Repeating in the kernel patches its code before and after: 20 ms. One by one is quicker.
    run(times) {
      for (let i = 0; i < times; i++) progTestRun(prog, { dataIn: PACKET });
    },
    close() {
      closeFd(prog);
      closeFd(counter);
    },
  };
}

kernelTest('6,000 records through a ring of one page arrive once each, in order', t => {
  const before = openFds();
  const map = mapCreate({ type: MapType.BPF_MAP_TYPE_RINGBUF, keySize: 0, valueSize: 0, maxEntries: PAGE });
  const ring = openRingBuffer(map, PAGE);
  const source = sequencer(map, true);
  const batch = new Uint8Array(PAGE);
  const view = new DataView(batch.buffer);
  let next = 0n;
  while (next < 6_000n) {
    source.run(250); // 250 * 16 bytes: nearly full
    const bytes = ring.drain(batch);
    for (let at = 0; at < bytes; at += 16) {
      if (view.getUint32(at, true) !== 8 || view.getBigUint64(at + 8, true) !== next)
        t.fail(`record ${next}`);
      next++;
    }
  }
  t.is(next, 6_000n);
  ring.close();
  source.close();
  closeFd(map);
  t.is(openFds(), before);
});

kernelTest('a perf buffer delivers in order, across its end, and counts what it lost', t => {
  const before = openFds();
  const cpus = 512;
  const map = mapCreate({
    type: MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
    keySize: 4,
    valueSize: 4,
    maxEntries: cpus,
  });
  const buffers: PerfBuffer[] = [];
  for (let cpu = 0; cpu < cpus; cpu++) {
    try {
      buffers.push(openPerfBuffer(map, cpu, 1));
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      break; // no such CPU
    }
  }
  const source = sequencer(map, false);
  const batch = new Uint8Array(PAGE);
  const view = new DataView(batch.buffer);
  const seen: bigint[] = [];
  let lost = 0;
  const drain = (): void => {
    for (const buffer of buffers) {
      visitPerfBatch(batch, buffer.drain(batch), {
        sample: offset => seen.push(view.getBigUint64(offset, true)),
        lost: count => {
          lost += count;
        },
      });
    }
  };
  for (let i = 0; i < 100; i++) {
    source.run(100); // 24 bytes each: 2400 of 4096
    drain();
  }
  t.is(lost, 0);
  t.deepEqual(
    seen.toSorted((a, b) => Number(a - b)),
    Array.from({ length: 10_000 }, (_, i) => BigInt(i)),
  );
  // What a CPU lost is told with the next event of that CPU.
  const pinTo = (mask: bigint) => {
    const shim = native();
    t.is(shim.syscall(shim.nr.sched_setaffinity, 0, 8, BigUint64Array.of(mask)), 0);
  };
  pinTo(1n);
  source.run(1000); // overflows
  drain();
  source.run(1);
  drain();
  pinTo(2n ** 64n - 1n);
  t.true(lost > 0);
  t.is(seen.length + lost, 11_001);
  for (const buffer of buffers) buffer.close();
  for (const buffer of buffers) buffer.close();
  source.close();
  closeFd(map);
  t.is(openFds(), before);
});

kernelTest('a watch wakes when armed, again while unread, and not when disarmed or closed', async t => {
  const before = openFds();
  const map = mapCreate({ type: MapType.BPF_MAP_TYPE_RINGBUF, keySize: 0, valueSize: 0, maxEntries: PAGE });
  const ring = openRingBuffer(map, PAGE);
  const source = sequencer(map, true);
  const batch = new Uint8Array(PAGE);
  let wakes = 0;
  const watch = watchFd(ring.fd, () => {
    wakes++;
  });
  const patience = IN_GUEST ? 500 : 30; // ms
  const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, patience));
  source.run(1);
  await pause();
  t.is(wakes, 0); // starts disarmed
  watch.arm();
  watch.arm();
  t.true(await eventually(() => wakes > 1)); // level-triggered
  ring.drain(batch);
  wakes = 0;
  await pause();
  t.is(wakes, 0);
  source.run(1);
  t.true(await eventually(() => wakes > 0));
  watch.disarm();
  wakes = 0;
  await pause();
  t.is(wakes, 0);
  watch.arm();
  t.throws(() => watchFd(ring.fd, () => {}), { message: /EEXIST/ });
  watch.close();
  watch.close();
  t.throws(() => watch.arm(), { message: /EBADF/ });
  const second = watchFd(ring.fd, () => {
    wakes++;
  }); // the fd is free again
  second.arm();
  t.true(await eventually(() => wakes > 0));
  second.close();
  ring.close();
  source.close();
  closeFd(map);
  t.true(await eventually(() => openFds() === before));
});
