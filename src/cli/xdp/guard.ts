// The SSH guard before a program that somebody else compiled: a program of ours is attached, which lets the packets of the session
// pass and hands all others on. Without a session there is none, and nothing is before the program.
import { compile } from '../../compiler/compile.js';
import { InternalError } from '../../compiler/diagnostics/diagnostic.js';
import { frontOf, guardScript, NEXT_MAP } from '../../compiler/packet-front.js';
import { Clock, readClock } from '../../kernel/host/clock.js';
import { openHost } from '../../kernel/host/host.js';
import { sshSession } from '../../kernel/host/ssh-session.js';
import type { OpenLinkedObject } from '../../kernel/load/linked-object.js';
import { loadObject } from '../../kernel/load/object.js';
import { progGetInfo } from '../../kernel/sys/object.js';
import { sshGuard } from '../ssh-guard.js';
import type { LoadConfig } from './config.js';

/** Owns its fd. */
export interface Front {
  /** Of the program to attach. */
  readonly fd: number;
  /** A sentence. */
  readonly notice: string;
  close(): void;
}

/** Undefined: there is no session, or no guard is wanted. Throws a SyscallError, or a Rejection, which is a fault of ours. */
export function openFront(
  { sshGuard: wanted, deadline }: LoadConfig,
  [program]: OpenLinkedObject['programs'],
): Front | undefined {
  const session = wanted ? sshSession() : undefined;
  if (session === undefined || program === undefined) return undefined;
  const { passes, notice } = sshGuard(session);
  const host = openHost({ params: [], options: new Map(), targetPid: undefined, variables: {} });
  const { spec } = compile({ name: 'guard', text: guardScript(passes.in) }, host.env);
  if (spec === undefined) throw new InternalError(`the SSH guard does not compile: ${passes.in}`);
  const until =
    deadline === undefined
      ? undefined
      : readClock(Clock.CLOCK_MONOTONIC) + BigInt(Math.round(deadline * 1e9));
  const front = frontOf(spec, { deadline: until, fragments: program.linked.fragments });
  const { btf, possibleCpus } = host;
  const object = loadObject(front, { btf, possibleCpus });
  try {
    object.maps.get(NEXT_MAP)!.write(new Uint8Array(4), new Uint8Array(Uint32Array.of(program.fd).buffer));
    const { fd } = object.programs[0]!;
    const id = progGetInfo(fd).numbers.id;
    return {
      fd,
      notice: `${notice}; program ${id} is attached, which does so and hands all others on`,
      close: () => object.close(),
    };
  } catch (error) {
    object.close();
    throw error;
  }
}
