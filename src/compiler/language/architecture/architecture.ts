// What differs from machine to machine in the registers of a traced program, as data: their names and places in the context of
// kprobes and uprobes (struct pt_regs on x86_64, struct user_pt_regs on arm64), and which of them hold arguments.
import type { Env } from '../../env.js';
import { AARCH64 } from './aarch64.js';
import { X86_64 } from './x86-64.js';

export interface Architecture {
  /** Of reg(): bytes from the start of the context; each is 8 bytes wide. */
  readonly registers: Readonly<Record<string, number>>;
  /** Integer arguments of a function, in order; further ones lie on the stack. */
  readonly functionArguments: readonly string[];
  /**
   * Arguments of a system call, in order, as members of the struct pt_regs that the kernel's function for it is given a pointer to
   * (arch/…/include/asm/syscall_wrapper.h).
   */
  readonly syscallArguments: readonly string[];
  /** What those functions are called, before the call's own name. */
  readonly syscallPrefix: string;
  readonly returnValue: string;
  readonly stackPointer: string;
  /** Bytes above the stack pointer of the first argument on the stack, when a function has just been entered. */
  readonly stackArguments: number;
  /** Instructions start at multiples of so many bytes. */
  readonly instructionAlignment: number;
}

export function architectureOf({ arch }: Pick<Env, 'arch'>): Architecture {
  return arch === 'x86_64' ? X86_64 : AARCH64;
}
