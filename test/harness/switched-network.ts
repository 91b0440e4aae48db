// Machines on one switch: network namespaces, each with a veth ("v0") on a bridge in a namespace of its own. Neighbours are known
// beforehand, so that nobody asks.
import { execFileSync } from 'node:child_process';
import { workload } from '../workload/workload.js';

export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly mac: string;
  /** The command line that runs a program there. */
  on(program: string, ...args: readonly string[]): [string, string[]];
  /** Runs it to its end; gives stdout. Throws when it fails. */
  run(program: string, ...args: readonly string[]): string;
}

export interface SwitchedNetwork {
  readonly machines: readonly Machine[];
  /** Where the bridge is; its port to a machine is named like that. */
  readonly hub: Pick<Machine, 'on' | 'run'>;
  close(): void;
}

let made = 0;

/** Machine i has 10.78.0.(i + 1) and 02:00:00:00:78:(i + 1). Throws when namespaces, veth or bridges are not to be had. */
export function makeSwitchedNetwork(names: readonly string[]): SwitchedNetwork {
  const id = `${process.pid}x${made++}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const spaces: string[] = [];
  const space = (name: string): Pick<Machine, 'on' | 'run'> => {
    const full = `ts${id}${name}`;
    ip('netns', 'add', full);
    spaces.push(full);
    const on = (program: string, ...args: readonly string[]): [string, string[]] => [
      'nsenter',
      [`--net=/run/netns/${full}`, program, ...args],
    ];
    const run = (program: string, ...args: readonly string[]) => {
      const [command, all] = on(program, ...args);
      return execFileSync(command, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    };
    run('sh', '-c', 'for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done');
    return { on, run };
  };
  const close = () => {
    for (const each of spaces) ip('netns', 'del', each);
  };
  try {
    const hub = space('hub');
    hub.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    hub.run('ip', 'link', 'set', 'br0', 'up');
    const machines = names.map((name, i): Machine => {
      const { on, run } = space(name);
      hub.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'v0', 'netns', `ts${id}${name}`);
      hub.run('ip', 'link', 'set', name, 'master', 'br0', 'up');
      const [address, mac] = [`10.78.0.${i + 1}`, `02:00:00:00:78:0${i + 1}`];
      run('ip', 'link', 'set', 'lo', 'up');
      run('ip', 'link', 'set', 'v0', 'address', mac, 'up');
      run('ip', 'addr', 'add', `${address}/24`, 'dev', 'v0');
      // Programs see packets as they are on a wire.
      run(workload('offload'), 'v0');
      return { name, address, mac, on, run };
    });
    for (const machine of machines) {
      for (const other of machines)
        if (other !== machine)
          machine.run(
            'ip',
            'neigh',
            'replace',
            other.address,
            'lladdr',
            other.mac,
            'dev',
            'v0',
            'nud',
            'permanent',
          );
    }
    return { machines, hub, close };
  } catch (error) {
    close();
    throw error;
  }
}
