// The SSH guard: a program that drops everything leaves the session alone that the tracer was started from.
import { NEAR } from '../harness/network.js';
import { packetTest, printed } from '../harness/packet-tracer.js';
import { answered, BRIEF, MESSAGES, OTHER, PATIENCE, SESSION, withServers } from '../harness/ssh-flow.js';

for (const [mode, to, from] of [
  ['native', NEAR.v4, '10.77.0.2'],
  ['generic', NEAR.v6, 'fd77::2'],
] as const) {
  packetTest(
    `its packets pass, those of other ports and clients do not (${mode}, ${to})`,
    (t, network) =>
      withServers(network, async () => {
        const session = (client: string) => ({ SSH_CONNECTION: `${client} 50000 ${to} ${SESSION}` });
        const counts = async (passes: boolean, client: string, ...options: string[]) => {
          const seen: number[] = [];
          const script = `xdp:vnear:${mode} { @dropped = count(); return XDP_DROP; }`;
          const { stdout, stderr } = await network.tracer([...options, '-e', script], {
            env: session(client),
            workload: async () => {
              // Neighbours have to be asked for again.
              if (to === NEAR.v4) network.run('far', 'ip', 'neigh', 'del', to, 'dev', 'vfar');
              seen.push(await answered(network, to, SESSION, passes ? PATIENCE : BRIEF));
              seen.push(await answered(network, to, OTHER, BRIEF));
            },
          });
          t.true(printed(stdout, '@dropped') > 0, stdout); // not so few that nothing was sent
          return { seen, stderr };
        };
        t.is(await answered(network, to, OTHER), MESSAGES);
        const guarded = await counts(true, from);
        t.deepEqual(guarded.seen, [MESSAGES, 0], guarded.stderr);
        t.true(
          guarded.stderr.includes(`SSH from ${from} to port ${SESSION}, ARP and neighbour discovery pass`),
        );
        t.deepEqual((await counts(false, to === NEAR.v4 ? '10.77.0.3' : 'fd77::3')).seen, [0, 0]);
        const bare = await counts(false, from, '--no-ssh-guard');
        t.deepEqual(bare.seen, [0, 0]);
        t.notRegex(bare.stderr, /SSH from/);
      }),
    { v6: true },
  );
}

packetTest('a program that only looks sees all of it, and has no guard', (t, network) =>
  withServers(network, async () => {
    const { stdout, stderr } = await network.tracer(
      ['-e', `xdp:vnear /tcp.dport == ${SESSION} && tcp.flags & SYN/ { @ = count(); }`],
      {
        env: { SSH_CONNECTION: `10.77.0.2 50000 ${NEAR.v4} ${SESSION}` },
        workload: async () => void (await answered(network, NEAR.v4, SESSION)),
      },
    );
    t.regex(stdout, /^@: 1$/m);
    t.notRegex(stderr, /SSH/);
  }),
);
