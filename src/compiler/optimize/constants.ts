// Constant folding: an operation on constants becomes the constant that BPF would compute.
import { foldBinary, foldCompare, foldExtend, foldSwap } from './arithmetic.js';
import type { Rule } from './rewrite.js';

export const foldConstants: Rule = (instr, c) => {
  switch (instr.op) {
    case 'binary': {
      const a = c.constantOf(instr.a);
      const b = c.constantOf(instr.b);
      if (a === undefined || b === undefined) return undefined;
      return c.constant(foldBinary(instr.fn, instr.width, a, b));
    }
    case 'compare': {
      const a = c.constantOf(instr.a);
      const b = c.constantOf(instr.b);
      if (a === undefined || b === undefined) return undefined;
      return c.constant(foldCompare(instr.fn, instr.width, a, b) ? 1 : 0);
    }
    case 'extend': {
      const a = c.constantOf(instr.a);
      return a === undefined ? undefined : c.constant(foldExtend(a, instr.from, instr.signed));
    }
    case 'bswap': {
      const a = c.constantOf(instr.a);
      return a === undefined ? undefined : c.constant(foldSwap(a, instr.bits));
    }
    case 'const': {
      const first = c.constant(instr.value); // one per function, in the entry
      return first === instr.id ? undefined : first;
    }
    default:
      return undefined;
  }
};
