// What the kernel takes of one program, as far as it can be known before it is loaded.
import { MAX_BPF_STACK } from '../bpf/uapi.js';
import { LimitError } from '../diagnostics/limit-error.js';
import type { FunctionSpec } from '../object-spec.js';

/** MAX_USED_MAPS, include/linux/bpf.h (since 4.20). */
const MOST_MAPS = 64;

/** The program's functions keep more on the stack than there is: what is large belongs in a map. */
export class StackLimitError extends LimitError {
  /** Bytes that the deepest chain of calls would need. */
  readonly bytes: number;

  constructor(program: string, bytes: number) {
    super('stack', `${program} needs ${bytes} bytes of stack; the kernel gives ${MAX_BPF_STACK}`);
    this.bytes = bytes;
  }
}

/** Throws when the functions refer to more maps than one program may. */
export function checkMapCount(program: string, functions: readonly FunctionSpec[]): void {
  const maps = new Set<string>();
  for (const { insns } of functions) {
    for (const { reference } of insns) {
      if (reference?.kind === 'map' || reference?.kind === 'map-value') maps.add(reference.map);
    }
  }
  if (maps.size > MOST_MAPS)
    throw new LimitError('maps', `${program} uses ${maps.size} maps; the kernel allows ${MOST_MAPS}`);
}
