// Capture files byte by byte: what the drafts of pcap and pcapng say of one packet.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { WriteError } from '../../../src/output/byte-output.js';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../../src/runtime/capture-file.js';
import { readCapture } from '../../../src/runtime/capture-reader.js';
import { PcapngFile } from '../../../src/runtime/pcapng-file.js';

function written(write: (path: string) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-file-'));
  try {
    const path = join(folder, 'file');
    write(path);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TIME = 0x1_0000_0002n * 1_000_000_000n + 345_678_912n;
const BYTES = Uint8Array.of(1, 2, 3, 4, 5);
const hex = (words: string) => Buffer.from(words.replaceAll(/\s/g, ''), 'hex');

test('pcap: a head, then seconds and microseconds, bytes here and bytes of the packet', t => {
  const file = written(path => {
    const capture = new CaptureFile(path);
    capture.append({ time: 7_000_123_456n, bytes: BYTES });
    capture.close();
    capture.close();
  });
  t.deepEqual(
    file,
    hex(`d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000
         07000000 7b000000 05000000 05000000 0102030405`),
  );
});

test('pcap of nanoseconds and Ethernet, with a packet that was longer', t => {
  const file = written(path => {
    const capture = new CaptureFile(path, { link: LINKTYPE_ETHERNET, nanoseconds: true, snaplen: 262_144 });
    capture.append({ time: 7_000_123_456n, bytes: BYTES, length: 60 });
    capture.close();
  });
  t.deepEqual(
    file,
    hex(`4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000
         07000000 40e20100 05000000 3c000000 0102030405`),
  );
});

const SEEN = {
  time: TIME,
  bytes: BYTES,
  length: 60,
  interface: 3,
  queue: 2,
  verdict: 1,
  verdictType: 2,
  outbound: false,
};

test('pcapng: an interface is described before its first packet, a packet has direction, queue and verdict', t => {
  const file = written(path => {
    const capture = new PcapngFile(path, { snaplen: 96, nameOf: index => `eth${index}` });
    capture.append(SEEN);
    capture.append({ ...SEEN, bytes: BYTES.subarray(0, 4), verdict: -1, verdictType: 1, outbound: true });
    capture.close();
  });
  const time = Buffer.alloc(8);
  time.writeUInt32LE(Number(TIME >> 32n), 0);
  time.writeUInt32LE(Number(TIME & 0xffff_ffffn), 4);
  const head = (size: string) => `06000000 ${size} 00000000 ${time.toString('hex')}`;
  const rest = (direction: string) => `0200 0400 ${direction} 0600 0400 02000000 0700 0900`;
  t.deepEqual(
    file,
    hex(`0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0500 7473627066000000 00000000 2c000000
         01000000 28000000 0100 0000 60000000 0200 0400 65746833 0900 0100 09000000 00000000 28000000
         ${head('4c000000')} 05000000 3c000000 0102030405000000 ${rest('01000000')} 020100000000000000000000 00000000 4c000000
         ${head('48000000')} 04000000 3c000000 01020304 ${rest('02000000')} 01ffffffffffffffff000000 00000000 48000000`),
  );
  t.deepEqual(
    [...readCapture(file)].map(({ time, length }) => [time, length]),
    [
      [TIME, 60],
      [TIME, 60],
    ],
  );
});

test('packets are more than one block of memory, and one may be larger than that', t => {
  const sizes = [...Array.from({ length: 300 }, (_, i) => 1000 + i), 300_000, 1];
  const packets = sizes.map((size, i) => ({ ...SEEN, bytes: new Uint8Array(size).fill(i), length: size }));
  const file = written(path => {
    const capture = new PcapngFile(path, { snaplen: 262_144, nameOf: () => undefined });
    for (const packet of packets) capture.append(packet);
    capture.flush();
    t.is([...readCapture(readFileSync(path))].length, sizes.length);
    capture.close();
  });
  t.deepEqual(
    [...readCapture(file)].map(({ bytes }) => [bytes.length, bytes[0], bytes.at(-1)]),
    sizes.map((size, i) => [size, i % 256, i % 256]),
  );
});

test('a full disk is told by flush(), each time, with the name of the file; append() says nothing', t => {
  const capture = new CaptureFile('/dev/full');
  capture.append({ time: 0n, bytes: new Uint8Array(300_000) });
  for (let i = 0; i < 2; i++) {
    const error = t.throws(() => capture.flush(), { instanceOf: WriteError });
    t.is(error?.message, '/dev/full: ENOSPC: no space left on device');
  }
  t.throws(() => capture.close(), { instanceOf: WriteError });
  t.notThrows(() => capture.close());
});
