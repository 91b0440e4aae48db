// --persist: tc programs as filters of clsact, where the kernel has no links for them. What is there stays, what is ours goes, also
// when its tracer was killed.
import type { ExecutionContext } from 'ava';
import { NEAR, type Network } from '../harness/network.js';
import { packetTest, ping, printed } from '../harness/packet-tracer.js';

/** As on a kernel before 6.6. */
const OLD = ['--no-feature', 'tcx'];
const COUNT = 7;

/** Priorities of filters on the near side, as tc tells them. */
function filters(network: Network, direction: 'ingress' | 'egress'): string[] {
  const shown = network.run('near', 'tc', 'filter', 'show', 'dev', 'vnear', direction);
  return [...shown.matchAll(/pref (\d+) bpf chain 0 handle 0x1 (tsbpf\S+)/g)].map(
    ([, priority, name]) => `${priority} ${name!.replace(/^tsbpf:\d+:\d+:\d+/, 'tsbpf')}`,
  );
}

function hasClsact(network: Network): boolean {
  return network.run('near', 'tc', 'qdisc', 'show', 'dev', 'vnear').includes('clsact');
}

function clean(t: ExecutionContext, network: Network): void {
  t.false(hasClsact(network));
}

packetTest('packets are counted and dropped both ways, and nothing is left', async (t, network) => {
  const script = `
    tc:vnear:ingress { @in = count(); }
    tc:vnear:egress /icmp.type == 0/ { @out = count(); if (@n++ < 3) { return TC_ACT_SHOT; } }`;
  let answered = -1;
  const { stdout, stderr, code } = await network.tracer([...OLD, '--persist', '-e', script], {
    workload: async () => {
      t.deepEqual(filters(network, 'ingress'), ['49152 tsbpf:clsact']);
      t.deepEqual(filters(network, 'egress'), ['49152 tsbpf:clsact']);
      const net = await network.tracer(['net', '-f', 'csv']);
      t.regex(net.stdout, /^vnear,clsact\/ingress,direct,.*,filter 49152:1,tsbpf \d+,$/m);
      answered = await ping(network, NEAR.v4, COUNT);
    },
  });
  t.is(code, 0, stderr);
  t.is(answered, COUNT - 3);
  t.deepEqual([printed(stdout, '@in'), printed(stdout, '@out')], [COUNT, COUNT]);
  t.regex(
    stderr,
    /tc:vnear:ingress: this is a filter of tc, which stays when the tracer is killed: then tc filter del dev vnear ingress pref 49152 \(and tc qdisc del dev vnear clsact\)/,
  );
  clean(t, network);
});

packetTest('filters of others stay, and so does their discipline', async (t, network) => {
  network.run('near', 'tc', 'qdisc', 'add', 'dev', 'vnear', 'clsact');
  // Classic BPF that never matches.
  const add = ['filter', 'add', 'dev', 'vnear', 'ingress', 'protocol', 'all'];
  network.run('near', 'tc', ...add, 'pref', '49152', 'bpf', 'bytecode', '1,6 0 0 0,');
  const { stderr, stdout } = await network.tracer(
    [...OLD, '--persist', '-e', 'tc:vnear:ingress { @ = count(); return TC_ACT_OK; }'],
    {
      workload: async () => {
        t.deepEqual(filters(network, 'ingress'), ['49153 tsbpf']);
        await ping(network, NEAR.v4, COUNT);
      },
    },
  );
  t.is(printed(stdout, '@'), COUNT, stderr);
  t.true(hasClsact(network));
  t.deepEqual(filters(network, 'ingress'), []);
  t.regex(
    network.run('near', 'tc', 'filter', 'show', 'dev', 'vnear', 'ingress'),
    /pref 49152 bpf .*bytecode/,
  );
});

packetTest(
  'what a killed tracer left is taken away by the next, which of a live one is not',
  async (t, network) => {
    const drop = [...OLD, '--persist', '-e', 'tc:vnear:ingress { return TC_ACT_SHOT; }'];
    await network.tracer(drop, { signal: 'SIGKILL', workload: () => {} });
    t.deepEqual(filters(network, 'ingress'), ['49152 tsbpf:clsact']);
    t.is(await ping(network, NEAR.v4, 1), 0);
    const look = [...OLD, '--persist', '-e', 'tc:vnear:ingress { @ = count(); }'];
    const first = await network.tracer(look, {
      workload: async () => {
        t.deepEqual(filters(network, 'ingress'), ['49152 tsbpf:clsact']);
        const second = await network.tracer(look, {
          workload: async () => {
            t.deepEqual(filters(network, 'ingress'), ['49152 tsbpf:clsact', '49153 tsbpf:clsact']);
            t.is(await ping(network, NEAR.v4, COUNT), COUNT);
          },
        });
        t.notRegex(second.stderr, /is removed/);
        t.is(printed(second.stdout, '@'), COUNT);
        t.deepEqual(filters(network, 'ingress'), ['49152 tsbpf:clsact']);
      },
    });
    t.regex(first.stderr, /a filter that tsbpf \(pid \d+\) has left here is removed/);
    t.is(printed(first.stdout, '@'), COUNT);
    clean(t, network);
  },
);

packetTest('an "ingress" of somebody else is refused, and stays', async (t, network) => {
  network.run('near', 'tc', 'qdisc', 'add', 'dev', 'vnear', 'ingress');
  const { code, stderr } = await network.tracer([...OLD, '--persist', '-e', 'tc:vnear:ingress { }']);
  t.is(code, 1);
  t.regex(
    stderr,
    /cannot attach tc:vnear:ingress: vnear has a queueing discipline "ingress" of somebody else/,
  );
  t.regex(network.run('near', 'tc', 'qdisc', 'show', 'dev', 'vnear'), /qdisc ingress/);
});

packetTest(
  'without --persist such a kernel is told of it; with links it is not needed',
  async (t, network) => {
    const without = await network.tracer([...OLD, '-e', 'tc:vnear:ingress { }']);
    t.is(without.code, 1);
    t.regex(without.stderr, /--persist attaches a filter of tc, which outlives a tracer that is killed/);
    const { stderr } = await network.tracer(['--persist', '-v', '-e', 'tc:vnear:ingress { }'], {
      workload: () => clean(t, network),
    });
    t.regex(stderr, /--persist is not needed here/);
    t.regex(stderr, /tcx link, ingress/);
  },
);
