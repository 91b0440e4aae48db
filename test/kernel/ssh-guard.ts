// The SSH guard: a program that drops everything leaves the session alone that the tracer was started from.
import { spawn } from 'node:child_process';
import { NEAR, type Network } from '../harness/network.js';
import { packetTest } from '../harness/packet-tracer.js';

const missing =
  process.env.TSBPF_GUEST !== undefined && process.env.TSBPF_PACKETS === undefined
    ? 'not tried on emulated kernels so far; TSBPF_PACKETS=1 asks for it'
    : undefined;

const [SESSION, OTHER] = [7022, 7023];
const MESSAGES = 20;

const SERVER = `
  for (const port of process.argv.slice(1)) {
    require('net').createServer(socket => socket.on('error', () => {}).pipe(socket)).listen(Number(port), '::', () => console.log('ready'));
  }
`;

/** Sends so many messages, each once the one before has come back; prints how many came back within 600 ms. */
const CLIENT = `
  const [host, port, count] = process.argv.slice(1);
  const socket = require('net').connect(Number(port), host);
  let back = 0;
  const end = () => { console.log(back); process.exit(); };
  setTimeout(end, 600);
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

const answered = async (network: Network, to: string, port: number): Promise<number> => {
  const { stdout } = await network.start('far', process.execPath, '-e', CLIENT, to, `${port}`, `${MESSAGES}`);
  return Number(stdout);
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
        const counts = async (client: string, ...options: string[]) => {
          const seen: number[] = [];
          const script = `xdp:vnear:${mode} { return XDP_DROP; }`;
          const { stderr } = await network.tracer([...options, '-e', script], {
            env: session(client),
            workload: async () => {
              // Neighbours have to be asked for again.
              if (to === NEAR.v4) network.run('far', 'ip', 'neigh', 'del', to, 'dev', 'vfar');
              for (const port of [SESSION, OTHER]) seen.push(await answered(network, to, port));
            },
          });
          return { seen, stderr };
        };
        t.is(await answered(network, to, OTHER), MESSAGES);
        const guarded = await counts(from);
        t.deepEqual(guarded.seen, [MESSAGES, 0], guarded.stderr);
        t.true(
          guarded.stderr.includes(`SSH from ${from} to port ${SESSION}, ARP and neighbour discovery pass`),
        );
        t.deepEqual((await counts(to === NEAR.v4 ? '10.77.0.3' : 'fd77::3')).seen, [0, 0]);
        const bare = await counts(from, '--no-ssh-guard');
        t.deepEqual(bare.seen, [0, 0]);
        t.notRegex(bare.stderr, /SSH/);
      }),
    { v6: true, missing },
  );
}

packetTest(
  'a program that only looks sees all of it, and has no guard',
  (t, network) =>
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
  { missing },
);
