// The table of filters in the kernel: each counts on a capture what tcpdump counts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostEnv } from '../../src/kernel/host/env.js';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { kernelTest, whyNoBpf } from '../harness/kernel-test.js';
import { expectedOf, type FilterRow, filterFrames, filterTable } from '../harness/packet/filter-table.js';
import { type Bytes, ethernet, ipv4, ipv6, pseudo6, udp, vlan } from '../harness/packet/frame.js';
import { withKernelProgram } from '../harness/packet/kernel.js';
import { hex } from '../harness/packet/trial.js';
import { packetTest, printed, sendFrames } from '../harness/packet-tracer.js';
import { whyNoTcpdump } from '../harness/tcpdump.js';

const TABLE = filterTable();
/** Those that all tcpdumps decide alike about, whatever the order in which they ask. */
const FRAMES = filterFrames().filter(frame => TABLE.every(row => expectedOf(row, frame) !== undefined));
const countOf = (row: FilterRow) => FRAMES.filter(frame => expectedOf(row, frame)).length;
const EXPECTED = labelled(TABLE.map(countOf));

function labelled(counts: readonly number[]): readonly string[] {
  return counts.map((count, i) => `${count} ${TABLE[i]?.filter}`);
}

kernelTest(
  'each filter of the table drops in the kernel as many as the program that tcpdump makes of it',
  t => {
    t.timeout(120_000);
    const counts = TABLE.map(({ filter }) => {
      const source = `xdp:lo /pcap("${filter.replaceAll('\\', '\\\\')}")/ { return XDP_DROP; }`;
      return withKernelProgram(source, run => FRAMES.filter(frame => run(frame)?.verdict === 1).length);
    });
    t.deepEqual(labelled(counts), EXPECTED);
  },
);

const withoutTcx = whyNoBpf() !== undefined || hostEnv().has('tcx') ? undefined : 'needs Linux 6.6 (tcx)';

kernelTest(
  'tc programs decide so too; the verifier takes what reads a tag beside the packet',
  t => {
    for (const row of TABLE.filter(({ filter }) => /vlan|^ether\[|len/.test(filter))) {
      const source = `tc:lo:ingress /pcap("${row.filter}")/ { return TC_ACT_SHOT; }`;
      withKernelProgram(source, run => {
        for (const frame of FRAMES) {
          const ran = run(frame);
          if (ran !== undefined)
            t.is(ran.verdict === 2, expectedOf(row, frame) === true, `${row.filter} ${hex(frame)}`);
        }
      });
    }
  },
  withoutTcx,
);

packetTest(
  'tags that the kernel keeps beside packets are of the frame as well',
  async (t, network) => {
    const filters = [
      'udp port 5353',
      'vlan 100 and udp port 5353',
      'vlan 7 and vlan 8 and udp port 5353',
      'vlan and ether[12:2] = 0x88a8',
    ];
    const clauses = ['xdp:vnear', 'tc:vnear:ingress'].flatMap((hook, h) =>
      filters.map((filter, i) => `${hook} /pcap("${filter}")/ { @[${h}, ${i}] = count(); }`),
    );
    const macs = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };
    const packet4 = ipv4(udp([1], { dport: 5353 }), { protocol: 17 });
    const packet6 = ipv6(udp([1], { dport: 5353, pseudo: pseudo6() }), { next: 17 });
    const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);
    const frames = [
      ...many(3, ethernet(0x0800, packet4, macs)),
      ...many(6, ethernet(0x8100, vlan(100 | (5 << 13), 0x0800, packet4), macs)),
      ...many(2, ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x86dd, packet6)), macs)),
    ];
    const { stdout, stderr } = await network.tracer(['-q', '-e', clauses.join('\n')], {
      workload: () => sendFrames(network, frames),
    });
    const counts = [0, 1].map(hook => filters.map((_, i) => printed(stdout, `@[${hook}, ${i}]`)));
    t.deepEqual(
      counts,
      [
        [3, 6, 2, 2],
        [3, 6, 2, 2],
      ],
      stderr,
    );
  },
  { missing: withoutTcx },
);

/** Readings that other releases of libpcap may have mended (constants before bytes, % and ^, indexes below 0); names of ports. */
const PECULIAR = /^(not )?-?\d|[%^]|\[-|0xffffffff\]|http|ssh|domain/;

kernelTest(
  'tcpdump counts on the capture what its recorded programs count',
  t => {
    t.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-filter-'));
    try {
      const capture = join(folder, 'in.pcap');
      const file = new CaptureFile(capture, { link: LINKTYPE_ETHERNET, nanoseconds: true });
      for (const [i, frame] of FRAMES.entries()) file.append({ time: BigInt(i) * 1000n, bytes: frame });
      file.close();
      const counted = TABLE.filter(({ filter }) => !PECULIAR.test(filter)).flatMap(row => {
        const count = tcpdumpCount(capture, row.filter);
        return count === undefined ? [] : [{ row, count }];
      });
      t.true(counted.length > 180, `${counted.length}`);
      for (const { row, count } of counted) t.is(count, countOf(row), row.filter);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  whyNoTcpdump(),
);

/** Undefined: it refuses the filter, for a name that this machine does not know, or as one that its release takes no more. */
function tcpdumpCount(capture: string, filter: string): number | undefined {
  try {
    const args = ['--count', '-nr', capture, '--', filter];
    const stdout = execFileSync('tcpdump', args, { encoding: 'utf8', stdio: 'pipe' });
    return Number(/^(\d+) packet/m.exec(stdout)?.[1]);
  } catch {
    return undefined;
  }
}
