// --filter, as a user meets it: a predicate of all packet probes, before their own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { kernelTest } from '../harness/kernel-test.js';
import { expectedOf, filterFrames, filterTable } from '../harness/packet/filter-table.js';
import { tsbpf } from '../harness/tsbpf.js';

/** Of the table, several in one program. */
const TOGETHER = [
  'tcp port 443',
  'host 10.0.0.1 or 10.1.2.3',
  'vlan 100 and tcp',
  'ip6 proto 17',
  'icmp',
  'tcp[13] & 2 != 0',
  'ether[len - 1] > 127',
  'net fd00::/8',
];
const FILTER = 'udp port 53 or vlan 5';
const ROWS = filterTable().filter(({ filter }) => filter === FILTER || TOGETHER.includes(filter));
const FRAMES = filterFrames().filter(frame => ROWS.every(row => expectedOf(row, frame) !== undefined));
const matching = (filter: string) =>
  FRAMES.filter(frame => expectedOf(ROWS.find(row => row.filter === filter)!, frame));

async function withCapture(body: (capture: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-filter-'));
  try {
    const capture = join(folder, 'in.pcap');
    const file = new CaptureFile(capture, { link: LINKTYPE_ETHERNET, nanoseconds: true });
    for (const [i, frame] of FRAMES.entries()) file.append({ time: BigInt(i) * 1000n, bytes: frame });
    file.close();
    await body(capture);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

kernelTest('--filter is a predicate of all packet probes, before their own', t =>
  withCapture(async capture => {
    const script =
      'xdp:lo, BEGIN { @all++; } xdp:lo /pkt.len > 60/ { @long++; return XDP_DROP; } END { printf("%d %d\\n", @all, @long); }';
    const { stdout, stderr, code } = await tsbpf(['--packets', capture, '--filter', FILTER, '-e', script]);
    t.is(code, 0, stderr);
    const matched = matching(FILTER);
    const long = matched.filter(frame => frame.length > 60).length;
    t.true(long > 0 && long < matched.length);
    t.true(stdout.includes(`${matched.length + 1} ${long}\n`), stdout);
    t.regex(stdout, new RegExp(`^ +${long} .* XDP_DROP$`, 'm'));
    t.regex(stdout, new RegExp(`^ +${FRAMES.length - long} .* XDP_PASS$`, 'm'));
  }),
);

kernelTest('filters of several clauses are one program', t =>
  withCapture(async capture => {
    const clauses = TOGETHER.map((filter, i) => `xdp:lo /pcap("${filter}")/ { @[${i}]++; }`);
    const { stdout, stderr, code } = await tsbpf(['-q', '--packets', capture, '-e', clauses.join('\n')]);
    t.is(code, 0, stderr);
    const counted = new Map([...stdout.matchAll(/^@\[(\d+)\]: (\d+)$/gm)].map(([, i, n]) => [i, Number(n)]));
    t.deepEqual(
      TOGETHER.map((_, i) => counted.get(String(i))),
      TOGETHER.map(filter => matching(filter).length),
    );
  }),
);

kernelTest('what is wrong with --filter is shown where it is', async t => {
  const options = ['--packets', '/dev/null', '--filter', 'tcp prt 443', '-e', 'xdp:lo { }'];
  const { stderr, code } = await tsbpf(options);
  t.is(code, 1);
  t.is(
    stderr,
    '--filter:1:5-8: ERROR: "prt" does not belong here\ntcp prt 443\n    ^^^\nHINT: did you mean "port"?\n',
  );
});

kernelTest('--filter needs a packet probe', async t => {
  const { stderr, code } = await tsbpf(['--filter', 'tcp', '-e', 'BEGIN { exit(); }']);
  t.is(code, 1);
  t.regex(stderr, /--filter is of packets, and the program has no packet probe/);
});
