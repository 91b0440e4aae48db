// Tags and headers that are put before packets or taken away: the kernel leaves of each frame what the interpreter does (whose
// results test/vm/packet-shape.ts checks by hand), and what is sent so is what arrives.
import { hostEnv } from '../../src/kernel/host/env.js';
import { kernelTest, whyNoBpf } from '../harness/kernel-test.js';
import { NEAR } from '../harness/network.js';
import { withKernelProgram } from '../harness/packet/kernel.js';
import { hex, seededFrames, vmRunner } from '../harness/packet/trial.js';
import { packetTest, ping, printed } from '../harness/packet-tracer.js';

const COUNT = 20;
const FRAMES = 150;
const whyNoTcx = whyNoBpf() !== undefined || hostEnv().has('tcx') ? undefined : 'needs Linux 6.6 (tcx)';

for (const statements of [
  'if (push_ip()) { ip.daddr = "192.0.2.1"; ip.ttl -= 1; return TC_ACT_SHOT; }',
  'if (udp && push_ip6()) { ip6.saddr = "fd00::77"; if (ip6.nexthdr == 4) { return TC_ACT_SHOT; } }',
]) {
  kernelTest(
    `as in the interpreter, of a socket buffer: ${statements}`,
    t => {
      const source = `tc:lo:egress { ${statements} }`;
      const interpreted = vmRunner(source);
      let changed = 0;
      withKernelProgram(source, run => {
        for (const frame of seededFrames(statements.length, FRAMES)) {
          const [expected, ran] = [interpreted(frame), run(frame)];
          if (ran === undefined) continue;
          t.is(ran.verdict | 0, expected.verdict | 0, hex(frame));
          t.is(hex(ran.packet), hex(expected.packet), hex(frame));
          if (ran.packet.length > frame.length) changed++;
        }
      });
      t.true(changed > 10, `${changed}`);
    },
    whyNoTcx,
  );
}

for (const statements of [
  'push_vlan(100, 5);',
  'push_vlan(100); push_vlan(7); if (vlan.id == 7 && cvlan.id == 100) { return XDP_TX; }',
  'if (pop_vlan()) { return XDP_TX; }',
  'pop_vlan(); push_vlan(3); if (udp) { pop_vlan(); udp.dport = 9; }',
  'for ($i : 0..3) { push_vlan($i); } if (vlan.id == 2) { pop_vlan(); }',
  'if (push_ip()) { ip.daddr = "192.0.2.1"; ip.ttl -= 1; return XDP_TX; }',
  'if (push_ip6()) { ip6.saddr = "fd00::77"; if (!tcp) { return XDP_TX; } }',
  'if (tcp.dport < 1024 || udp) { push_ip(); push_ip6(); push_vlan(1); return XDP_DROP; }',
]) {
  kernelTest(`as in the interpreter: ${statements}`, t => {
    const source = `xdp:lo { ${statements} }`;
    const interpreted = vmRunner(source);
    withKernelProgram(source, run => {
      for (const frame of seededFrames(statements.length, FRAMES)) {
        const [expected, ran] = [interpreted(frame), run(frame)!];
        t.is(ran.verdict, expected.verdict, hex(frame));
        t.is(hex(ran.packet), hex(expected.packet), hex(frame));
      }
    });
  });
}

packetTest(
  'a tag that tc pushes goes out with the packet, and is taken away where it comes in',
  async (t, network) => {
    let far = '';
    let answered = -1;
    const near = await network.tracer(
      ['-e', 'tc:vnear:egress /icmp/ { if (push_vlan(100, 3)) { @ = count(); } }'],
      {
        workload: async () => {
          const script =
            'tc:vfar:ingress /vlan.id == 100 && vlan.pcp == 3/ { @tagged = count(); pop_vlan(); if (!vlan && icmp) { @plain = count(); } }';
          const seen = await network.tracer(
            ['-e', script],
            {
              workload: async () => {
                answered = await ping(network, NEAR.v4, COUNT);
              },
            },
            'far',
          );
          far = seen.stdout;
        },
      },
    );
    t.is(printed(near.stdout, '@'), COUNT, near.stderr);
    t.deepEqual([printed(far, '@tagged'), printed(far, '@plain'), answered], [COUNT, COUNT, COUNT]);
  },
  { missing: whyNoTcx },
);

packetTest('a header around packets arrives with them', async (t, network) => {
  const script =
    'xdp:vnear:native /icmp/ { swap(eth.saddr, eth.daddr); if (push_ip()) { ip.saddr = "192.0.2.7"; @ = count(); return XDP_TX; } }';
  let near = '';
  const counts =
    'xdp:vfar:native /ip.protocol == 4 && ip.saddr == "192.0.2.7"/ { @length[ip.length] = count(); ' +
    'return XDP_DROP; }';
  const far = await network.tracer(
    ['-e', counts],
    {
      workload: async () => {
        const { stdout } = await network.tracer(['-e', script], {
          workload: async () => void (await ping(network, NEAR.v4, COUNT)),
        });
        near = stdout;
      },
    },
    'far',
  );
  t.is(printed(near, '@'), COUNT);
  t.is(printed(far.stdout, `@length[${20 + 20 + 8 + 56}]`), COUNT, far.stderr);
});

packetTest(
  'a header that tc puts around packets arrives with them, of IPv4 and IPv6',
  async (t, network) => {
    const script =
      'tc:vnear:egress /icmp/ { if (push_ip()) { ip.saddr = "192.0.2.7"; @ = count(); } } ' +
      'tc:vnear:egress /icmp6.type == 129/ { if (push_ip6()) { ip6.saddr = "fd00::77"; @six = count(); } }';
    const counts =
      'xdp:vfar:native /ip.protocol == 4 && ip.saddr == "192.0.2.7"/ { @length[ip.length] = count(); return XDP_DROP; } ' +
      'xdp:vfar:native /ip6.nexthdr == 41 && ip6.saddr == "fd00::77"/ { @six[ip6.length] = count(); return XDP_DROP; }';
    let near = '';
    const far = await network.tracer(
      ['-e', counts],
      {
        workload: async () => {
          const { stdout } = await network.tracer(['-e', script], {
            workload: async () => {
              await ping(network, NEAR.v4, COUNT);
              await ping(network, NEAR.v6, COUNT);
            },
          });
          near = stdout;
        },
      },
      'far',
    );
    t.deepEqual([printed(near, '@'), printed(near, '@six')], [COUNT, COUNT]);
    t.is(printed(far.stdout, `@length[${20 + 20 + 8 + 56}]`), COUNT, far.stderr);
    t.is(printed(far.stdout, `@six[${40 + 8 + 56}]`), COUNT, far.stderr);
  },
  { v6: true, missing: whyNoTcx },
);
