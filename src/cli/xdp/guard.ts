// A program that somebody else compiled has no SSH guard before it, as ours have: nothing of ours runs there. So it is attached in an
// SSH session only when the user says that it may be cut.
import { MissingError } from '../../kernel/host/missing.js';
import { sshSession } from '../../kernel/host/ssh-session.js';
import type { LoadConfig } from './config.js';

/** Throws a MissingError. */
export function refuseBlindly({ sshGuard, device, deadline }: LoadConfig): void {
  const session = sshGuard ? sshSession() : undefined;
  if (session === undefined) return;
  throw new MissingError(
    `this is an SSH session, from ${session.client} to port ${session.port}, which an XDP program on ${device} may cut: no guard lets its packets pass before a program that somebody else compiled`,
    `--no-ssh-guard attaches it nevertheless${deadline === undefined ? '; with --for 30s it lets go by itself' : ''}.`,
  );
}
