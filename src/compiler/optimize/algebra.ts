// Algebraic simplification: identities, constants brought together and to the right, comparisons that their operands'
// widths decide, offsets moved into loads and stores.
import type { BinaryOp, CompareOp, Op, ValueId } from '../ir/ir.js';
import { foldBinary, NEGATED } from './arithmetic.js';
import type { EndRule, Rule, RuleContext } from './rewrite.js';

const COMMUTATIVE: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'and', 'or', 'xor']);
/** (x op c) op d = x op (c op d). */
const ASSOCIATIVE = COMMUTATIVE;

const MIRRORED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  ne: 'ne',
  set: 'set',
  ult: 'ugt',
  ugt: 'ult',
  ule: 'uge',
  uge: 'ule',
  slt: 'sgt',
  sgt: 'slt',
  sle: 'sge',
  sge: 'sle',
};

export const simplifyAlgebra: Rule = (instr, c) => {
  switch (instr.op) {
    case 'binary':
      return simplifyBinary(instr, c);
    case 'compare':
      return simplifyCompare(instr, c);
    case 'phi': {
      const others = new Set(instr.inputs.map(input => input.value).filter(value => value !== instr.id));
      return others.size === 1 ? [...others][0] : undefined;
    }
    case 'load':
    case 'store':
    case 'atomic': {
      if (instr.op === 'load' && instr.signed && instr.size === 8) return { ...instr, signed: false };
      const step = constantStep(instr.base, c);
      if (step === undefined) return undefined;
      const offset = instr.offset + step.bytes;
      if (offset < -0x8000 || offset > 0x7ff8) return undefined;
      return { ...instr, base: step.base, offset };
    }
    default:
      return undefined;
  }
};

/** A branch on a comparison's value becomes a branch on the comparison. */
export const simplifyBranch: EndRule = (end, c) => {
  if (end.op !== 'branch') return undefined;
  const zero = c.constantOf(end.b);
  const compare = c.definition(end.a);
  if (zero === 0n && compare.op === 'compare' && (end.fn === 'ne' || end.fn === 'eq')) {
    const fn = end.fn === 'ne' ? compare.fn : NEGATED[compare.fn];
    if (fn === undefined) return undefined;
    return { ...end, fn, width: compare.width, a: compare.a, b: compare.b };
  }
  if (c.constantOf(end.a) !== undefined && zero === undefined && c.constantOf(end.b) === undefined) {
    return { ...end, fn: MIRRORED[end.fn], a: end.b, b: end.a };
  }
  return undefined;
};

function constantStep(base: ValueId, c: RuleContext): { base: ValueId; bytes: number } | undefined {
  const instr = c.definition(base);
  if (instr.op !== 'binary' || instr.width !== 64 || instr.fn !== 'add') return undefined;
  const value = c.constantOf(instr.b);
  if (value === undefined) return undefined;
  const bytes = BigInt.asIntN(64, value);
  return bytes >= -0x8000n && bytes <= 0x7fffn ? { base: instr.a, bytes: Number(bytes) } : undefined;
}

function simplifyBinary(instr: Op & { op: 'binary' }, c: RuleContext): Op | ValueId | undefined {
  const { fn, width, a, b } = instr;
  const left = c.constantOf(a);
  const right = c.constantOf(b);
  if (left !== undefined && right === undefined && COMMUTATIVE.has(fn)) return { ...instr, a: b, b: a };
  if (right !== undefined) {
    const value = BigInt.asUintN(width, right);
    const same = identity(fn, width, value);
    // A 32-bit operation clears the upper half even when it changes nothing else.
    if (same === 'left')
      return width === 64 || c.widthOf(a) <= 32 ? a : { op: 'extend', from: 4, signed: false, a };
    if (same !== undefined) return c.constant(same);
    if (fn === 'sub') return { ...instr, fn: 'add', b: c.constant(BigInt.asUintN(width, -value)) };
    const inner = c.definition(a);
    if (inner.op === 'binary' && inner.fn === fn && inner.width === width && ASSOCIATIVE.has(fn)) {
      const first = c.constantOf(inner.b);
      // Where the inner value is compared too, the verifier knows bounds of it that it would not find in another product or sum.
      const bounded = (fn === 'mul' || fn === 'add') && c.isScalar(a) && c.usesOf(a) > 1;
      if (first !== undefined && !bounded)
        return { ...instr, a: inner.a, b: c.constant(foldBinary(fn, width, first, value)) };
    }
    if (fn === 'and') return simplifyMask(instr, value, c);
  }
  if (a === b && width === 64) {
    if (fn === 'and' || fn === 'or') return a;
    if ((fn === 'sub' || fn === 'xor') && c.isScalar(a)) return c.constant(0);
  }
  return undefined;
}

