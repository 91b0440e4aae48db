// The SSH guard: what the session that the user sits in needs passes before the program sees it.
import { sshSession } from '../kernel/host/ssh-session.js';
import type { CliConfig } from './config.js';

export interface SshGuard {
  /** A condition in the language. */
  readonly passes: string;
  readonly notice: string;
}

/** Undefined: no session, not wanted, or nothing is attached. */
export function sshGuard({ sshGuard: wanted, packets, emit }: CliConfig): SshGuard | undefined {
  const session = wanted && packets === undefined && emit === undefined ? sshSession() : undefined;
  if (session === undefined) return undefined;
  const { client, port } = session;
  const family = client.includes(':') ? 'ip6' : 'ip';
  return {
    // Neighbour discovery and router advertisements are 133 to 137.
    passes: `(${family}.saddr == "${client}" && tcp.dport == ${port}) || arp || icmp6.type in "133-137"`,
    notice: `SSH from ${client} to port ${port}, ARP and neighbour discovery pass before the program sees them (--no-ssh-guard: they do not)`,
  };
}
