// capture(): what a packet program wrote, against the frames that were sent.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { kernelTest } from '../harness/kernel-test.js';
import { FAR, NEAR } from '../harness/network.js';
import { parsePackets, type WrittenPacket, writtenPackets } from '../harness/packet/capture-bytes.js';
import { type Bytes, ethernet, ipv4, pseudo4, tcp, udp } from '../harness/packet/frame.js';
import { hex } from '../harness/packet/trial.js';
import { packetTest, printed, sendFrames } from '../harness/packet-tracer.js';
import { inProject } from '../harness/project.js';
import { tcpdumpLines, whyNoTcpdump } from '../harness/tcpdump.js';
import { tsbpf } from '../harness/tsbpf.js';

const [FLAGS, QUEUE, VERDICT] = [2, 6, 7];
/** ns by which the kernel's clock and ours may differ: a wrong offset would be years. */
const CLOCKS = 10_000_000_000n;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-capture-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function datagram(dport: number, size: number): Bytes {
  const payload = Array.from({ length: size }, (_, i) => (i * 7 + dport) % 256);
  const options = { protocol: 17, source: FAR.v4, destination: NEAR.v4 };
  return ethernet(0x0800, ipv4(udp(payload, { sport: 4000, dport }), options));
}

/** Of every size that an interface takes, some hundred bytes apart, and one port each. */
const FRAMES: readonly Bytes[] = Array.from({ length: 120 }, (_, i) => datagram(1000 + i, (i * 113) % 1472));

const frames = (packets: readonly WrittenPacket[]) => packets.map(({ bytes }) => hex(bytes));

/** Waits for what must come in the end, or for the tracer's end, for which there is a limit. */
async function until(tracer: ChildProcess, holds: () => boolean): Promise<void> {
  while (tracer.exitCode === null && tracer.signalCode === null && !holds())
    await new Promise(resolve => setTimeout(resolve, 20));
}

for (const mode of ['native', 'generic'] as const) {
  packetTest(
    `every packet is in the file, byte by byte, with its verdict and interface (${mode})`,
    (t, network) =>
      inFolder(async folder => {
        const [pcap, ng, part] = ['all.pcap', 'all.pcapng', 'part.pcapng'].map(name =>
          join(folder, name),
        ) as [string, string, string];
        const script =
          `xdp:vnear:${mode} { capture("${pcap}"); capture("${ng}"); }` +
          `xdp:vnear:${mode} /udp.dport % 3 == 0/ { capture("${ng}", 30); return XDP_DROP; }` +
          `xdp:vnear:${mode} /udp.dport % 3 == 1/ { capture("${part}", 42); }`;
        const start = BigInt(Date.now()) * 1_000_000n;
        const { stderr, code } = await network.tracer(['-e', script], {
          workload: async tracer => {
            sendFrames(network, FRAMES);
            await until(tracer, () => [pcap, ng].every(path => writtenPackets(path).length >= FRAMES.length));
          },
        });
        const end = BigInt(Date.now()) * 1_000_000n;
        t.is(code, 0, stderr);
        for (const path of [pcap, ng]) {
          const packets = writtenPackets(path);
          t.deepEqual(frames(packets).sort(), FRAMES.map(frame => hex(frame)).sort());
          for (const { time, length, bytes, snaplen } of packets) {
            t.true(time > start - CLOCKS && time < end + CLOCKS);
            t.is(length, bytes.length);
            t.is(snaplen, 262_144);
          }
          t.true(stderr.includes(`${path}: ${FRAMES.length} packets\n`), stderr);
        }
        for (const { bytes, interface: name, options } of writtenPackets(ng)) {
          t.is(name, 'vnear');
          t.is(options.get(FLAGS)?.readUInt32LE(0), 1);
          t.is(options.get(QUEUE)?.length, 4);
          // XDP, then its action.
          const dropped = bytes.readUInt16BE(36) % 3 === 0;
          t.is(options.get(VERDICT)?.toString('hex'), `02${dropped ? '01' : '02'}00000000000000`);
        }
        const third = FRAMES.filter((_, i) => (1000 + i) % 3 === 1);
        const cut = writtenPackets(part);
        t.deepEqual(frames(cut).sort(), third.map(frame => hex(frame.slice(0, 42))).sort());
        t.deepEqual(cut.map(({ length }) => length).sort(), third.map(({ length }) => length).sort());
        t.true(cut.every(({ snaplen }) => snaplen === 42));
        for (const path of [pcap, ng]) {
          t.is(tcpdumpLines(path).length, FRAMES.length);
          t.is(tcpdumpLines(path, 'udp dst port 1005').length, 1);
        }
      }),
    { missing: whyNoTcpdump() },
  );
}

