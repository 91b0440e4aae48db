// IR -> IR that the target can express: signed division without cpu v4 (and by anything but a harmless constant, where
// kernels 6.6 to 6.11 trap on the most negative number divided by -1), fetching atomics before 5.12, branches with one goal.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { BasicBlock, BinaryOp, Instr, IrFunction, Op, ValueId } from '../ir/ir.js';
import { type Definitions, definitions, valueCount } from '../ir/operands.js';

/** What the kernel's instruction set has beyond that of 5.10. */
export interface TargetFeatures {
  /** cpu v4, 6.6: signed division, sign-extending moves and loads. */
  readonly signedDivision: boolean;
  /** 5.12: fetching and comparing atomics. */
  readonly atomicFetch: boolean;
  /** 5.17: loops of many turns are bpf_loop's. In others the verifier takes every turn. */
  readonly loop: boolean;
}

type Writer = (op: Op) => ValueId;

export function legalise(fn: IrFunction, features: TargetFeatures): IrFunction {
  const defs = definitions(fn);
  let next = valueCount(fn);
  let changed = false;
  const blocks = fn.blocks.map((block): BasicBlock => {
    const { end } = block;
    const oneGoal = end.op === 'branch' && end.then === end.else;
    if (oneGoal) changed = true;
    const instrs: Instr[] = [];
    for (const instr of block.instrs) {
      const write: Writer = op => {
        instrs.push({ id: next, span: instr.span, ...op });
        return next++;
      };
      const last = expand(instr, defs, features, write);
      if (last === undefined) instrs.push(instr);
      else {
        instrs.push({ id: instr.id, span: instr.span, ...last });
        changed = true;
      }
    }
    return {
      id: block.id,
      instrs,
      end: oneGoal ? { op: 'jump', to: end.then, span: end.span } : end,
    };
  });
  return changed ? { ...fn, blocks } : fn;
}

/** Writes all but the last step of the expansion and gives the last, which takes the value's id; undefined: legal as it is. */
function expand(instr: Instr, defs: Definitions, features: TargetFeatures, write: Writer): Op | undefined {
  if (instr.op === 'binary' && (instr.fn === 'sdiv' || instr.fn === 'smod')) {
    const divisor = defs[instr.b];
    const constant = divisor?.op === 'const' ? BigInt.asIntN(instr.width, divisor.value) : undefined;
    if (features.signedDivision && constant !== undefined && constant !== 0n && constant !== -1n)
      return undefined;
    return expandDivision(instr.fn, instr.width, instr.a, instr.b, write);
  }
  if (instr.op === 'atomic' && !features.atomicFetch && instr.fn !== 'add') return expandAtomic(instr, write);
  return undefined;
}

/** Divides the magnitudes, then puts the sign back: (x ^ s) - s negates x when s, its sign, is all ones. */
function expandDivision(fn: 'sdiv' | 'smod', width: 32 | 64, x: ValueId, y: ValueId, write: Writer): Op {
  const binary = (op: BinaryOp, a: ValueId, b: ValueId) => write({ op: 'binary', fn: op, width: 64, a, b });
  const wide = (a: ValueId) => (width === 64 ? a : write({ op: 'extend', from: 4, signed: true, a }));
  const places = write({ op: 'const', value: 63n });
  const a = wide(x);
  const b = wide(y);
  const signA = binary('ashr', a, places);
  const signB = binary('ashr', b, places);
  const magnitudeA = binary('sub', binary('xor', a, signA), signA);
  const magnitudeB = binary('sub', binary('xor', b, signB), signB);
  const unsigned = binary(fn === 'sdiv' ? 'udiv' : 'umod', magnitudeA, magnitudeB);
  const sign = fn === 'sdiv' ? binary('xor', signA, signB) : signA;
  const flipped = binary('xor', unsigned, sign);
  return { op: 'binary', fn: 'sub', width, a: flipped, b: sign };
}

/** Before 5.12: the addition stays atomic, the value read may be another's; the others are plain loads and stores. */
function expandAtomic(instr: Instr & { op: 'atomic' }, write: Writer): Op {
  const { size, base, offset, value } = instr;
  const load: Op = { op: 'load', size, signed: false, base, offset, kind: 'scalar', invariant: false };
  if (instr.fn === 'cmpxchg') throw new InternalError('compare and exchange needs Linux 5.12');
  const old = write(load);
  if (instr.fn === 'fetch_add') write({ op: 'atomic', fn: 'add', size, base, offset, value });
  else if (instr.fn === 'xchg') write({ op: 'store', size, base, offset, value });
  else {
    const result = write({ op: 'binary', fn: instr.fn as 'or' | 'and', width: 64, a: old, b: value });
    write({ op: 'store', size, base, offset, value: result });
  }
  const zero = write({ op: 'const', value: 0n });
  return { op: 'binary', fn: 'or', width: 64, a: old, b: zero };
}
