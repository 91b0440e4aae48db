// What probes of user space have in common: the file that an attach point names, what is said when it names none, and what the
// attacher needs of a place in it.
import type { BinaryProblem, UserSpace } from '../../binary-view.js';
import { AttachType, ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { InternalError, type Span } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { ProgramAttributes } from '../../object-spec.js';
import { hasWildcard } from '../../types/glob.js';
import type { Type } from '../../types/type.js';
import type { ExpandedTarget } from '../probe-type.js';

/** ExpandedTarget.data of uprobe, uretprobe and usdt. Offsets count from the start of the file, addresses are as linked. */
export interface UserProbeData {
  readonly path: string;
  readonly offset: number;
  readonly address: number;
  /** Why the place may not be the start of an instruction: --unsafe attaches all the same. */
  readonly doubt?: string;
  /** Offset of the u16 that counts listeners of a USDT probe. */
  readonly semaphore?: number;
  /** Of a USDT probe, as in its note. */
  readonly arguments?: string;
}

export function dataOf({ data }: ExpandedTarget): UserProbeData {
  if (data === undefined) throw new InternalError('a probe of user space without a place');
  return data as UserProbeData;
}

export function userSpaceOf(env: Env): UserSpace {
  if (env.userSpace === undefined) throw new InternalError('this env knows no user space');
  return env.userSpace;
}

/** 'multi': all places of a file by one link (6.6). Of one process only, that works since 6.10: before, its threads were missed. */
export function attachMode(env: Env): 'multi' | 'single' {
  const [major, minor] = env.kernelVersion;
  const threadsToo = !userSpaceOf(env).ofOneProcess || major > 6 || (major === 6 && minor >= 10);
  return threadsToo && env.has('uprobe_multi') ? 'multi' : 'single';
}

/** A process can be moved off the CPU in the middle of such a program. */
export function userProgram({ mode }: ExpandedTarget): ProgramAttributes {
  return {
    type: ProgType.BPF_PROG_TYPE_KPROBE,
    ...(mode === 'multi' ? { expectedAttachType: AttachType.BPF_TRACE_UPROBE_MULTI } : {}),
    interruptible: true,
  };
}

export function haveCookies({ mode }: ExpandedTarget, env: Env): boolean {
  return mode === 'multi' || env.has('perf_link');
}

/** Asked of the debug information. */
export function typeNamed(target: ExpandedTarget, name: string, env: Env): Type | undefined {
  return env.userSpace?.type(dataOf(target).path, name);
}

const PROBLEMS: Readonly<Record<BinaryProblem, string>> = {
  missing: 'cannot be opened',
  unreadable: 'cannot be read',
  'not-elf': 'is no program or library (ELF)',
  '32-bit': 'is a 32-bit program: only 64-bit ones are supported',
  'big-endian': 'is of a big-endian machine',
  'other-machine': 'is of another kind of machine',
};

/** Files that can be probed; reported when there are none, or when the one that is named cannot be. */
export function resolveTarget(
  type: string,
  target: string,
  span: Span,
  env: Env,
  diagnostics: Diagnostics,
): readonly string[] {
  const userSpace = userSpaceOf(env);
  if (target === '') {
    diagnostics.error('attach-point', span, `${type} needs a program or library to look into`, {
      hint: 'a path, a name (bash, libc), or * for whatever runs',
    });
    return [];
  }
  const paths = userSpace.resolve(target);
  const several = hasWildcard(target);
  if (paths.length === 0) {
    const what = target.includes('/') || several ? 'no file' : 'no program in PATH and no library';
    const verb = several ? 'matches' : 'is called';
    const near = several ? undefined : didYouMean(target, userSpace.alternatives(target));
    diagnostics.error(
      'unknown-probe',
      span,
      `${what} ${verb} "${target}"`,
      near === undefined ? {} : { hint: near },
    );
    return [];
  }
  const fit = paths.filter(path => userSpace.problem(path) === undefined);
  if (fit.length === 0) {
    const [first = target] = paths;
    const message =
      paths.length === 1
        ? `${first} ${PROBLEMS[userSpace.problem(first)!]}`
        : `none of the ${paths.length} files that match ${target} is a 64-bit program or library`;
    const isText = paths.length === 1 && userSpace.problem(first) === 'not-elf';
    const hint = 'of a script, the program is its interpreter';
    diagnostics.error('unknown-probe', span, message, isText ? { hint } : {});
  }
  return fit;
}

/** The place in a file; reported when no code is loaded there. */
export function placeOf(
  path: string,
  address: number,
  name: string,
  span: Span,
  env: Env,
  diagnostics: Diagnostics,
): Pick<UserProbeData, 'path' | 'offset' | 'address'> | undefined {
  const found = userSpaceOf(env).fileOffset(path, address);
  if (found?.code === true) return { path, address, offset: found.offset };
  const where = found === undefined ? 'outside of' : 'outside of the code of';
  diagnostics.error('unknown-probe', span, `${name}: 0x${address.toString(16)} is ${where} ${path}`);
  return undefined;
}
