// What a program would do to the SSH session it is started from, were the guard not there: packets of the session, and what is to
// be said of their fate.
import { isIPv6 } from 'node:net';
import type { ObjectSpec } from '../compiler/object-spec.js';
import type { SshSession } from '../kernel/host/ssh-session.js';
import type { Fate, Rehearsal } from '../runtime/rehearsal.js';
import { sessionPackets } from './ssh-packets.js';

export interface SshRehearsalOptions {
  readonly spec: ObjectSpec;
  readonly session: SshSession;
  /** The guard lets them pass. */
  readonly guarded: boolean;
  /** BEGIN does nothing but fill maps. */
  readonly begins: boolean;
  readonly notice: (line: string) => void;
}

export function sshRehearsal({ spec, session, guarded, begins, notice }: SshRehearsalOptions): Rehearsal {
  const tell = (target: string, fates: readonly Fate[]) => {
    const words = fates.map(fateText).join(', ');
    const after = guarded ? 'the guard lets these pass' : 'nothing lets these pass (--no-ssh-guard)';
    const { client, clientPort, server, port } = session;
    const [from, to] = [endpoint(client, clientPort), endpoint(server, port)];
    const drops = fates.every(({ verdict }) => verdict !== undefined && !AWAY.test(verdict));
    const does = drops ? 'would drop packets of' : 'would interfere with';
    notice(`${target} ${does} the SSH session ${from} -> ${to}: ${words}; ${after}\n`);
  };
  return { spec, samples: sessionPackets(session), begins, tell };
}

/** Verdicts by which a packet goes out of an interface. */
const AWAY = /_(?:TX|REDIRECT)$/;

/** "TCP dropped (XDP_DROP)", "ARP request dropped, 3 of 16 (XDP_DROP)", "TCP changed" */
function fateText({ sample, stopped, of, verdict }: Fate): string {
  const share = stopped === of ? '' : `, ${stopped} of ${of}`;
  if (verdict === undefined) return `${sample.what} changed${share}`;
  const fate = AWAY.test(verdict) ? 'sent elsewhere' : 'dropped';
  return `${sample.what} ${fate}${share} (${verdict})`;
}

function endpoint(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
