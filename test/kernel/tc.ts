// tc programs on a veth pair, in both directions: exact counts and verdicts, VLAN tags that the kernel keeps beside a packet, and
// rewritten packets whose checksums are left to the device, or are not. tcx is of Linux 6.6.
import { spawn, spawnSync } from 'node:child_process';
import { hostEnv } from '../../src/kernel/host/env.js';
import { kernelTest, whyNoBpf } from '../harness/kernel-test.js';
import { FAR, NEAR, type Network } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, ipv6, pseudo4, pseudo6, udp, vlan } from '../harness/packet/frame.js';
import { packetTest, ping, printed, sendFrames } from '../harness/packet-tracer.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const COUNT = 20;
const missing = whyNoBpf() !== undefined || hostEnv().has('tcx') ? undefined : 'needs Linux 6.6 (tcx)';
const tcTest: typeof packetTest = (title, body, options = {}) =>
  packetTest(title, body, { missing, ...options });

tcTest('each packet is seen once on its way in, once on its way out, and passes', async (t, network) => {
  let answered = 0;
  const script =
    'tc:vnear:ingress { @in = count(); } tc:vnear:egress /icmp.type == 0/ { @out[dst] = count(); @bytes = sum(pkt.len); }';
  const { stdout, stderr } = await network.tracer(['-e', script], {
    workload: async () => {
      answered = await ping(network, NEAR.v4, COUNT);
    },
  });
  t.is(answered, COUNT, stderr);
  t.is(printed(stdout, '@in'), COUNT);
  t.is(printed(stdout, `@out[${FAR.v4}]`), COUNT);
  t.is(printed(stdout, '@bytes'), COUNT * (14 + 20 + 8 + 56));
});

for (const direction of ['ingress', 'egress']) {
  tcTest(`TC_ACT_SHOT drops, TC_ACT_OK and the end of a block do not (${direction})`, async (t, network) => {
    const script = [
      `tc:vnear:${direction} { @seen = count(); }`,
      `tc:vn*:${direction} /@n >= 5/ { @dropped = count(); return TC_ACT_SHOT; }`,
      `tc:vnear:${direction} { @n++; return TC_ACT_OK; }`,
      `tc:vnear:${direction} { @never = count(); }`,
    ].join(' ');
    let answered = -1;
    const { stdout, stderr } = await network.tracer(['--verdicts', '-e', script], {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    });
    t.is(answered, 5, stderr);
    t.is(printed(stdout, '@seen'), COUNT);
    t.is(printed(stdout, '@dropped'), COUNT - 5);
    t.notRegex(stdout, /@never: [1-9]/);
    const size = 14 + 20 + 8 + 56;
    t.true(
      stdout.includes(`verdicts[vnear ${direction}, TC_ACT_OK]: { .packets = 5, .bytes = ${5 * size} }`) &&
        stdout.includes(
          `verdicts[vnear ${direction}, TC_ACT_SHOT]: { .packets = 15, .bytes = ${15 * size} }`,
        ),
      stdout,
    );
  });
}

tcTest('two tracers share a hook: the second sees what the first leaves undecided', async (t, network) => {
  let second = '';
  const script = 'tc:vnear:ingress { @first = count(); if (@n >= 8) { return TC_ACT_OK; } @n++; }';
  const { stdout } = await network.tracer(['-e', script], {
    workload: async () => {
      const seen = await network.tracer(['-e', 'tc:vnear:ingress { @second = count(); }'], {
        workload: async () => void t.is(await ping(network, NEAR.v4, COUNT), COUNT),
      });
      second = seen.stdout;
    },
  });
  t.is(printed(stdout, '@first'), COUNT);
  t.is(printed(second, '@second'), 8);
});

