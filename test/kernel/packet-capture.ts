// capture(): what a packet program wrote, against the frames that were sent.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostEnv } from '../../src/kernel/host/env.js';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { kernelTest, ON_HOST, whyNoBpf } from '../harness/kernel-test.js';
import { FAR, NEAR } from '../harness/network.js';
import { parsePackets, type WrittenPacket, writtenPackets } from '../harness/packet/capture-bytes.js';
import { type Bytes, ethernet, ipv4, pseudo4, tcp, udp, vlan } from '../harness/packet/frame.js';
import { hex } from '../harness/packet/trial.js';
import { packetTest, ping, printed, sendFrames } from '../harness/packet-tracer.js';
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
  { missing: ON_HOST },
);

packetTest(
  'a reader that goes ends the session quietly; --events counts packets',
  (t, network) =>
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
  { missing: ON_HOST },
);

packetTest(
  'a file that cannot be written is told before anything is attached; a disk that fills up ends the session',
  (t, network) =>
    inFolder(async folder => {
      symlinkSync('/dev/full', join(folder, 'full.pcap'));
      for (const [name, why] of [
        ['no/a.pcap', 'ENOENT: no such file or directory'],
        ['full.pcap', 'ENOSPC: no space left on device'],
      ] as const) {
        const { code, stderr } = await network.tracer([
          '-v',
          '-e',
          `xdp:vnear { capture("${folder}/${name}"); }`,
        ]);
        t.is(code, 1);
        t.true(stderr.includes(`ERROR: ${folder}/${name}: ${why}\n`), stderr);
        t.notRegex(stderr, /attach/i);
      }
      const small = join(folder, 'small');
      mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', small]);
      try {
        let ended = false;
        const script = `xdp:vnear { capture("${small}/a.pcap"); @ = 1; } END { printf("end\\n"); }`;
        const { code, stderr, stdout } = await network.tracer(['-e', script], {
          signal: null,
          workload: async tracer => {
            tracer.on('exit', () => {
              ended = true;
            });
            while (!ended) {
              sendFrames(network, FRAMES.slice(0, 40));
              await new Promise(resolve => setTimeout(resolve, 20));
            }
          },
        });
        t.is(code, 1);
        t.true(stderr.includes(`ERROR: ${small}/a.pcap: ENOSPC: no space left on device\n`), stderr);
        t.notRegex(stderr, /fault of tsbpf/);
        t.regex(stdout, /^end\n\n\n@: 1$/m);
      } finally {
        execFileSync('umount', [small]);
      }
      t.notRegex(network.run('near', 'ip', 'link', 'show', 'vnear'), /xdp/);
    }),
  { missing: ON_HOST },
);

const tcx = whyNoBpf() !== undefined || hostEnv().has('tcx') ? undefined : 'needs Linux 6.6 (tcx)';

packetTest(
  'of tc, both directions, actions as verdicts, and a VLAN tag that the kernel keeps beside the packet',
  (t, network) =>
    inFolder(async folder => {
      const path = join(folder, 'tc.pcapng');
      const tagged = ethernet(0x8100, vlan(0x2007, 0x0800, [...FRAMES[30]!.slice(14)]));
      const sent = [FRAMES[3]!, tagged, FRAMES[4]!];
      const script =
        `tc:vnear:ingress /udp/ { capture("${path}"); } tc:vnear:ingress /udp.dport == 1004/ { return TC_ACT_SHOT; }` +
        `tc:vnear:egress /icmp.type == 0/ { capture("${path}"); return TC_ACT_OK; }`;
      let answered = 0;
      await network.tracer(['-e', script], {
        workload: async tracer => {
          sendFrames(network, sent);
          answered = await ping(network, NEAR.v4, 3);
          await until(tracer, () => writtenPackets(path).length >= sent.length + 3);
        },
      });
      t.is(answered, 3);
      const packets = writtenPackets(path);
      const seen = (direction: number) =>
        packets.filter(({ options }) => options.get(FLAGS)?.readUInt32LE(0) === direction);
      const [inbound, outbound] = [seen(1), seen(2)];
      t.deepEqual(frames(inbound).sort(), sent.map(frame => hex(frame)).sort());
      t.true(inbound.every(({ bytes, length }) => length === bytes.length));
      // The type of tc, then its action: unspecified, shot, OK.
      const verdict = ({ options }: WrittenPacket) => options.get(VERDICT)?.toString('hex');
      t.deepEqual(inbound.map(packet => [hex(packet.bytes) === hex(FRAMES[4]!), verdict(packet)]).sort(), [
        [false, '01ffffffffffffffff'],
        [false, '01ffffffffffffffff'],
        [true, '010200000000000000'],
      ]);
      t.is(outbound.length, 3);
      t.true(
        outbound.every(packet => verdict(packet) === '010000000000000000' && packet.interface === 'vnear'),
      );
    }),
  { missing: tcx },
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
