// arm64: struct user_pt_regs of arch/arm64/include/uapi/asm/ptrace.h, which struct pt_regs begins with; the AAPCS64 calling
// convention. A system call's number is in x8.
import type { Architecture } from './architecture.js';

const registers: Record<string, number> = {};
for (let i = 0; i <= 30; i++) {
  registers[`r${i}`] = i * 8;
  registers[`x${i}`] = i * 8;
}
for (const [i, name] of ['sp', 'pc', 'pstate'].entries()) registers[name] = (31 + i) * 8;

export const AARCH64: Architecture = {
  registers,
  functionArguments: ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'],
  syscallArguments: ['regs[0]', 'regs[1]', 'regs[2]', 'regs[3]', 'regs[4]', 'regs[5]'],
  syscallPrefix: '__arm64_sys_',
  returnValue: 'x0',
  stackPointer: 'sp',
  stackArguments: 0, // the return address is in x30
  instructionAlignment: 4,
};
