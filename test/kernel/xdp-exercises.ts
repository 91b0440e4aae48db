// The one-liners of the manual that one learns XDP by, each as it stands there, but for the names of interfaces, on real packets.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { XDP_EXERCISES } from '../../src/docgen/xdp-exercises.js';
import { readCapture } from '../../src/runtime/capture-reader.js';
import { NEAR } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, pseudo4, udp, vlan } from '../harness/packet/frame.js';
import {
  type PacketTest,
  packetTest,
  ping,
  printed,
  received,
  sendFrames,
} from '../harness/packet-tracer.js';
import type { RunOptions } from '../harness/tsbpf.js';

const COUNT = 6;
const SENDER = '10.77.0.2';
const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };

function datagram(dport: number, destination: string = NEAR.v4): Bytes {
  const payload = [...Buffer.from('hello')];
  const pseudo = pseudo4(SENDER, destination);
  return ipv4(udp(payload, { sport: 4000, dport, pseudo }), { protocol: 17, source: SENDER, destination });
}

const plain = (dport: number, destination?: string) => ethernet(0x0800, datagram(dport, destination), MACS);
const tagged = (id: number, dport: number) => ethernet(0x8100, vlan(id, 0x0800, datagram(dport)), MACS);
const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);

interface Run {
  readonly t: ExecutionContext;
  readonly network: PacketTest;
  /** Where it runs. */
  readonly folder: string;
  /** Runs the exercise, and what else is given, while something is sent. */
  run(workload: RunOptions['workload'], more?: string): Promise<string>;
}

/** How many of COUNT pings are answered. */
async function answers({ network, run }: Run): Promise<number> {
  let answered = -1;
  await run(async () => {
    answered = await ping(network, NEAR.v4, COUNT);
  });
  return answered;
}

const SHOWN: Readonly<Record<string, (exercise: Run) => Promise<void>>> = {
  pass: async exercise => void exercise.t.is(await answers(exercise), COUNT),
  drop: async exercise => void exercise.t.is(await answers(exercise), 0),
  'count per protocol': async ({ t, network, run }) => {
    const stdout = await run(async () => {
      sendFrames(network, many(5, plain(9)));
      await ping(network, NEAR.v4, COUNT);
    });
    t.deepEqual([printed(stdout, '@packets[17]'), printed(stdout, '@packets[1]')], [5, COUNT]);
    t.deepEqual([printed(stdout, '@bytes[17]'), printed(stdout, '@bytes[1]')], [5 * 47, COUNT * 98]);
  },
  // ping counts from 1.
  parse: async exercise => void exercise.t.is(await answers(exercise), COUNT / 2),
  'rewrite ports': async ({ t, network, run }) => {
    let lines: string[] = [];
    await run(async () => {
      lines = await received(network, [6, 7], () => sendFrames(network, many(3, plain(7))));
    });
    t.deepEqual(lines, new Array(3).fill(`6 ${SENDER} 4000 hello`));
  },
  'take out VLAN tags': async ({ t, network, run }) => {
    let lines: string[] = [];
    await run(async () => {
      lines = await received(network, [9], () =>
        sendFrames(network, [...many(3, tagged(100, 9)), ...many(2, tagged(101, 9))]),
      );
    });
    t.deepEqual(lines, new Array(3).fill(`9 ${SENDER} 4000 hello`));
  },
  'reply to ping': async exercise => {
    const { t, network } = exercise;
    network.run('near', 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all');
    t.is(await ping(network, NEAR.v4, 1), 0);
    // What is sent back by a veth is taken there by a program only.
    await network.tracer(
      ['-e', 'xdp:vfar { }'],
      { workload: async () => void t.is(await answers(exercise), COUNT) },
      'far',
    );
  },
  redirect: async ({ t, network, run }) => {
    network.run('near', 'ip', 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vy');
    for (const device of ['vx', 'vy']) network.run('near', 'ip', 'link', 'set', device, 'up');
    const stdout = await run(
      () => sendFrames(network, [...many(4, plain(9, '192.0.2.7')), ...many(2, plain(9))]),
      'xdp:vy { @there[eth.daddr, ip.daddr] = count(); }',
    );
    t.is(printed(stdout, '@there[02:00:00:00:00:07, 192.0.2.7]'), 4, stdout);
  },
  'trace drops': async ({ t, network, run }) => {
    // Others of this machine drop packets too.
    const stdout = await run(() => sendFrames(network, many(5, ethernet(0x88b5, [1, 2, 3, 4], MACS))));
    const counts = [...stdout.matchAll(/^@\[.+\]: (\d+)$/gm)].map(([, count]) => Number(count));
    t.true(counts.reduce((a, b) => a + b, 0) >= 5, stdout);
  },
  'trace exceptions': async ({ t, network, run }) => {
    const index = Number(network.run('near', 'cat', '/proc/net/igmp').match(/^(\d+)\s+vnear/m)?.[1]);
    const stdout = await run(
      () => sendFrames(network, many(COUNT, plain(9))),
      'xdp:vnear { return XDP_ABORTED; }',
    );
    t.is(printed(stdout, `@[${index}, 0]`), COUNT, stdout);
  },
  'dump to pcap': async ({ t, network, folder, run }) => {
    await run(() => sendFrames(network, many(COUNT, plain(9))));
    const packets = [...readCapture(readFileSync(join(folder, 'packets.pcapng')))];
    t.deepEqual(
      packets.map(({ bytes }) => [...bytes]),
      many(COUNT, plain(9)).map(frame => [...frame]),
    );
  },
};

for (const [task, program] of XDP_EXERCISES) {
  packetTest(`${task}: ${program}`, async (t, network) => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-exercise-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const own = program.replaceAll('eth0', 'vnear').replaceAll('eth1', 'vx');
    const run: Run['run'] = async (workload, more = '') => {
      const { stdout, stderr, code } = await network.tracer(['-e', `${own} ${more}`], {
        ...(workload === undefined ? {} : { workload }),
        cwd: folder,
      });
      t.is(code, 0, stderr);
      return stdout;
    };
    const show = SHOWN[task];
    if (show === undefined) return t.fail('no test shows it');
    await show({ t, network, folder, run });
  });
}
