// Packets of an SSH session: whole, with right lengths and checksums.
import test from 'ava';
import { sessionPackets } from '../../../src/cli/ssh-packets.js';

const V4 = { client: '192.0.2.7', clientPort: 50122, server: '198.51.100.1', port: 22 };
const V6 = { client: '2001:db8::7', clientPort: 50122, server: '2001:db8::1', port: 22 };

const number = (bytes: Uint8Array, at: number): number => bytes[at]! * 256 + bytes[at + 1]!;

/** Ones' complement sum of 16-bit words: 0xffff over what has its checksum in it. */
function sum(bytes: readonly number[]): number {
  const padded = bytes.length % 2 === 0 ? bytes : [...bytes, 0];
  let total = 0;
  for (let i = 0; i < padded.length; i += 2) total += padded[i]! * 256 + padded[i + 1]!;
  while (total > 0xffff) total = (total % 0x10000) + Math.floor(total / 0x10000);
  return total;
}

test('of IPv4: a segment, ARP', t => {
  const packets = sessionPackets(V4);
  t.deepEqual(
    packets.map(({ what, outbound, bytes }) => [what, outbound, bytes.length, number(bytes, 12)]),
    [
      ['TCP', false, 90, 0x0800],
      ['ARP request', false, 42, 0x0806],
      ['ARP reply', false, 42, 0x0806],
      ['TCP', true, 90, 0x0800],
      ['ARP request', true, 42, 0x0806],
      ['ARP reply', true, 42, 0x0806],
    ],
  );
  for (const { bytes, outbound } of packets.filter(({ what }) => what === 'TCP')) {
    const ip = [...bytes.subarray(14)];
    t.is(number(bytes, 16), ip.length);
    t.is(sum(ip.slice(0, 20)), 0xffff);
    t.is(sum([...ip.slice(12, 20), 0, 6, 0, ip.length - 20, ...ip.slice(20)]), 0xffff);
    t.deepEqual([number(bytes, 34), number(bytes, 36)], outbound ? [22, 50122] : [50122, 22]);
    t.deepEqual(ip.slice(12, 16), outbound ? [198, 51, 100, 1] : [192, 0, 2, 7]);
  }
  const [, request, reply] = packets;
  t.deepEqual([...request!.bytes.subarray(14, 22)], [0, 1, 8, 0, 6, 4, 0, 1]);
  t.deepEqual([...reply!.bytes.subarray(20, 22)], [0, 2]);
  t.deepEqual([...request!.bytes.subarray(28, 42)], [192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 198, 51, 100, 1]);
});

test('of IPv6: a segment, neighbour discovery', t => {
  const packets = sessionPackets(V6);
  t.deepEqual(
    packets.slice(0, 3).map(({ what, bytes }) => [what, number(bytes, 12), bytes[20], bytes[21], bytes[54]]),
    [
      ['TCP', 0x86dd, 6, 64, 50122 >> 8],
      ['neighbour solicitation', 0x86dd, 58, 255, 135],
      ['neighbour advertisement', 0x86dd, 58, 255, 136],
    ],
  );
  for (const { bytes } of packets) {
    const ip = [...bytes.subarray(14)];
    t.is(number(bytes, 18), ip.length - 40);
    t.is(sum([...ip.slice(8, 40), 0, ip.length - 40, 0, ip[6]!, ...ip.slice(40)]), 0xffff);
  }
});

test('of two families, or of no addresses: none', t => {
  t.deepEqual(sessionPackets({ ...V4, server: '::1' }), []);
  t.deepEqual(sessionPackets({ ...V4, client: '1.2.3' }), []);
});
