// A stand-in for an SSH session: servers on two ports of the near side that send back what comes, and a client of one of them.
import { spawn } from 'node:child_process';
import type { Network } from './network.js';

/** Ports: of the session, and of others. */
export const [SESSION, OTHER] = [7022, 7023];
export const MESSAGES = 20;

const SERVER = `
  for (const port of process.argv.slice(1)) {
    require('net').createServer(socket => socket.on('error', () => {}).pipe(socket)).listen(Number(port), '::', () => console.log('ready'));
  }
`;

/** Milliseconds: until what should come back has, and for what should not. */
export const [PATIENCE, BRIEF] = [20_000, 300];

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

/** While both ports answer on the near side. */
export async function withServers(network: Network, body: () => Promise<void>): Promise<void> {
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

/** How many messages from the far side came back. */
export const answered = async (
  network: Network,
  to: string,
  port: number,
  patience = PATIENCE,
): Promise<number> => {
  const args = [to, `${port}`, `${MESSAGES}`, `${patience}`];
  return Number((await network.start('far', process.execPath, '-e', CLIENT, ...args)).stdout);
};
