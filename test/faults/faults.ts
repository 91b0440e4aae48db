// Faults to plant in the compiled compiler, one at a time: each must be noticed by the random programs. A fault is a change of
// text in one compiled file; `search` must occur there exactly once, so that a fault does not vanish when the code changes.

export interface Fault {
  readonly name: string;
  /** Below build/src/compiler. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a stack slot is given away before its last access',
    file: 'codegen/frame.js',
    search: 'known.to = at;',
    replace: ';',
  },
  {
    name: 'the wrong spill slot is read back',
    file: 'codegen/spill.js',
    search: 'return machine(bpf.load(8, register, FRAME_POINTER, 0), span, home.slot);',
    replace:
      'return machine(bpf.load(8, register, FRAME_POINTER, 0), span, this.#fn.slots[home.slot - 1]?.spill ? home.slot - 1 : home.slot);',
  },
  {
    name: 'a signed load is not sign-extended',
    file: 'codegen/select.js',
    search: 'if (!instr.signed || size === 8) {',
    replace: 'if (true) {',
  },
  {
    name: 'a register is taken to survive a call',
    file: 'codegen/machine.js',
    search: 'for (let r = 0; r <= 5; r++)',
    replace: 'for (let r = 0; r <= 4; r++)',
  },
  {
    name: 'a load is merged with one before a store',
    file: 'optimize/common-subexpressions.js',
    search: 'memory = memory.filter(known => !mayAlias(defs, areas, known.place, place));',
    replace: ';',
  },
  {
    name: 'a branch is turned round wrongly',
    file: 'codegen/emit.js',
    search: '[JumpOp.BPF_JGE, JumpOp.BPF_JLT]',
    replace: '[JumpOp.BPF_JGE, JumpOp.BPF_JLE]',
  },
  {
    name: 'a shift count of 32 bits is masked as one of 64',
    file: 'optimize/arithmetic.js',
    search: 'const count = b & BigInt(width - 1);',
    replace: 'const count = b & 63n;',
  },
  {
    name: 'a value is narrowed that may be negative',
    file: 'optimize/extends.js',
    search: 'instr.signed ? width < bits : width <= bits',
    replace: 'width <= bits',
  },
  {
    name: 'a clear of the stack is dropped although a helper reads it',
    file: 'optimize/dead.js',
    search: 'live.set(area, (1n << BigInt(stack.size)) - 1n);',
    replace: ';',
  },
  {
    name: 'a constant is folded as unsigned',
    file: 'optimize/arithmetic.js',
    search: 'return signed(a) >> count;',
    replace: 'return a >> count;',
  },
  {
    name: 'a phi is copied after its old value was overwritten',
    file: 'codegen/parallel-copy.js',
    search: 'pending.findIndex(copy => !pending.some(other => other.src === copy.dst))',
    replace: '0',
  },
  {
    name: 'an extension of 32 bits is left out',
    file: 'optimize/algebra.js',
    search: 'width === 64 || c.widthOf(a) <= 32',
    replace: 'true',
  },
];