packetTest('in a flood, packets in the file and packets lost are those that came', (t, network) =>
  inFolder(async folder => {
    const path = join(folder, 'flood.pcap');
    const script = `config = { perf_rb_pages = 1 } xdp:vnear { @all = count(); @n++; capture("${path}"); if (@n >= 600) { exit(); } return XDP_DROP; }`;
    let ended = false;
    const flood = Array.from({ length: 100 }, (_, i) => datagram(i, 1400));
    const { stdout, stderr } = await network.tracer(['-e', script], {
      signal: null,
      workload: async tracer => {
        tracer.on('exit', () => {
          ended = true;
        });
        while (!ended) {
          sendFrames(network, flood);
          await new Promise(resolve => setImmediate(resolve));
        }
      },
    });
    const kept = writtenPackets(path).length;
    const lost = Number(/([\d,]+) events lost/.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0);
    t.is(kept + lost, printed(stdout, '@all'), stderr);
    t.true(kept > 0);
    t.regex(stderr, new RegExp(`flood\\.pcap: ${kept.toLocaleString('en-US')} packets?$`, 'm'));
  }),
);

packetTest(
  '"-" is a live capture on standard output, alone there; other output goes to stderr',
  async (t, network) => {
    const script = 'xdp:vnear { capture("-"); printf("port %d\\n", udp.dport); }';
    const { bytes, stderr, code } = await network.tracer(['--events', '20', '-e', script], {
      signal: null,
      workload: () => sendFrames(network, FRAMES.slice(0, 20)),
    });
    t.is(code, 0);
    t.deepEqual(
      frames(parsePackets(bytes)).sort(),
      FRAMES.slice(0, 20)
        .map(frame => hex(frame))
        .sort(),
    );
    t.is(stderr.match(/^port \d+$/gm)?.length, 20);
    t.regex(stderr, /^standard output: 20 packets$/m);
  },
);

packetTest('a reader that goes ends the session quietly; --events counts packets', (t, network) =>
  inFolder(async folder => {
    const run = async (line: string) => {
      let ended = false;
      const [program, args] = network.on('near', 'sh', '-c', line, 'sh', inProject('bin/tsbpf'));
      const { stdout, stderr } = await tsbpf(args, {
        program,
        signal: null,
        workload: async shell => {
          shell.on('exit', () => {
            ended = true;
          });
          while (!ended) {
            sendFrames(network, FRAMES.slice(0, 4));
            await new Promise(resolve => setTimeout(resolve, 50));
          }
        },
      });
      return { stdout, stderr };
    };
    const gone = await run(
      `{ "$1" -e 'xdp:vnear { capture("-"); }'; echo "status $?" >&2; } | head -c 24 | wc -c`,
    );
    t.is(gone.stdout.trim(), '24');
    t.regex(gone.stderr, /^status 0$/m);
    t.notRegex(gone.stderr, /ERROR/);
    const path = join(folder, 'three.pcap');
    await run(`"$1" --events 3 -e 'xdp:vnear { capture("${path}"); }'`);
    t.is(writtenPackets(path).length, 3);
  }),
);

packetTest(
  'a file that cannot be made is told before anything is attached; a full disk ends the session',
  (t, network) =>
    inFolder(async folder => {
      const attached = () => network.run('near', 'ip', 'link', 'show', 'vnear').includes('xdp');
      const none = await network.tracer(['-v', '-e', `xdp:vnear { capture("${folder}/no/a.pcap"); }`]);
      t.is(none.code, 1);
      t.regex(none.stderr, /^ERROR: .*\/no\/a\.pcap: ENOENT: no such file or directory$/m);
      t.notRegex(none.stderr, /attach/);
      const full = join(folder, 'full.pcap');
      symlinkSync('/dev/full', full);
      const { code, stderr, stdout } = await network.tracer(
        ['-e', `xdp:vnear { capture("${full}"); @ = 1; } END { printf("end\\n"); }`],
        { signal: null, workload: () => sendFrames(network, FRAMES.slice(0, 4)) },
      );
      t.is(code, 1);
      t.regex(stderr, /^ERROR: .*full\.pcap: ENOSPC: no space left on device$/m);
      t.notRegex(stderr, /fault of tsbpf/);
      t.regex(stdout, /^end$/m);
      t.false(attached());
    }),
);

