// The SSH guard: a program that drops everything leaves the session alone that the tracer was started from.
import { readFileSync } from 'node:fs';
import { hostEnv } from '../../src/kernel/host/env.js';
import { NEAR } from '../harness/network.js';
import { packetTest, ping, printed } from '../harness/packet-tracer.js';
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

/** How long a flow is kept up; by hand for a minute and more. */
const SECONDS = Number(process.env.TSBPF_GUARD_SECONDS ?? 2);

/** Sends a message every so many ms, each once the one before has come back; at the end prints how many did, and the longest wait. */
const TALKER = `
  const [host, port, seconds, pause] = process.argv.slice(1).map((text, i) => i === 0 ? text : Number(text));
  const socket = require('net').connect(port, host);
  let back = 0, sent = 0, at = 0, longest = 0;
  const say = () => { at = Date.now(); sent++; socket.write('x'); };
  const end = () => { console.log(back, sent, longest); process.exit(); };
  const last = Date.now() + seconds * 1000;
  socket.on('connect', say);
  socket.on('error', end);
  socket.on('data', () => {
    back++;
    longest = Math.max(longest, Date.now() - at);
    if (Date.now() > last) end(); else setTimeout(say, pause);
  });
`;

for (const [to, from] of [
  [NEAR.v4, '10.77.0.2'],
  [NEAR.v6, 'fd77::2'],
] as const) {
  packetTest(
    `a flow of the session goes on for as long as everything else is dropped, its neighbours forgotten in between (${to})`,
    (t, network) =>
      withServers(network, async () => {
        const outwards = hostEnv().has('tcx') ? 'tc:vnear:egress { return TC_ACT_SHOT; }' : '';
        const script = `xdp:vnear { return XDP_DROP; } ${outwards}`;
        const { stderr } = await network.tracer(['-e', script], {
          env: { SSH_CONNECTION: `${from} 50000 ${to} ${SESSION}` },
          timeout: (SECONDS + 60) * 1000,
          workload: async () => {
            const talk = network.start(
              'far',
              process.execPath,
              '-e',
              TALKER,
              to,
              `${SESSION}`,
              `${SECONDS}`,
              '20',
            );
            const forget = setInterval(() => {
              // Permanent ones too, so that they have to be asked for by packets.
              network.run('far', 'sh', '-c', `ip neigh del ${to} dev vfar || true`);
              network.run('near', 'sh', '-c', `ip neigh del ${from} dev vnear || true`);
            }, 700);
            const { stdout } = await talk;
            clearInterval(forget);
            const [back, sent, longest] = stdout.split(' ').map(Number);
            t.log(`${SECONDS} s: ${back} messages of ${sent} came back, the longest after ${longest} ms`);
            t.true(back! > 5);
            t.is(back, sent);
            // Another flow of the same client is not the session's.
            t.is(await answered(network, to, OTHER, BRIEF), 0);
          },
        });
        t.regex(stderr, /the guard lets these pass/);
      }),
    { v6: true },
  );
}

packetTest('--for lets packets pass in time though the tracer is stopped', async (t, network) => {
  const script = 'xdp:vnear { @dropped = count(); return XDP_DROP; }';
  const state = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  const { code, stdout, stderr } = await network.tracer(['--for', '3s', '-e', script], {
    signal: null,
    workload: async tracer => {
      tracer.kill('SIGSTOP');
      while (state(tracer.pid!) !== 'T') await new Promise(resolve => setTimeout(resolve, 5));
      const attached = performance.now();
      const until = attached + 20_000;
      let passed = 0;
      while (passed === 0 && performance.now() < until) passed = await ping(network, NEAR.v4, 1);
      t.log(`let go ${Math.round(performance.now() - attached)} ms after it was stopped`);
      t.is(passed, 1);
      t.is(state(tracer.pid!), 'T');
      t.regex(network.run('near', 'ip', '-d', 'link', 'show', 'vnear'), /prog\/xdp/);
      t.is(await ping(network, NEAR.v4, 5), 5);
      tracer.kill('SIGCONT');
    },
  });
  t.is(code, 0, stderr);
  t.true(printed(stdout, '@dropped') > 0);
});

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
