// What --packets tells of each packet.
import test from 'ava';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { PacketReport } from '../../../src/output/packet-report.js';

for (const [time, json, text] of [
  [0n, 0, '0.000000'],
  [1_500_000_000n, 1.5, '1.500000'],
  [-1n, -1e-9, '-0.000000'],
  [-2_250_000_000n, -2.25, '-2.250000'],
] as const) {
  test(`a packet ${time} ns after the first`, t => {
    const outcome = { number: 1, time, bytes: 60, verdict: 'XDP_DROP' };
    const output = new MemoryOutput();
    new PacketReport(output, true).packet(outcome);
    t.is(JSON.parse(output.take()).data.time, json);
    new PacketReport(output, false).packet(outcome);
    t.true(output.take().includes(` ${text} `));
  });
}
