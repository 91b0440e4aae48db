// x86_64: struct pt_regs of arch/x86/include/asm/ptrace.h; the System V calling convention. A system call has its fourth
// argument in r10, since the instruction overwrites rcx.
import type { Architecture } from './architecture.js';

const NAMES = 'r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss'.split(' ');

export const X86_64: Architecture = {
  registers: Object.fromEntries(NAMES.map((name, i) => [name, i * 8])),
  functionArguments: ['di', 'si', 'dx', 'cx', 'r8', 'r9'],
  syscallArguments: ['di', 'si', 'dx', 'r10', 'r8', 'r9'],
  syscallPrefix: '__x64_sys_',
  returnValue: 'ax',
  stackPointer: 'sp',
  stackArguments: 8, // the return address is below them
  instructionAlignment: 1,
};
