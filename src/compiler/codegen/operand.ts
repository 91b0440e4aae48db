// Decisions of instruction selection that depend on definitions only: which values need no register because they are made
// where they are used (constants, addresses), which constants fit an instruction, where an address really points, what a
// branch really tests. Each is a pure function of the SSA graph, so they can be asked before anything is emitted.
import type { Reference } from '../bpf/instruction.js';
import type { CompareOp, Instr, Terminator, ValueId } from '../ir/ir.js';
import type { Definitions } from '../ir/operands.js';

/** A value that is made at each use. `frame`: address of byte `offset` of the stack area with that value id. */
export type Remade =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'reference'; readonly reference: Exclude<Reference, { kind: 'kfunc' }> }
  | { readonly kind: 'frame'; readonly area: ValueId; readonly offset: number };

/** Undefined when the value lives in a register. */
export function remade(defs: Definitions, value: ValueId): Remade | undefined {
  const instr = defs[value]!;
  switch (instr.op) {
    case 'const':
      return { kind: 'constant', value: instr.value };
    case 'map':
      return { kind: 'reference', reference: { kind: 'map', map: instr.map } };
    case 'map-value':
      return {
        kind: 'reference',
        reference: { kind: 'map-value', map: instr.map, offset: instr.offset },
      };
    case 'function':
      return { kind: 'reference', reference: { kind: 'function', name: instr.name } };
    case 'ksym':
      return { kind: 'reference', reference: { kind: 'ksym', name: instr.name } };
    case 'stack':
      return { kind: 'frame', area: value, offset: 0 };
    case 'binary': {
      const step = constantStep(defs, instr);
      if (step === undefined) return undefined;
      const base = remade(defs, step.base);
      // Not into a map value's offset: the kernel checks that one even in code that nothing reaches.
      return base?.kind === 'frame' ? { ...base, offset: base.offset + step.bytes } : undefined;
    }
    default:
      return undefined;
  }
}

/** `base + bytes` when the instruction adds (or subtracts) a constant that can be part of an address. */
function constantStep(
  defs: Definitions,
  instr: Instr,
): { readonly base: ValueId; readonly bytes: number } | undefined {
  if (instr.op !== 'binary' || instr.width !== 64 || (instr.fn !== 'add' && instr.fn !== 'sub'))
    return undefined;
  const right = defs[instr.b]!;
  if (right.op === 'const') {
    const bytes = asInt32(right.value);
    if (bytes === undefined) return undefined;
    return { base: instr.a, bytes: instr.fn === 'add' ? bytes : -bytes };
  }
  const left = defs[instr.a]!;
  if (left.op !== 'const' || instr.fn !== 'add') return undefined;
  const bytes = asInt32(left.value);
  return bytes === undefined ? undefined : { base: instr.b, bytes };
}

/** Where a load or store goes: constant steps before it are part of its offset as long as that fits 16 bits. */
export function address(
  defs: Definitions,
  base: ValueId,
  offset: number,
): { readonly base: ValueId; readonly offset: number } {
  let at = { base, offset };
  let best = at;
  for (;;) {
    const step = constantStep(defs, defs[at.base]!);
    if (step === undefined) return best;
    at = { base: step.base, offset: at.offset + step.bytes };
    if (fitsOffset(at.offset)) best = at;
  }
}

export const fitsOffset = (offset: number): boolean => offset >= -0x8000 && offset <= 0x7ff8;

/** The constant as a sign-extended 32-bit immediate, or undefined when it is none. */
export function asInt32(value: bigint): number | undefined {
  const signed = BigInt.asIntN(64, value);
  return BigInt.asIntN(32, signed) === signed ? Number(signed) : undefined;
}

/** The value as an immediate of an operation of that width; 32-bit operations take any constant's low half. */
export function immediate(defs: Definitions, value: ValueId, width: 32 | 64): number | undefined {
  const instr = defs[value]!;
  if (instr.op !== 'const') return undefined;
  return width === 32 ? Number(BigInt.asIntN(32, instr.value)) : asInt32(instr.value);
}

/** A constant shift count, as hardware masks it: the verifier would know nothing of the result of a larger one. */
export function shiftCount(defs: Definitions, value: ValueId, width: 32 | 64): number | undefined {
  const instr = defs[value]!;
  return instr.op === 'const' ? Number(instr.value & BigInt(width - 1)) : undefined;
}

export interface Test {
  readonly fn: CompareOp;
  readonly width: 32 | 64;
  readonly a: ValueId;
  readonly b: ValueId;
  /** The sides are exchanged. */
  readonly swapped: boolean;
}

/** A branch on `compare(...) != 0` tests the comparison itself: the verifier learns from it, and it is shorter. */
export function branchTest(defs: Definitions, end: Terminator & { op: 'branch' }): Test {
  let test: Test = { fn: end.fn, width: end.width, a: end.a, b: end.b, swapped: false };
  for (;;) {
    const compare = defs[test.a]!;
    const zero = defs[test.b]!;
    if (compare.op !== 'compare' || zero.op !== 'const' || zero.value !== 0n) break;
    if (test.fn !== 'ne' && test.fn !== 'eq') break;
    const swapped = test.swapped !== (test.fn === 'eq');
    test = { fn: compare.fn, width: compare.width, a: compare.a, b: compare.b, swapped };
  }
  return immediateLast(defs, test);
}

/** Puts a constant first operand last, where it can be an immediate. */
export function immediateLast<T extends { readonly fn: CompareOp; readonly a: ValueId; readonly b: ValueId }>(
  defs: Definitions,
  test: T,
): T {
  if (defs[test.a]!.op !== 'const' || defs[test.b]!.op === 'const') return test;
  return { ...test, fn: MIRRORED[test.fn], a: test.b, b: test.a };
}

/** a OP b is b MIRRORED[OP] a. */
export const MIRRORED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  ne: 'ne',
  set: 'set',
  ult: 'ugt',
  ule: 'uge',
  ugt: 'ult',
  uge: 'ule',
  slt: 'sgt',
  sle: 'sge',
  sgt: 'slt',
  sge: 'sle',
};
