// skboutput(): packets of the loopback device in a capture file, against what was sent.
import dgram from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost } from '../../src/kernel/host/host.js';
import { kernelTest } from '../harness/kernel-test.js';
import { tcpdumpLines, whyNoTcpdump } from '../harness/tcpdump.js';
import { tsbpf } from '../harness/tsbpf.js';

/** Sends so many datagrams to itself, the number of each in its payload. */
async function sendPackets(count: number, size: number): Promise<number> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  for (let i = 0; i < count; i++) {
    const payload = Buffer.alloc(size, i % 251);
    payload.writeUInt32BE(i, 0);
    await new Promise<void>((resolve, reject) =>
      socket.send(payload, port, '127.0.0.1', error => (error ? reject(error) : resolve())),
    );
  }
  socket.close();
  return port;
}

interface Packet {
  readonly seconds: number;
  readonly bytes: Buffer;
}

function readCapture(path: string): { linkType: number; snaplen: number; packets: Packet[] } {
  const file = readFileSync(path);
  const packets: Packet[] = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const seconds = file.readUInt32LE(at) + file.readUInt32LE(at + 4) / 1e6;
    packets.push({ seconds, bytes: file.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return { linkType: file.readUInt32LE(20), snaplen: file.readUInt32LE(16), packets };
}

const isOurs =
  (port: number) =>
  ({ bytes }: Packet) =>
    bytes[0] === 0x45 && bytes[9] === 17 && bytes.readUInt16BE(22) === port;

function whyNot(): string | undefined {
  const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
  return env.btf()?.func('btf_trace_net_dev_queue') === undefined ? 'needs BTF of tracepoints' : undefined;
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-pcap-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

kernelTest(
  'every packet is in the file, whole and in order, at the time it was sent',
  async t => {
    await inFolder(async folder => {
      const path = join(folder, 'out.pcap');
      const script = `rawtracepoint:net_dev_queue { @r[skboutput("${path}", args.skb, args.skb.len, 14)] = count(); }`;
      let port = 0;
      const start = Date.now() / 1000;
      const { code, stderr } = await tsbpf(['-e', script], {
        workload: async () => {
          port = await sendPackets(300, 100);
        },
      });
      t.is(code, 0, stderr);
      const { linkType, snaplen, packets } = readCapture(path);
      t.is(linkType, 101); // raw IP
      t.is(snaplen, 65_535);
      const ours = packets.filter(isOurs(port));
      t.is(ours.length, 300);
      for (const [i, { bytes, seconds }] of ours.entries()) {
        t.is(bytes.length, 20 + 8 + 100);
        t.is(bytes.readUInt32BE(28), i);
        t.is(bytes[127], i % 251);
        t.true(seconds > start - 1 && seconds < Date.now() / 1000 + 1);
      }
      const times = ours.map(packet => packet.seconds);
      t.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    });
  },
  whyNot(),
);

kernelTest(
  'so many bytes from an offset on; two files; asking for more than there is gives an error, and no packet',
  async t => {
    await inFolder(async folder => {
      const [part, none] = [join(folder, 'part.pcap'), join(folder, 'none.pcap')];
      const script = `rawtracepoint:net_dev_queue { $r = skboutput("${part}", args.skb, 14 + 30, 14); $s = skboutput("${none}", args.skb, args.skb.len + 1, 0); printf("%d %d\\n", $r, (int32)$s); }`;
      let port = 0;
      const { stdout, stderr } = await tsbpf(['-e', script], {
        workload: async () => {
          port = await sendPackets(10, 64);
        },
      });
      const ours = readCapture(part).packets.filter(isOurs(port));
      t.is(ours.length, 10);
      t.true(ours.every(({ bytes }) => bytes.length === 30));
      t.is(readCapture(none).packets.length, 0);
      t.regex(stdout, /^0 -14$/m);
      t.notRegex(stderr, /lost/);
    });
  },
  whyNot(),
);

kernelTest(
  'what finds no room is counted',
  async t => {
    await inFolder(async folder => {
      const path = join(folder, 'out.pcap');
      const script = `config = { perf_rb_pages = 1 } rawtracepoint:net_dev_queue { $r = skboutput("${path}", args.skb, args.skb.len, 14); if ($r == 0) { @ok = count(); } else { @failed = count(); } @all = count(); }`;
      const { stdout, stderr } = await tsbpf(['-e', script], {
        workload: async () => void (await sendPackets(3000, 1400)),
      });
      const count = (name: string) => Number(new RegExp(`^@${name}: (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
      const lost = Number(/([\d,]+) events lost/.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0);
      t.is(readCapture(path).packets.length, count('ok'));
      t.is(lost, count('failed'));
      t.is(count('ok') + count('failed'), count('all'));
      t.true(count('all') >= 3000);
    });
  },
  whyNot(),
);

kernelTest(
  'tcpdump reads the file',
  async t => {
    await inFolder(async folder => {
      const path = join(folder, 'out.pcap');
      let port = 0;
      await tsbpf(
        ['-e', `rawtracepoint:net_dev_queue { $r = skboutput("${path}", args.skb, args.skb.len, 14); }`],
        {
          workload: async () => {
            port = await sendPackets(5, 50);
          },
        },
      );
      const lines = tcpdumpLines(path);
      t.is(lines.filter(line => line.includes(`> 127.0.0.1.${port}: UDP, length 50`)).length, 5);
    });
  },
  whyNot() ?? whyNoTcpdump(),
);

kernelTest(
  'an empty capture is a file too; one that cannot be made is refused',
  async t => {
    await inFolder(async folder => {
      const path = join(folder, 'out.pcap');
      const script = (file: string) =>
        `rawtracepoint:net_dev_queue /pid == 0 && pid == 1/ { $r = skboutput("${file}", args.skb, args.skb.len, 14); } interval:ms:10 { exit(); }`;
      t.is((await tsbpf(['-e', script(path)])).code, 0);
      t.is(readFileSync(path).length, 24);
      const { code, stderr } = await tsbpf(['-e', script('/nonexistent/out.pcap')]);
      t.is(code, 1);
      t.regex(stderr, /\/nonexistent\/out.pcap: ENOENT/);
    });
  },
  whyNot(),
);

kernelTest(
  'it is refused where there is no packet',
  async t => {
    for (const [script, why] of [
      ['interval:s:1 { $r = skboutput("a", curtask, 1, 0); }', /cannot be used in a interval probe/],
      [
        'rawtracepoint:sched_switch { $r = skboutput("a", args.prev, 1, 0); }',
        /takes a pointer to struct sk_buff/,
      ],
      [
        'rawtracepoint:net_dev_queue { $r = skboutput("a", args.skb, 1, args.skb.len); }',
        /integer constant as its offset/,
      ],
    ] as const) {
      const { code, stderr } = await tsbpf(['-e', script]);
      t.is(code, 1);
      t.regex(stderr, why);
    }
  },
  whyNot(),
);
