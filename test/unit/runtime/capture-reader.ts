// Capture files as bytes: both formats, both byte orders, units of time, what is cut off and what is none.
import test from 'ava';
import { type CapturedPacket, CaptureError, readCapture } from '../../../src/runtime/capture-reader.js';

type Words = readonly (readonly [size: 1 | 2 | 4, value: number])[];

function bytes(little: boolean, ...parts: readonly (Words | Uint8Array)[]): Uint8Array {
  const out: number[] = [];
  for (const part of parts) {
    if (part instanceof Uint8Array) out.push(...part);
    else {
      for (const [size, value] of part) {
        const all = Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);
        out.push(...(little ? all : all.reverse()));
      }
    }
  }
  return Uint8Array.from(out);
}

const FRAME = Uint8Array.from({ length: 15 }, (_, i) => i);
const PAD = new Uint8Array(1);

function pcap(little: boolean, magic: number, link = 1): Uint8Array {
  return bytes(
    little,
    [
      [4, magic],
      [2, 2],
      [2, 4],
      [4, 0],
      [4, 0],
      [4, 65535],
      [4, link],
    ],
    [
      [4, 100],
      [4, 7],
      [4, 15],
      [4, 60],
    ],
    FRAME,
  );
}

/** A section with one interface whose unit is 10^-9 s (or a power of two), an enhanced packet, a simple one, and a block of statistics. */
function pcapng(little: boolean, resolution: number, link = 1): Uint8Array {
  const block = (type: number, body: Uint8Array) =>
    bytes(
      little,
      [
        [4, type],
        [4, body.length + 12],
      ],
      body,
      [[4, body.length + 12]],
    );
  return bytes(
    little,
    block(
      0x0a0d0d0a,
      bytes(little, [
        [4, 0x1a2b3c4d],
        [2, 1],
        [2, 0],
        [4, 0xffffffff],
        [4, 0xffffffff],
      ]),
    ),
    block(
      1,
      bytes(little, [
        [2, link],
        [2, 0],
        [4, 0],
        [2, 9],
        [2, 1],
        [1, resolution],
        [1, 0],
        [2, 0],
        [2, 0],
        [2, 0],
      ]),
    ),
    block(
      6,
      bytes(
        little,
        [
          [4, 0],
          [4, 1],
          [4, 5],
          [4, 15],
          [4, 60],
        ],
        FRAME,
        PAD,
      ),
    ),
    block(
      5,
      bytes(little, [
        [4, 0],
        [4, 0],
        [4, 0],
      ]),
    ),
    block(3, bytes(little, [[4, 15]], FRAME, PAD)),
  );
}

const list = (file: Uint8Array): CapturedPacket[] => [...readCapture(file)];

for (const little of [true, false]) {
  const order = little ? 'little-endian' : 'big-endian';
  test(`pcap, ${order}`, t => {
    t.deepEqual(list(pcap(little, 0xa1b2c3d4)), [{ time: 100_000_007_000n, bytes: FRAME, length: 60 }]);
    t.deepEqual(list(pcap(little, 0xa1b23c4d)), [{ time: 100_000_000_007n, bytes: FRAME, length: 60 }]);
  });
  test(`pcapng, ${order}`, t => {
    const ticks = (1n << 32n) + 5n;
    t.deepEqual(list(pcapng(little, 9)), [
      { time: ticks, bytes: FRAME, length: 60 },
      { time: 0n, bytes: FRAME, length: 15 },
    ]);
    t.is(list(pcapng(little, 0x80 | 10))[0]?.time, (ticks * 1_000_000_000n) / 1024n);
  });
}

test('what the end of the file cuts off is left out', t => {
  const whole = pcap(true, 0xa1b2c3d4);
  t.deepEqual(list(whole.slice(0, -1)), []);
  t.deepEqual(list(whole.slice(0, 30)), []);
  t.is(list(pcapng(true, 6).slice(0, -2)).length, 1);
});

test('what is no capture, or has no Ethernet header, is told', t => {
  t.throws(() => list(new Uint8Array(10)), { message: /too short/ });
  t.throws(() => list(new Uint8Array(100)), { message: /neither pcap nor pcapng/ });
  t.throws(() => list(pcap(true, 0xa1b2c3d4, 113)), { message: /no Ethernet header \(link type 113\)/ });
  t.throws(() => list(pcapng(false, 6, 276)), { message: /link type 276/ });
});

test('a block that is too short for its kind is told', t => {
  const section = pcapng(true, 6).slice(0, 28);
  const short = (type: number, size: number) =>
    bytes(
      true,
      [
        [4, type],
        [4, size],
      ],
      new Uint8Array(size - 12),
      [[4, size]],
    );
  for (const [type, size] of [
    [1, 12],
    [3, 12],
    [6, 28],
  ] as const) {
    // The last block of the file, so that what is not of it is not in the file.
    t.throws(() => list(bytes(true, section, short(type, size))), { instanceOf: CaptureError });
  }
});
