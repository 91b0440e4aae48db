// The SSH guard: a program that drops everything leaves the session alone that the tracer was started from.
import { spawn } from 'node:child_process';
import { NEAR, type Network } from '../harness/network.js';
import { packetTest, printed } from '../harness/packet-tracer.js';

const [SESSION, OTHER] = [7022, 7023];
const MESSAGES = 20;

const SERVER = `
  for (const port of process.argv.slice(1)) {
    require('net').createServer(socket => socket.on('error', () => {}).pipe(socket)).listen(Number(port), '::', () => console.log('ready'));
  }
`;

/** Milliseconds: until what should come back has, and for what should not. */
const [PATIENCE, BRIEF] = [20_000, 300];

/** Sends so many messages, each once the one before has come back; prints how many came back within some milliseconds. */
const CLIENT = `
  const [host, port, count, patience] = process.argv.slice(1);
  const socket = require('net').connect(Number(port), host);
  let back = 0;
  const end = () => { console.log(back); process.exit(); };
  setTimeout(end, Number(patience));
  socket.on('connect', () => socket.write('x'));
  socket.on('error', end);
  socket.on('data', () => ++back == count ? end() : socket.write('x'));
`;

async function withServers(network: Network, body: () => Promise<void>): Promise<void> {
  const [program, args] = network.on('near', process.execPath, '-e', SERVER, `${SESSION}`, `${OTHER}`);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  await new Promise<void>(resolve => {
    child.stdout.on('data', part => {
      text += part;
      if (text === 'ready\nready\n') resolve();
    });
  });
  try {
    await body();
  } finally {
    child.kill();
  }
}

const answered = async (network: Network, to: string, port: number, patience = PATIENCE): Promise<number> => {
  const args = [to, `${port}`, `${MESSAGES}`, `${patience}`];
  return Number((await network.start('far', process.execPath, '-e', CLIENT, ...args)).stdout);
};

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
