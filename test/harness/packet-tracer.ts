// Tests of packet programs: each gets a network of its own, and the tracer runs on its near side.
import type { ExecutionContext } from 'ava';
import { kernelTest } from './kernel-test.js';
import { makeNetwork, type Network, type Side, whyNoNetwork } from './network.js';
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
