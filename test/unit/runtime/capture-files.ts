// The VLAN tag that the kernel keeps beside a packet, put back into what was captured of it.
import test from 'ava';
import type { CapturedPacket } from '../../../src/compiler/language/effects.js';
import { withTag } from '../../../src/runtime/capture-files.js';

const FRAME = Uint8Array.from({ length: 60 }, (_, i) => i);
const TAG = { type: 0x0081, control: 0x6064 }; // 0x8100 as it lies in a packet

function captured(bytes: number): CapturedPacket {
  return {
    time: 0n,
    bytes: FRAME.subarray(0, bytes),
    length: FRAME.length,
    interface: 1,
    queue: 0,
    verdict: 2,
    tag: TAG,
  };
}

test('it lies behind the addresses, and counts', t => {
  const { bytes, length } = withTag(captured(60), 65_000);
  t.is(length, 64);
  t.deepEqual([...bytes], [...FRAME.subarray(0, 12), 0x81, 0x00, 0x60, 0x64, ...FRAME.subarray(12)]);
});

test('no more bytes are kept than were wanted', t => {
  for (const wanted of [1, 4, 11, 12, 13, 15, 16, 20, 59]) {
    const { bytes, length } = withTag(captured(wanted), 65_000);
    t.is(bytes.length, wanted);
    t.is(length, 64);
  }
  t.is(withTag(captured(60), 62).bytes.length, 62);
});

test('without a tag a packet stays as it is', t => {
  const packet = { ...captured(20), tag: undefined };
  t.is(withTag(packet, 65_000), packet);
});