/** 'left': the operation gives its left operand; a bigint: that constant whatever the left operand is. */
function identity(fn: BinaryOp, width: 32 | 64, right: bigint): 'left' | bigint | undefined {
  const ones = (1n << BigInt(width)) - 1n;
  switch (fn) {
    case 'add':
    case 'sub':
    case 'xor':
      return right === 0n ? 'left' : undefined;
    case 'or':
      return right === 0n ? 'left' : right === ones ? ones : undefined;
    case 'and':
      return right === ones ? 'left' : right === 0n ? 0n : undefined;
    case 'shl':
    case 'lshr':
    case 'ashr':
      return (right & BigInt(width - 1)) === 0n ? 'left' : undefined;
    case 'mul':
      return right === 1n ? 'left' : right === 0n ? 0n : undefined;
    case 'udiv':
    case 'sdiv':
      return right === 1n ? 'left' : right === 0n ? 0n : undefined;
    case 'umod':
    case 'smod':
      return right === 0n ? 'left' : right === 1n ? 0n : undefined;
    default:
      return undefined;
  }
}

function simplifyMask(instr: Op & { op: 'binary' }, mask: bigint, c: RuleContext): Op | ValueId | undefined {
  const width = c.widthOf(instr.a);
  const low = (1n << BigInt(Math.min(width, instr.width))) - 1n;
  if ((mask & low) === low && width <= instr.width) return instr.a;
  if (mask === 0xffff_ffffn) return { op: 'extend', from: 4, signed: false, a: instr.a };
  return undefined;
}

function simplifyCompare(instr: Op & { op: 'compare' }, c: RuleContext): Op | ValueId | undefined {
  const { fn, width, a, b } = instr;
  const left = c.constantOf(a);
  const right = c.constantOf(b);
  if (left !== undefined && right === undefined) return { ...instr, fn: MIRRORED[fn], a: b, b: a };
  if (a === b && fn !== 'set') {
    return c.constant(fn === 'eq' || fn === 'ule' || fn === 'uge' || fn === 'sle' || fn === 'sge' ? 1 : 0);
  }
  if (right === undefined || !c.isScalar(a)) return undefined;
  const value = BigInt.asUintN(width, right);
  const bits = c.widthOf(a);
  if (value === 0n && (fn === 'ne' || fn === 'eq' || fn === 'ugt' || fn === 'ule')) {
    const wanted = fn === 'ne' || fn === 'ugt';
    if (bits <= 1) return wanted ? a : { op: 'binary', fn: 'xor', width: 64, a, b: c.constant(1) };
    const inner = c.definition(a);
    if (!wanted && inner.op === 'compare') {
      const negated = NEGATED[inner.fn];
      if (negated !== undefined) return { ...inner, fn: negated };
    }
  }
  if (bits < width && value >> BigInt(bits) !== 0n && value >> BigInt(width - 1) === 0n) {
    // The constant is above anything the left side can be.
    if (fn === 'ult' || fn === 'ule' || fn === 'slt' || fn === 'sle' || fn === 'ne') return c.constant(1);
    if (fn === 'ugt' || fn === 'uge' || fn === 'sgt' || fn === 'sge' || fn === 'eq') return c.constant(0);
  }
  if (value === 0n) {
    if (fn === 'ult' || fn === 'set') return c.constant(0);
    if (fn === 'uge') return c.constant(1);
    if (fn === 'slt' && width === 64) return { op: 'binary', fn: 'lshr', width: 64, a, b: c.constant(63) };
  }
  return undefined;
}
