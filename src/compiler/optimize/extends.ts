// Removal of needless extensions: of values that are narrow anyway, before stores and operations that look at the low bits
// only, and after operations that can be done in 32 bits at once.
import type { BinaryOp, Instr, Op, ValueId } from '../ir/ir.js';
import type { Rule, RuleContext } from './rewrite.js';

/** The low half of the result depends on the low halves of the operands only. */
const LOW_HALF: ReadonlySet<BinaryOp> = new Set(['add', 'sub', 'mul', 'and', 'or', 'xor']);

export const removeExtends: Rule = (instr, c) => {
  switch (instr.op) {
    case 'extend':
      return simplifyExtend(instr, c);
    case 'store': {
      const value = lowPart(instr.value, instr.size, c);
      return value === instr.value ? undefined : { ...instr, value };
    }
    case 'binary': {
      if (instr.width !== 32 || !LOW_HALF.has(instr.fn)) return undefined;
      const a = lowPart(instr.a, 4, c);
      const b = lowPart(instr.b, 4, c);
      return a === instr.a && b === instr.b ? undefined : { ...instr, a, b };
    }
    case 'compare': {
      if (instr.width !== 32) return undefined;
      const a = lowPart(instr.a, 4, c);
      const b = lowPart(instr.b, 4, c);
      return a === instr.a && b === instr.b ? undefined : { ...instr, a, b };
    }
    default:
      return undefined;
  }
};

function simplifyExtend(instr: Instr & { op: 'extend' }, c: RuleContext): Op | ValueId | undefined {
  const bits = instr.from * 8;
  const width = c.widthOf(instr.a);
  if (instr.signed ? width < bits : width <= bits) return instr.a;
  const inner = c.definition(instr.a);
  if (instr.signed && isSignExtended(inner, bits)) return instr.a;
  const low = lowPart(instr.a, instr.from, c);
  if (low !== instr.a) return { ...instr, a: low };
  if (instr.signed || !c.isScalar(instr.a)) return undefined;
  if (instr.from !== 4) {
    return {
      op: 'binary',
      fn: 'and',
      width: 64,
      a: instr.a,
      b: c.constant(instr.from === 1 ? 0xff : 0xffff),
    };
  }
  if (inner.op === 'binary' && inner.width === 64 && LOW_HALF.has(inner.fn) && c.usesOf(inner.id) === 1) {
    return { ...inner, width: 32 };
  }
  return undefined;
}

/** The value's upper bits repeat its bit `bits - 1` already. */
function isSignExtended(instr: Instr, bits: number): boolean {
  if (instr.op === 'extend') return instr.signed && instr.from * 8 <= bits;
  return instr.op === 'load' && instr.signed && instr.size * 8 <= bits;
}

/** An earlier value with the same low bytes. */
function lowPart(value: ValueId, bytes: number, c: RuleContext): ValueId {
  const instr = c.definition(value);
  if (instr.op === 'extend' && instr.from >= bytes) return lowPart(instr.a, bytes, c);
  if (instr.op === 'binary' && instr.fn === 'and' && bytes < 8) {
    const mask = c.constantOf(instr.b);
    const low = (1n << BigInt(bytes * 8)) - 1n;
    if (mask !== undefined && (mask & low) === low && (instr.width === 64 || bytes <= 4)) {
      return lowPart(instr.a, bytes, c);
    }
  }
  return value;
}
