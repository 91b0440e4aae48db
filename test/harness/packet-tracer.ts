// Tests of packet programs: each gets a network of its own, and the tracer runs on its near side.
import { execFileSync, spawn } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { workload } from '../workload/workload.js';
import { kernelTest } from './kernel-test.js';
import { makeNetwork, type Network, type Side, whyNoNetwork } from './network.js';
import type { Bytes } from './packet/frame.js';
import { hex } from './packet/trial.js';
import { inProject } from './project.js';
import { type Outcome, type RunOptions, tsbpf } from './tsbpf.js';

export interface PacketTest extends Network {
  /** bin/tsbpf in the near namespace, or the far one. */
  tracer(args: readonly string[], options?: RunOptions, side?: Side): Promise<Outcome>;
}

export function packetTest(
  title: string,
  body: (t: ExecutionContext, network: PacketTest) => void | Promise<void>,
  options: { readonly v6?: boolean; readonly missing?: string | undefined } = {},
): void {
  kernelTest(
    title,
    async t => {
      const network = makeNetwork(options);
      const tracer = (args: readonly string[], more: RunOptions = {}, side: Side = 'near') => {
        const [program, all] = network.on(side, inProject('bin/tsbpf'), ...args);
        return tsbpf(all, { ...more, program });
      };
      try {
        await body(t, { ...network, tracer });
      } finally {
        network.close();
      }
    },
    options.missing ?? whyNoNetwork(),
  );
}

/** The value of `@name: N` in what a session printed. */
export function printed(stdout: string, name: string): number {
  const match = new RegExp(`^${name.replace(/[[\]]/g, '\\$&')}: (\\d+)$`, 'm').exec(stdout);
  return match === null ? Number.NaN : Number(match[1]);
}

/** Sends echo requests from the far side; how many were answered. */
export async function ping(network: Network, to: string, count: number): Promise<number> {
  const { stdout } = await network.start('far', 'ping', '-c', `${count}`, '-i', '0.01', '-W', '0.3', to);
  return Number(/(\d+) received/.exec(stdout)?.[1] ?? Number.NaN);
}

/** Sends frames out of the far side's interface, as they are. */
export function sendFrames(network: Network, frames: readonly Bytes[]): void {
  const [program, args] = network.on('far', workload('frames'), network.far);
  execFileSync(program, args, { input: frames.map(frame => `${hex(frame)}\n`).join('') });
}

/** What UDP sockets of the near side received while `during` ran: lines "PORT ADDRESS SOURCE-PORT TEXT", sorted. */
export async function received(
  network: Network,
  ports: readonly number[],
  during: () => void | Promise<void>,
): Promise<string[]> {
  const [program, args] = network.on('near', process.execPath, '-e', LISTENER, ports.join(' '));
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  await new Promise<void>(resolve => {
    child.stdout.on('data', part => {
      text += part;
      if (text.startsWith('ready\n')) resolve();
    });
  });
  await during();
  // What was sent before has been queued by now: it is read before the end of our input is.
  child.stdin.end();
  await new Promise(resolve => child.on('close', resolve));
  return text.split('\n').slice(1, -1).sort();
}

const LISTENER = `
  const sockets = process.argv[1].split(' ').map(port => {
    const socket = require('dgram').createSocket('udp6');
    socket.on('message', (text, from) => console.log(port, from.address.replace('::ffff:', ''), from.port, String(text)));
    socket.bind(Number(port));
    return new Promise(resolve => socket.on('listening', () => resolve(socket)));
  });
  Promise.all(sockets).then(all => {
    console.log('ready');
    process.stdin.resume();
    process.stdin.on('end', () => setTimeout(() => all.forEach(socket => socket.close()), 50));
  });
`;