tcTest('redirect() sends out of another interface', async (t, network) => {
  network.run('near', 'ip', 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vy');
  for (const device of ['vx', 'vy']) network.run('near', 'ip', 'link', 'set', device, 'up');
  const script =
    'tc:vnear:ingress { @ = count(); return redirect("vx"); } tc:vy:ingress /icmp/ { @y = count(); return TC_ACT_SHOT; }';
  let answered = -1;
  const { stdout, stderr } = await network.tracer(['-e', script], {
    workload: async () => {
      answered = await ping(network, NEAR.v4, COUNT);
    },
  });
  t.is(answered, 0, stderr);
  t.is(printed(stdout, '@'), COUNT);
  t.is(printed(stdout, '@y'), COUNT);
});

const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };
const datagram = udp([...Buffer.from('hello')], {
  sport: 4000,
  dport: 5353,
  pseudo: pseudo4(FAR.v4, NEAR.v4),
});
const packet4 = ipv4(datagram, { protocol: 17, source: FAR.v4, destination: NEAR.v4 });
const datagram6 = udp([...Buffer.from('hello')], {
  sport: 4000,
  dport: 5353,
  pseudo: pseudo6(FAR.v6, NEAR.v6),
});
const packet6 = ipv6(datagram6, { next: 17, source: FAR.v6, destination: NEAR.v6 });
const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);

tcTest('the outer tag lies beside the packet, the inner one in it', async (t, network) => {
  const script = [
    'tc:vnear:ingress /udp.dport == 5353/ { @tags[vlan ? 1 : 0, vlan.id, vlan.pcp, cvlan.id, eth.type] = count(); }',
    'tc:vnear:ingress /vlan.id == 100/ { @hundred = count(); @length = max(pkt.len); }',
    'tc:vnear:ingress /cvlan.id != 9/ { @inner = count(); }',
    'tc:vnear:ingress /payload[4] == 111/ { @o = count(); }',
  ].join('\n');
  const priority = vlan(100 | (5 << 13), 0x0800, packet4);
  const frames = [
    ...many(3, ethernet(0x0800, packet4, MACS)),
    ...many(6, ethernet(0x8100, priority, MACS)),
    ...many(2, ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x86dd, packet6)), MACS)),
  ];
  const { stdout, stderr } = await network.tracer(['-e', script], {
    workload: () => sendFrames(network, frames),
  });
  t.deepEqual(
    stdout
      .split('\n')
      .filter(line => line !== '')
      .sort(),
    [
      '@hundred: 6',
      '@inner: 2',
      `@length: ${14 + packet4.length}`,
      '@o: 11',
      '@tags[0, 0, 0, 0, 2048]: 3',
      '@tags[1, 100, 5, 0, 2048]: 6',
      '@tags[1, 7, 0, 8, 33024]: 2',
    ],
    stderr,
  );
});

/** What keeps this kernel from having VLAN devices. */
function whyNoVlan(): string | undefined {
  const add = 'ip link add under type veth && ip link add link under name under.5 type vlan id 5';
  const { status } = spawnSync('unshare', ['-n', 'sh', '-c', add], { stdio: 'ignore' });
  return status === 0 ? undefined : 'needs VLAN devices (8021q), which this kernel is built without';
}

tcTest(
  'what VLAN devices send has its tag beside it on the device beneath, and none on the other',
  async (t, network) => {
    const [near, far] = ['10.79.0.1', '10.79.0.2'];
    for (const [side, device, address] of [
      ['near', 'vnear', near],
      ['far', 'vfar', far],
    ] as const) {
      const ip = (...words: string[]) => network.run(side, 'ip', ...words);
      ip('link', 'add', 'link', device, 'name', `${device}.100`, 'type', 'vlan', 'id', '100');
      ip('link', 'set', `${device}.100`, 'up');
      ip('addr', 'add', `${address}/24`, 'dev', `${device}.100`);
    }
    const script = `
      tc:vnear:ingress /vlan.id == 100 && icmp/ { @in = count(); if (icmp.sequence % 2 == 0) { return TC_ACT_SHOT; } }
      tc:vnear:egress /vlan.id == 100 && icmp.type == 0/ { @out = count(); }
      tc:vnear.100:ingress /icmp/ { @above[vlan ? 1 : 0] = count(); }`;
    let answered = -1;
    const { stdout, stderr } = await network.tracer(['-e', script], {
      workload: async () => {
        answered = await ping(network, near, COUNT);
      },
    });
    t.is(answered, COUNT / 2, stderr);
    t.is(printed(stdout, '@in'), COUNT);
    t.is(printed(stdout, '@out'), COUNT / 2);
    t.is(printed(stdout, '@above[0]'), COUNT / 2);
  },
  { missing: missing ?? whyNoVlan() },
);

