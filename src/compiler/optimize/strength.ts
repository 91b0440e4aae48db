// Strength reduction: multiplication and division by suitable constants become shifts, masks and multiplications.
import type { Instr, Op, ValueId } from '../ir/ir.js';
import { bitLength, log2 } from './bits.js';
import type { Rule, RuleContext } from './rewrite.js';

export const reduceStrength: Rule = (instr, c) => {
  if (instr.op !== 'binary') return undefined;
  const constant = c.constantOf(instr.b);
  if (constant === undefined) return undefined;
  const value = BigInt.asUintN(instr.width, constant);
  const power = log2(value);
  const shift = (fn: 'shl' | 'lshr', by: number): Op => ({ ...instr, fn, b: c.constant(by) });
  switch (instr.fn) {
    case 'mul':
      return power === undefined ? undefined : shift('shl', power);
    case 'udiv':
      return power === undefined ? divideByMultiplying(instr, value, c) : shift('lshr', power);
    case 'umod':
      if (power !== undefined) return { ...instr, fn: 'and', b: c.constant(value - 1n) };
      return remainder(instr, value, c);
    case 'sdiv':
    case 'smod':
      return instr.width === 64 && power !== undefined && power > 0 && power < 63
        ? signedByPower(instr, power, c)
        : undefined;
    default:
      return undefined;
  }
};

/**
 * x / d for x below 2^32 as (x * m) >> s with m = ceil(2^s / d), exact when m * d - 2^s <= 2^(s - 32) (Granlund and Montgomery,
 * 1994); used when x * m stays below 2^64. A division costs ten times as much.
 */
function divideByMultiplying(instr: Instr & { op: 'binary' }, d: bigint, c: RuleContext): Op | undefined {
  const width = Math.min(instr.width, c.widthOf(instr.a));
  if (width > 32 || d < 3n || !c.isScalar(instr.a)) return undefined;
  for (let s = 32; s < 64; s++) {
    const m = ((1n << BigInt(s)) + d - 1n) / d;
    if (bitLength(m) + width > 64) return undefined;
    if (m * d - (1n << BigInt(s)) > 1n << BigInt(s - width)) continue;
    // The low half only, when the dividend is wider than the operation looks at.
    const a =
      c.widthOf(instr.a) <= 32 ? instr.a : c.add({ op: 'extend', from: 4, signed: false, a: instr.a });
    const product = c.add({ op: 'binary', fn: 'mul', width: 64, a, b: c.constant(m) });
    return { op: 'binary', fn: 'lshr', width: 64, a: product, b: c.constant(s) };
  }
  return undefined;
}

function remainder(instr: Instr & { op: 'binary' }, d: bigint, c: RuleContext): Op | undefined {
  if (c.widthOf(instr.a) > 32) return undefined;
  const quotient = divideByMultiplying(instr, d, c);
  if (quotient === undefined) return undefined;
  const product = c.add({ op: 'binary', fn: 'mul', width: 64, a: c.add(quotient), b: c.constant(d) });
  return { op: 'binary', fn: 'sub', width: 64, a: instr.a, b: product };
}

/** Division that truncates: a negative dividend is raised by 2^power - 1 first. */
function signedByPower(instr: Instr & { op: 'binary' }, power: number, c: RuleContext): Op {
  const binary = (fn: 'add' | 'ashr' | 'lshr' | 'shl', a: ValueId, b: ValueId) =>
    c.add({ op: 'binary', fn, width: 64, a, b });
  const sign = binary('ashr', instr.a, c.constant(63));
  const raise = binary('lshr', sign, c.constant(64 - power));
  const raised = binary('add', instr.a, raise);
  const quotient: Op = { op: 'binary', fn: 'ashr', width: 64, a: raised, b: c.constant(power) };
  if (instr.fn === 'sdiv') return quotient;
  const whole = binary('shl', c.add(quotient), c.constant(power));
  return { op: 'binary', fn: 'sub', width: 64, a: instr.a, b: whole };
}