const PACKETS = FRAMES.map((frame, i) => ({
  time: 1_700_000_000_000_000_000n + BigInt(i) * 12_345n,
  bytes: Uint8Array.from(frame),
}));

kernelTest(
  '--packets: what is captured is what was read, times included; changed packets are captured as they leave',
  t =>
    inFolder(async folder => {
      const path = (name: string) => join(folder, name);
      const file = new CaptureFile(path('in.pcap'), {
        link: LINKTYPE_ETHERNET,
        nanoseconds: true,
        snaplen: 262_144,
      });
      for (const packet of PACKETS) file.append(packet);
      file.close();
      const run = async (capture: string, script: string, ...options: readonly string[]) => {
        const { code, stdout, stderr } = await tsbpf([...options, '--packets', path(capture), '-e', script]);
        t.is(code, 0, stderr);
        return stdout;
      };
      const decides =
        `xdp:x { capture("${path('all.pcap')}"); capture("${path('all.pcapng')}"); }` +
        'xdp:x /udp.dport == 1001/ { return XDP_DROP; }' +
        `xdp:x /udp.dport == 1002/ { capture("${path('changed.pcap')}"); udp.dport = 53; return XDP_TX; }`;
      const told = await run('in.pcap', decides, '--verdicts', '--write-passed', path('passed.pcapng'));
      const left = PACKETS.map(({ time, bytes }, i) => ({
        time,
        frame: i === 2 ? changedPort(bytes) : hex(bytes),
      }));
      const read = (name: string) =>
        writtenPackets(path(name)).map(({ time, bytes }) => ({ time, frame: hex(bytes) }));
      t.deepEqual(read('all.pcap'), left);
      t.deepEqual(read('all.pcapng'), left);
      t.deepEqual(read('changed.pcap'), [left[2]]);
      t.deepEqual(read('passed.pcapng'), [left[0], ...left.slice(3)]);
      const verdicts = writtenPackets(path('all.pcapng')).map(({ options }) =>
        options.get(VERDICT)?.readUInt8(1),
      );
      t.deepEqual(
        verdicts,
        PACKETS.map((_, i) => [2, 1, 3][i] ?? 2),
      );
      t.is(writtenPackets(path('all.pcapng'))[0]?.interface, undefined);
      t.regex(told, /^verdicts\[lo, XDP_DROP\]: \{ \.packets = 1, /m);
      t.regex(told, new RegExp(`^verdicts\\[lo, XDP_PASS\\]: \\{ \\.packets = ${PACKETS.length - 2}, `, 'm'));
      // From one format into the other, and a file of ours as it was.
      await run('all.pcapng', `xdp:x { capture("${path('again.pcap')}"); }`);
      t.deepEqual(readFileSync(path('again.pcap')), readFileSync(path('all.pcap')));
      await run('in.pcap', `xdp:x { capture("${path('again.pcap')}"); }`);
      t.deepEqual(readFileSync(path('again.pcap')), readFileSync(path('in.pcap')));
    }),
);

/** The frame with port 53, and the checksum that belongs to it. */
function changedPort(bytes: Uint8Array): string {
  const payload = udp([...bytes.slice(42)], { sport: 4000, dport: 53 });
  return hex(ethernet(0x0800, ipv4(payload, { protocol: 17, source: FAR.v4, destination: NEAR.v4 })));
}

packetTest('packets of the SSH session are not captured by a program that decides', (t, network) =>
  inFolder(async folder => {
    const path = join(folder, 'guarded.pcap');
    const segment = (dport: number) =>
      ethernet(
        0x0800,
        ipv4(tcp([1], { sport: 4000, dport, pseudo: pseudo4(FAR.v4, NEAR.v4) }), {
          protocol: 6,
          source: FAR.v4,
          destination: NEAR.v4,
        }),
      );
    const all = [22, 23, 22, 24].map(segment);
    await network.tracer(['-e', `xdp:vnear { capture("${path}"); return XDP_DROP; }`], {
      env: { SSH_CONNECTION: `${FAR.v4} 4000 ${NEAR.v4} 22` },
      workload: async tracer => {
        sendFrames(network, all);
        await until(tracer, () => writtenPackets(path).length >= 2);
      },
    });
    t.deepEqual(frames(writtenPackets(path)).sort(), [all[1]!, all[3]!].map(frame => hex(frame)).sort());
  }),
);