/** Echoes what it gets. */
const SERVER = `
  require('net').createServer(socket => socket.on('error', () => {}).pipe(socket)).listen(8080, '::', () => console.log('ready'));
`;
/** Sends so many bytes and prints how many came back as they were. */
const CLIENT = `
  const [host, count] = process.argv.slice(1);
  const sent = Buffer.alloc(Number(count), 'tsbpf');
  const socket = require('net').connect(80, host, () => socket.write(sent));
  let back = Buffer.alloc(0);
  const end = () => { console.log(back.equals(sent) ? back.length : -back.length); process.exit(); };
  setTimeout(end, 60_000).unref();
  socket.on('error', end);
  socket.on('data', part => { back = Buffer.concat([back, part]); if (back.length >= sent.length) end(); });
`;

async function echoed(network: Network, to: string, bytes: number): Promise<number> {
  const [program, args] = network.on('far', process.execPath, '-e', SERVER);
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise(resolve => server.stdout.once('data', resolve));
    return Number((await network.start('near', process.execPath, '-e', CLIENT, to, `${bytes}`)).stdout);
  } finally {
    server.kill();
  }
}

for (const offload of [true, false]) {
  tcTest(
    `connections live through rewritten ports and addresses, checksums ${offload ? 'left to the device' : 'made by the kernel'}`,
    async (t, network) => {
      if (!offload) {
        network.run('near', workload('offload'), 'vnear');
        network.run('far', workload('offload'), 'vfar');
      }
      const script = [
        'tc:vnear:egress /tcp.dport == 80/ { tcp.dport = 8080; @out = count(); }',
        `tc:vnear:egress /tcp && ip.daddr == "10.77.0.99"/ { ip.daddr = "${FAR.v4}"; ip.ttl -= 1; }`,
        `tc:vnear:egress /tcp && ip6.daddr == "fd77::99"/ { ip6.daddr = "${FAR.v6}"; }`,
        'tc:vnear:ingress /tcp.sport == 8080/ { tcp.sport = 80; @in = sum(payload.len); }',
        `tc:vnear:ingress /tcp && ip.saddr == "${FAR.v4}"/ { ip.saddr = "10.77.0.99"; }`,
        `tc:vnear:ingress /tcp && ip6.saddr == "${FAR.v6}"/ { ip6.saddr = "fd77::99"; }`,
      ].join('\n');
      for (const address of ['10.77.0.99', 'fd77::99'])
        network.run(
          'near',
          'ip',
          'neigh',
          'replace',
          address,
          'lladdr',
          network.farMac,
          'dev',
          'vnear',
          'nud',
          'permanent',
        );
      const bytes = 300_000;
      const back: number[] = [];
      const { stdout, stderr } = await network.tracer(['-e', script], {
        workload: async () => {
          for (const to of ['10.77.0.99', 'fd77::99']) back.push(await echoed(network, to, bytes));
        },
      });
      t.deepEqual(back, [bytes, bytes], stderr);
      // Large segments are not yet split, or are joined again; no byte comes twice unless one was sent again.
      t.true(printed(stdout, '@in') >= 2 * bytes, stdout);
    },
    { v6: true },
  );
}

