// Two network namespaces and a veth pair between them, made for one test and gone after it. The tracer and what it attaches
// to live in the one ("near"), the other side in the other ("far"). Nothing talks there by itself, but for the reports of
// multicast listeners where there is IPv6: addresses are set without duplicate detection, neighbours are known beforehand.
import { execFileSync, spawn } from 'node:child_process';

export interface Network {
  /** Name of the interface on the near side, and of the one on the far side. */
  readonly near: string;
  readonly far: string;
  readonly nearMac: string;
  readonly farMac: string;
  /** The command line that runs a program in the namespace of a side. */
  on(side: Side, program: string, ...args: readonly string[]): [string, string[]];
  /** Runs it to its end; gives stdout. Throws when it fails. */
  run(side: Side, program: string, ...args: readonly string[]): string;
  /** The same, without blocking; gives the exit status and stdout. */
  start(side: Side, program: string, ...args: readonly string[]): Promise<{ code: number; stdout: string }>;
  close(): void;
}

export type Side = 'near' | 'far';

export const NEAR = { v4: '10.77.0.1', v6: 'fd77::1' } as const;
export const FAR = { v4: '10.77.0.2', v6: 'fd77::2' } as const;

let made = 0;

/** With IPv4, and IPv6 if wanted. Throws when namespaces or veth are not to be had. */
export function makeNetwork(options: { readonly v6?: boolean } = {}): Network {
  const { v6 = false } = options;
  const id = `${process.pid}x${made++}`;
  const spaces = { near: `tn${id}`, far: `tf${id}` };
  const devices = { near: 'vnear', far: 'vfar' };
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const on = (side: Side, program: string, ...args: readonly string[]): [string, string[]] => [
    'nsenter',
    [`--net=/run/netns/${spaces[side]}`, program, ...args],
  ];
  const run = (side: Side, program: string, ...args: readonly string[]) => {
    const [command, all] = on(side, program, ...args);
    return execFileSync(command, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const close = () => {
    for (const space of Object.values(spaces)) {
      try {
        ip('netns', 'del', space);
      } catch {
        // It was not made.
      }
    }
  };
  try {
    for (const space of Object.values(spaces)) {
      ip('netns', 'add', space);
      execFileSync('nsenter', [
        `--net=/run/netns/${space}`,
        'sh',
        '-c',
        `for f in all default; do echo ${v6 ? 0 : 1} >/proc/sys/net/ipv6/conf/$f/disable_ipv6; ` +
          'echo 0 >/proc/sys/net/ipv6/conf/$f/accept_dad; ' +
          'echo 0 >/proc/sys/net/ipv6/conf/$f/router_solicitations; ' +
          'echo 1 >/proc/sys/net/ipv6/conf/$f/addr_gen_mode; done',
      ]);
      ip('-n', space, 'link', 'set', 'lo', 'up');
    }
    ip('-n', spaces.near, 'link', 'add', devices.near, 'type', 'veth', 'peer', 'name', devices.far);
    ip('-n', spaces.near, 'link', 'set', devices.far, 'netns', spaces.far);
    const macs = { near: '02:00:00:00:77:01', far: '02:00:00:00:77:02' };
    for (const [side, own, other] of [
      ['near', NEAR, FAR],
      ['far', FAR, NEAR],
    ] as const) {
      const device = devices[side];
      const peer = side === 'near' ? macs.far : macs.near;
      const at = ['-n', spaces[side]];
      ip(...at, 'link', 'set', device, 'address', macs[side], 'multicast', 'off');
      ip(...at, 'link', 'set', device, 'up');
      ip(...at, 'addr', 'add', `${own.v4}/24`, 'dev', device);
      if (v6) ip(...at, '-6', 'addr', 'add', `${own.v6}/64`, 'dev', device, 'nodad');
      for (const address of v6 ? [other.v4, other.v6] : [other.v4])
        ip(...at, 'neigh', 'replace', address, 'lladdr', peer, 'dev', device, 'nud', 'permanent');
    }
    return {
      near: devices.near,
      far: devices.far,
      nearMac: macs.near,
      farMac: macs.far,
      on,
      run,
      start: (side, program, ...args) =>
        new Promise((resolve, reject) => {
          const [command, all] = on(side, program, ...args);
          const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'] });
          let stdout = '';
          child.stdout.on('data', part => (stdout += part));
          child.on('error', reject);
          child.on('close', code => resolve({ code: code ?? -1, stdout }));
        }),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

let reason: string | undefined | null = null;

/** What keeps this process from making networks, or undefined. */
export function whyNoNetwork(): string | undefined {
  if (reason !== null) return reason;
  try {
    makeNetwork().close();
    reason = undefined;
  } catch (error) {
    reason = `needs network namespaces, veth and ip: ${(error as Error).message.split('\n')[0]}`;
  }
  return reason;
}
