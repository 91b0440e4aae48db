// XDP programs on a veth pair: verdicts as traffic sees them, exact counts, and what becomes of the interface.
import { ON_HOST } from '../harness/kernel-test.js';
import { NEAR } from '../harness/network.js';
import { packetTest, ping, printed } from '../harness/packet-tracer.js';

const COUNT = 20;

for (const mode of ['native', 'generic']) {
  const on = `xdp:vnear:${mode}`;

  packetTest(`each packet is seen once, and passes (${mode})`, async (t, network) => {
    let answered = 0;
    const { stdout, stderr } = await network.tracer(['-e', `${on} { @ = count(); }`], {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    });
    t.is(answered, COUNT, stderr);
    t.is(printed(stdout, '@'), COUNT);
  });

  packetTest(`XDP_DROP drops (${mode})`, async (t, network) => {
    let answered = -1;
    const { stdout } = await network.tracer(['-e', `${on} { @ = count(); return XDP_DROP; }`], {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    });
    t.is(answered, 0);
    t.is(printed(stdout, '@'), COUNT);
  });

  packetTest(`XDP_TX sends back what came (${mode})`, async (t, network) => {
    // The far side gets its own requests back. A veth takes them in native mode while its peer runs a program too.
    let near = '';
    const far = await network.tracer(
      ['-e', 'xdp:vfar { @far = count(); }'],
      {
        workload: async () => {
          const { stdout } = await network.tracer(['-e', `${on} { @ = count(); return XDP_TX; }`], {
            workload: async () => void (await ping(network, NEAR.v4, COUNT)),
          });
          near = stdout;
        },
      },
      'far',
    );
    t.is(printed(near, '@'), COUNT);
    t.is(printed(far.stdout, '@far'), COUNT);
  });

  packetTest(`redirect() sends out of another interface (${mode})`, async (t, network) => {
    network.run('near', 'ip', 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vy');
    for (const device of ['vx', 'vy']) network.run('near', 'ip', 'link', 'set', device, 'up');
    const script = `${on} { @ = count(); return redirect("vx"); } xdp:vy:${mode} { @y = count(); }`;
    let answered = -1;
    const { stdout } = await network.tracer(['-e', script], {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    });
    t.is(answered, 0);
    t.is(printed(stdout, '@'), COUNT);
    t.is(printed(stdout, '@y'), COUNT);
  });

  packetTest(`clauses of an interface run in order until one decides (${mode})`, async (t, network) => {
    const script = [
      `${on} { @seen = count(); }`,
      `${on} /@n >= 5/ { @dropped = count(); return XDP_DROP; }`,
      `xdp:vn* { @n++; return XDP_PASS; }`,
      `xdp:vnear { @never = count(); }`,
    ].join(' ');
    let answered = -1;
    const { stdout } = await network.tracer(['-e', script], {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    });
    t.is(answered, 5);
    t.is(printed(stdout, '@seen'), COUNT);
    t.is(printed(stdout, '@dropped'), COUNT - 5);
    t.notRegex(stdout, /@never: [1-9]/);
  });
}

packetTest('redirect_cpu() leaves packets to another CPU, which answers them', async (t, network) => {
  let answered = -1;
  const { stdout } = await network.tracer(
    ['-e', 'xdp:vnear:native { @ = count(); return redirect_cpu(1 - cpu); }'],
    {
      workload: async () => {
        answered = await ping(network, NEAR.v4, COUNT);
      },
    },
  );
  t.is(answered, COUNT);
  t.is(printed(stdout, '@'), COUNT);
});

packetTest('XDP_ABORTED is an exception that a tracepoint tells of', async (t, network) => {
  const script =
    'xdp:vnear { return XDP_ABORTED; } tracepoint:xdp:xdp_exception /args.act == XDP_ABORTED/ { @ = count(); }';
  const { stdout } = await network.tracer(['-e', script], {
    workload: async () => void (await ping(network, NEAR.v4, COUNT)),
  });
  t.is(printed(stdout, '@'), COUNT);
});

packetTest('a program that another owns is refused by id, name and owner, and stays', async (t, network) => {
  const { stderr } = await network.tracer(['-e', 'xdp:vnear { return XDP_DROP; }'], {
    workload: async tracer => {
      const id = programs(network.run('near', 'ip', '-d', 'link', 'show', 'vnear'));
      t.is(id.length, 1);
      const second = await network.tracer(['-e', 'BEGIN { } xdp:vnear { }']);
      t.is(second.code, 1);
      t.regex(
        second.stderr,
        new RegExp(`program ${id[0]} \\(xdp_vnear\\) in native mode, of tsbpf \\(pid ${tracer.pid}\\)`),
      );
      t.deepEqual(programs(network.run('near', 'ip', '-d', 'link', 'show', 'vnear')), id);
      t.is(await ping(network, NEAR.v4, 2), 0);
    },
  });
  t.regex(stderr, /Attached 1 probe/);
});

packetTest(
  'an interface is clean after kill -9, after --dry-run, and after an interface that fails',
  async (t, network) => {
    const attached = () => programs(network.run('near', 'ip', '-d', 'link', 'show', 'vnear')).length;
    const { signal } = await network.tracer(['-e', 'xdp:vnear { return XDP_DROP; }'], {
      signal: 'SIGKILL',
      workload: () => void t.is(attached(), 1),
    });
    t.is(signal, 'SIGKILL');
    t.is(attached(), 0);
    t.is(await ping(network, NEAR.v4, 2), 2);
    const dry = await network.tracer(['--dry-run', '-v', '-e', 'xdp:vnear { return XDP_DROP; }']);
    t.is(dry.code, 0);
    t.regex(dry.stderr, /load: program xdp_vnear/);
    t.notRegex(dry.stderr, /XDP link/);
    const half = await network.tracer(['-e', 'xdp:vnear { } xdp:lo:native { }']);
    t.is(half.code, 1);
    t.regex(half.stderr, /cannot attach xdp:lo: no native XDP there: .*EOPNOTSUPP/);
    t.is(attached(), 0);
  },
);

packetTest(
  '--for lets go of an interface by itself',
  async (t, network) => {
    const attached = () => programs(network.run('near', 'ip', '-d', 'link', 'show', 'vnear')).length;
    let during = -1;
    const script = 'xdp:vnear { return XDP_DROP; } END { print("end"); }';
    const { code, stdout } = await network.tracer(['--for', '1s', '-e', script], {
      signal: null,
      workload: () => {
        during = attached();
      },
    });
    t.deepEqual([during, code, stdout.trim()], [1, 0, 'end']);
    t.is(attached(), 0);
    t.is(await ping(network, NEAR.v4, 2), 2);
  },
  { missing: ON_HOST },
);

packetTest(
  'a pattern and a list attach to each interface once, and count what each gets',
  async (t, network) => {
    network.run('near', 'ip', 'link', 'add', 'vnext', 'type', 'veth', 'peer', 'name', 'other');
    for (const points of ['xdp:vn*', 'xdp:vnear,xdp:lo,xdp:vnext']) {
      const seen = await network.tracer(['-e', `${points} { @[probe] = count(); }`], {
        workload: async () => {
          const shown = ['vnear', 'vnext', 'other'].map(
            name => programs(network.run('near', 'ip', '-d', 'link', 'show', name)).length,
          );
          t.deepEqual(shown, [1, 1, 0], points);
          await ping(network, NEAR.v4, COUNT);
          network.run('near', 'ping', '-c', '3', '-i', '0.01', '127.0.0.1');
        },
      });
      t.is(printed(seen.stdout, '@[xdp:vnear]'), COUNT, seen.stderr);
      t.is(printed(seen.stdout, '@[xdp:lo]'), points.includes('lo') ? 6 : Number.NaN);
    }
  },
);

packetTest('without native XDP it falls back to generic mode, and says so', async (t, network) => {
  const { stdout, stderr } = await network.tracer(['-e', 'xdp:lo { @ = count(); }'], {
    workload: () => {
      network.run('near', 'ping', '-c', '3', '-i', '0.01', '127.0.0.1');
    },
  });
  t.regex(stderr, /xdp:lo: attached in generic mode, which is slower: the driver has no native XDP/);
  t.is(printed(stdout, '@'), 6); // requests and replies
});

/** Ids of the XDP programs on an interface, as ip tells them. */
function programs(shown: string): string[] {
  return [...shown.matchAll(/prog\/xdp id (\d+)/g)].map(match => match[1]!);
}