tcTest('bytes of a payload are reached in packets that lie in pieces', async (t, network) => {
  const script = [
    'tc:vnear:egress /tcp.dport == 8080 && payload/ { @packets = count(); @bytes = sum(payload.len); tcp.window += 0; }',
    'tc:vnear:egress /tcp.dport == 8080 && payload[0] == 97/ { @first = count(); }',
    'tc:vnear:egress /tcp.dport == 8080 && payload.len > 1000 && payload[1000] == 97/ { @later = count(); }',
    'tc:vnear:egress /tcp.dport == 8080 && payload.len > 1000/ { @long = count(); }',
  ].join('\n');
  const client = `
    const socket = require('net').connect(8080, '${FAR.v4}', () => socket.end(Buffer.alloc(400_000, 'a')));
    socket.on('close', () => process.exit()).resume();
  `;
  const { stdout, stderr } = await network.tracer(['-e', script], {
    workload: async () => {
      const [program, args] = network.on('far', process.execPath, '-e', SERVER);
      const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise(resolve => server.stdout.once('data', resolve));
      await network.start('near', process.execPath, '-e', client);
      server.kill();
    },
  });
  t.true(printed(stdout, '@bytes') >= 400_000, stdout + stderr);
  t.is(printed(stdout, '@first'), printed(stdout, '@packets'));
  t.true(printed(stdout, '@long') > 0);
  t.is(printed(stdout, '@later'), printed(stdout, '@long'));
});

tcTest('the SSH guard lets the session pass in both directions', async (t, network) => {
  const script = ['ingress', 'egress'].map(
    way => `tc:vnear:${way} /tcp || icmp/ { @${way} = count(); return TC_ACT_SHOT; }`,
  );
  const seen: number[] = [];
  const { stderr } = await network.tracer(['-e', script.join(' ')], {
    // The server of the session is on the far side here: it is the "client" that connects to port 8080 of ours that passes.
    env: { SSH_CONNECTION: `${FAR.v4} 50000 ${NEAR.v4} 22` },
    workload: async () => {
      const [program, args] = network.on('near', process.execPath, '-e', SERVER.replace('8080', '22'));
      const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise(resolve => server.stdout.once('data', resolve));
      const client = CLIENT.replace('connect(80,', 'connect(22,');
      seen.push(Number((await network.start('far', process.execPath, '-e', client, NEAR.v4, '5000')).stdout));
      server.kill();
      seen.push(await ping(network, NEAR.v4, 2));
    },
  });
  t.deepEqual(seen, [5000, 0], stderr);
});

tcTest(
  'nothing is attached after kill -9, nor by --dry-run; other directions and interfaces are refused',
  async (t, network) => {
    const { signal } = await network.tracer(['-e', 'tc:vnear:ingress { return TC_ACT_SHOT; }'], {
      signal: 'SIGKILL',
      workload: async () => void t.is(await ping(network, NEAR.v4, 1), 0),
    });
    t.is(signal, 'SIGKILL');
    t.is(await ping(network, NEAR.v4, 2), 2);
    const dry = await network.tracer(['--dry-run', '-v', '-e', 'tc:vnear:egress { return TC_ACT_SHOT; }']);
    t.is(dry.code, 0);
    t.regex(dry.stderr, /load: program tc_egress/);
    t.notRegex(dry.stderr, /tcx link/);
    const nowhere = await network.tracer(['-e', 'tc:vnear:sideways { }']);
    t.is(nowhere.code, 1);
    t.regex(nowhere.stderr, /there is no direction "sideways"/);
  },
);

kernelTest('where there is no tcx the error says what it takes', async t => {
  const { code, stderr } = await tsbpf(['--no-feature', 'tcx', '-e', 'tc:lo:ingress { }']);
  t.is(code, 1);
  t.regex(stderr, /a tc probe needs Linux 6\.6; this is /);
  t.regex(stderr, /HINT: .*xdp:INTERFACE/);
});
