// The table of filters in the kernel: each counts on a capture what tcpdump counts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { kernelTest } from '../harness/kernel-test.js';
import { expectedOf, filterFrames, filterTable } from '../harness/packet/filter-table.js';
import { withKernelProgram } from '../harness/packet/kernel.js';
import { whyNoTcpdump } from '../harness/tcpdump.js';

const TABLE = filterTable();
/** Those that all tcpdumps decide alike about, whatever the order in which they ask. */
const FRAMES = filterFrames().filter(frame => TABLE.every(row => expectedOf(row, frame) !== undefined));
const EXPECTED = labelled(TABLE.map(row => FRAMES.filter(frame => expectedOf(row, frame)).length));

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
      t.deepEqual(labelled(TABLE.map(({ filter }) => tcpdumpCount(capture, filter))), EXPECTED);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  whyNoTcpdump(),
);

/** It refuses a filter that nothing matches. */
function tcpdumpCount(capture: string, filter: string): number {
  try {
    const args = ['--count', '-nr', capture, '--', filter];
    const stdout = execFileSync('tcpdump', args, { encoding: 'utf8', stdio: 'pipe' });
    return Number(/^(\d+) packet/m.exec(stdout)?.[1]);
  } catch (error) {
    if (String((error as { stderr?: unknown }).stderr).includes('rejects all packets')) return 0;
    throw error;
  }
}
