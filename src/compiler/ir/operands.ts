// What an instruction reads, where control goes, and which instructions do something besides making a value: the facts
// that every pass asks for, in one place, so that a new operation is added here once.
import { assertNever } from '../diagnostics/diagnostic.js';
import type { BlockId, Instr, IrFunction, Terminator, ValueId, ValueKind } from './ir.js';
import { once } from './once.js';

/** Calls `visit` with each operand in order (phi inputs included). */
export function visitOperands(instr: Instr, visit: (value: ValueId) => void): void {
  switch (instr.op) {
    case 'const':
    case 'param':
    case 'map':
    case 'map-value':
    case 'function':
    case 'ksym':
    case 'stack':
      return;
    case 'binary':
    case 'compare':
      visit(instr.a);
      visit(instr.b);
      return;
    case 'extend':
    case 'bswap':
      visit(instr.a);
      return;
    case 'load':
      visit(instr.base);
      return;
    case 'store':
      visit(instr.base);
      visit(instr.value);
      return;
    case 'atomic':
      visit(instr.base);
      visit(instr.value);
      if (instr.expected !== undefined) visit(instr.expected);
      return;
    case 'call':
    case 'call-function':
      instr.args.forEach(visit);
      return;
    case 'phi':
      for (const input of instr.inputs) visit(input.value);
      return;
    default:
      assertNever(instr);
  }
}

/** The instruction with each operand replaced; the very same object when nothing changed. */
export function rewriteOperands(instr: Instr, map: (value: ValueId) => ValueId): Instr {
  switch (instr.op) {
    case 'const':
    case 'param':
    case 'map':
    case 'map-value':
    case 'function':
    case 'ksym':
    case 'stack':
      return instr;
    case 'binary':
    case 'compare': {
      const a = map(instr.a);
      const b = map(instr.b);
      return a === instr.a && b === instr.b ? instr : { ...instr, a, b };
    }
    case 'extend':
    case 'bswap': {
      const a = map(instr.a);
      return a === instr.a ? instr : { ...instr, a };
    }
    case 'load': {
      const base = map(instr.base);
      return base === instr.base ? instr : { ...instr, base };
    }
    case 'store': {
      const base = map(instr.base);
      const value = map(instr.value);
      return base === instr.base && value === instr.value ? instr : { ...instr, base, value };
    }
    case 'atomic': {
      const base = map(instr.base);
      const value = map(instr.value);
      const expected = instr.expected === undefined ? undefined : map(instr.expected);
      if (base === instr.base && value === instr.value && expected === instr.expected) return instr;
      return { ...instr, base, value, ...(expected === undefined ? {} : { expected }) };
    }
    case 'call':
    case 'call-function': {
      const args = instr.args.map(map);
      return args.every((arg, i) => arg === instr.args[i]) ? instr : { ...instr, args };
    }
    case 'phi': {
      const inputs = instr.inputs.map(input => {
        const value = map(input.value);
        return value === input.value ? input : { block: input.block, value };
      });
      return inputs.every((input, i) => input === instr.inputs[i]) ? instr : { ...instr, inputs };
    }
    default:
      return assertNever(instr);
  }
}

export function visitEndOperands(end: Terminator, visit: (value: ValueId) => void): void {
  if (end.op === 'branch') {
    visit(end.a);
    visit(end.b);
  } else if (end.op === 'return') visit(end.value);
}

export function rewriteEndOperands(end: Terminator, map: (value: ValueId) => ValueId): Terminator {
  if (end.op === 'branch') {
    const a = map(end.a);
    const b = map(end.b);
    return a === end.a && b === end.b ? end : { ...end, a, b };
  }
  if (end.op === 'return') {
    const value = map(end.value);
    return value === end.value ? end : { ...end, value };
  }
  return end;
}

/** Blocks that control may go to next; a branch whose sides are one block gives it once. */
export function successors(end: Terminator): readonly BlockId[] {
  if (end.op === 'jump') return [end.to];
  if (end.op === 'return') return [];
  return end.then === end.else ? [end.then] : [end.then, end.else];
}

/** True when the instruction must stay although nothing reads its value. */
export function hasEffect(instr: Instr): boolean {
  switch (instr.op) {
    case 'store':
    case 'atomic':
    case 'call-function':
      return true;
    case 'call':
      return !instr.pure;
    default:
      return false;
  }
}

/** True when the instruction defines a value that others may read. */
export function hasResult(instr: Instr): boolean {
  return instr.op !== 'store' && !(instr.op === 'atomic' && instr.fn === 'add');
}

export type Definitions = readonly (Instr | undefined)[];

/** Defining instruction of each value, indexed by id. */
export const definitions = once((fn: IrFunction): Definitions => {
  const table: (Instr | undefined)[] = [];
  for (const block of fn.blocks) for (const instr of block.instrs) table[instr.id] = instr;
  return table;
});

/** One more than the largest value id: the next free one. */
export function valueCount(fn: IrFunction): number {
  return definitions(fn).length;
}

/** What the verifier takes a value to be. A pointer plus or minus an offset stays the pointer's kind. */
export function kindOf(defs: Definitions, value: ValueId): ValueKind {
  let at = value;
  for (;;) {
    const instr = defs[at];
    if (instr === undefined) return 'scalar';
    switch (instr.op) {
      case 'param':
      case 'load':
      case 'call':
      case 'phi':
        return instr.kind;
      case 'map':
      case 'map-value':
      case 'function':
      case 'stack':
        return instr.op;
      case 'ksym':
        return 'btf';
      case 'binary': {
        if (instr.width !== 64 || (instr.fn !== 'add' && instr.fn !== 'sub')) return 'scalar';
        if (defs[instr.b]?.op !== 'const') {
          const other = kindOf(defs, instr.b);
          if (other !== 'scalar') return instr.fn === 'add' ? other : 'scalar'; // a distance
        }
        at = instr.a;
        break;
      }
      default:
        return 'scalar';
    }
  }
}
