// Records of several CPUs in one order: by time, no later than asked for, late ones still, at any place of a lane.
import test from 'ava';
import { TimeMerge } from '../../../src/runtime/time-merge.js';

interface Sample {
  readonly time: number;
  readonly data: readonly number[];
}

/** As the kernel writes them: header, time, length, data, padding. */
function perfRecord({ time, data }: Sample): Uint8Array {
  const size = Math.ceil((20 + data.length) / 8) * 8;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 9, true);
  view.setUint16(6, size, true);
  view.setBigUint64(8, BigInt(time), true);
  view.setUint32(16, size - 20, true);
  bytes.set(data, 20);
  return bytes;
}

function lostRecord(): Uint8Array {
  const bytes = new Uint8Array(24);
  new DataView(bytes.buffer).setUint32(0, 2, true);
  new DataView(bytes.buffer).setUint16(6, 24, true);
  return bytes;
}

class Machine {
  readonly first: number[] = []; // first byte of each record delivered
  readonly records: Uint8Array[] = [];
  readonly merge: TimeMerge;

  constructor(cpus: number, size = 4096) {
    this.merge = new TimeMerge(cpus, size, (batch, length) => {
      const view = new DataView(batch.buffer, batch.byteOffset);
      for (let at = 0; at < length; ) {
        const bytes = view.getUint32(at, true);
        this.records.push(batch.slice(at + 8, at + 8 + bytes));
        this.first.push(batch[at + 8]!);
        at += (bytes + 8 + 7) & ~7;
      }
    });
  }

  write(cpu: number, bytes: Uint8Array): void {
    const lane = this.merge.lanes[cpu]!;
    lane.room().set(bytes);
    lane.filled(bytes.length);
  }

  sample(cpu: number, time: number, ...data: number[]): void {
    this.write(cpu, perfRecord({ time, data }));
  }
}

test('events of two CPUs come out in order of time', t => {
  const machine = new Machine(2);
  machine.sample(0, 10, 1);
  machine.sample(0, 40, 4);
  machine.sample(1, 20, 2);
  machine.sample(1, 30, 3);
  machine.sample(1, 50, 5);
  t.true(machine.merge.pending);
  t.is(machine.merge.merge(100), 5 * 16);
  t.deepEqual(machine.first, [1, 2, 3, 4, 5]);
  t.false(machine.merge.pending);
  t.is(machine.merge.merge(200), 0);
});

test('what is later than the cutoff waits for what may still come before it', t => {
  const machine = new Machine(2);
  machine.sample(0, 10, 1);
  machine.sample(0, 30, 3);
  machine.merge.merge(25);
  t.deepEqual(machine.first, [1]);
  t.true(machine.merge.pending);
  machine.sample(1, 20, 2);
  machine.merge.merge(35);
  t.deepEqual(machine.first, [1, 2, 3]);
});

test('a late one is delivered, after what came later', t => {
  const machine = new Machine(2);
  machine.sample(0, 30, 3);
  machine.merge.merge(40);
  machine.sample(1, 20, 2);
  machine.merge.merge(40);
  t.deepEqual(machine.first, [3, 2]);
});

test('an interrupt’s event lies behind the earlier time of what it interrupted', t => {
  const machine = new Machine(2);
  machine.sample(0, 20, 1);
  machine.sample(0, 10, 2);
  machine.sample(1, 15, 3);
  machine.merge.merge(100);
  t.deepEqual([...machine.first].sort(), [1, 2, 3]);
});

test('what the kernel tells of losses is no event', t => {
  const machine = new Machine(1);
  machine.write(0, lostRecord());
  t.false(machine.merge.pending);
  machine.sample(0, 10, 1);
  machine.write(0, lostRecord());
  machine.sample(0, 20, 2);
  machine.merge.merge(100);
  t.deepEqual(machine.first, [1, 2]);
});

test('data of every length is whole; times beyond 2^32 ns are told apart', t => {
  const machine = new Machine(2, 1 << 17);
  const lengths = [1, 4, 7, 12, 250, 256, 257, 1000, 40_000];
  const start = 5 * 2 ** 32;
  for (const [i, length] of lengths.entries()) {
    machine.sample(
      i % 2,
      start + i,
      ...Array.from({ length }, (_, at) => (at === 0 ? i : (at * 7 + i) % 251)),
    );
  }
  machine.merge.merge(start + 100);
  t.deepEqual(
    machine.first,
    lengths.map((_, i) => i),
  );
  for (const [i, length] of lengths.entries()) {
    const record = machine.records[i]!;
    t.true(record.length >= length && record.length < length + 8);
    for (let at = 1; at < length; at++)
      if (record[at] !== (at * 7 + i) % 251) t.fail(`${length}: byte ${at}`);
    for (let at = length; at < record.length; at++) t.is(record[at], 0);
  }
});

test('lanes are used again and again: many rounds in random pieces, all in order', t => {
  const machine = new Machine(3);
  let seed = 1;
  const random = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % n;
  };
  const times: number[] = [];
  let now = 0;
  for (let round = 0; round < 2000; round++) {
    for (let i = random(6); i > 0; i--) {
      now += 1 + random(5);
      times.push(now);
      machine.sample(
        random(3),
        now,
        ...new Uint8Array(Uint32Array.of(now).buffer),
        ...new Array(random(90)).fill(7),
      );
    }
    machine.merge.merge(now - random(20));
  }
  machine.merge.merge(now);
  const seen = machine.records.map(record =>
    new DataView(record.buffer, record.byteOffset).getUint32(0, true),
  );
  t.deepEqual(seen, times);
});
