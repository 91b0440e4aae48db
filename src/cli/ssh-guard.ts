// The SSH guard: what the session that the user sits in needs passes before the program sees it.
import type { Guard } from '../compiler/packet-guard.js';
import { type SshSession, sshSession } from '../kernel/host/ssh-session.js';
import type { CliConfig } from './config.js';

/** Neighbour discovery and router advertisements are 133 to 137. */
const NEIGHBOURS = 'arp || icmp6.type in "133-137"';

export interface SshGuard {
  readonly passes: Guard;
  readonly notice: string;
}

/** That of the user, where programs may meet its packets: undefined when nothing is attached. */
export function guardedSession({ packets, emit }: CliConfig): SshSession | undefined {
  return packets === undefined && emit === undefined ? sshSession() : undefined;
}

export function sshGuard({ client, port }: SshSession): SshGuard {
  const family = client.includes(':') ? 'ip6' : 'ip';
  return {
    passes: {
      in: `(${family}.saddr == "${client}" && tcp.dport == ${port}) || ${NEIGHBOURS}`,
      out: `(${family}.daddr == "${client}" && tcp.sport == ${port}) || ${NEIGHBOURS}`,
    },
    notice: `SSH from ${client} to port ${port}, ARP and neighbour discovery pass before the program sees them (--no-ssh-guard: they do not)`,
  };
}
