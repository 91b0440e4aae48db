// What the builder does with its phis at the end: drops those that are no choice, and tells what kind of word each is.
import type { Local } from './builder.js';
import type { BlockId, IrFunction, ValueId } from './ir.js';
import { definitions, kindOf } from './operands.js';

export interface OpenPhi {
  readonly id: ValueId;
  readonly local: Local;
  readonly inputs: { block: BlockId; value: ValueId }[];
}

/** A phi whose inputs are itself and one other value is that value: what each such phi is to be replaced by. */
export function trivialPhis(all: readonly OpenPhi[], zero: () => ValueId): Map<ValueId, ValueId> {
  const replaced = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => {
    let at = value;
    for (let next = replaced.get(at); next !== undefined; next = replaced.get(at)) at = next;
    return at;
  };
  let phis = all;
  for (let changed = true; changed; ) {
    changed = false;
    phis = phis.filter(phi => {
      let only: ValueId | undefined;
      for (const input of phi.inputs) {
        const value = resolve(input.value);
        if (value === phi.id || value === only) continue;
        if (only !== undefined) return true;
        only = value;
      }
      replaced.set(phi.id, only ?? zero());
      changed = true;
      return false;
    });
  }
  return replaced;
}

/** Gives each phi the kind of its inputs: the first that is no scalar (a null pointer constant is a scalar). */
export function withPhiKinds(fn: IrFunction): IrFunction {
  const defs = [...definitions(fn)];
  for (let changed = true; changed; ) {
    changed = false;
    for (const instr of defs) {
      if (instr?.op !== 'phi' || instr.kind !== 'scalar') continue;
      const kind = instr.inputs.map(input => kindOf(defs, input.value)).find(k => k !== 'scalar');
      if (kind === undefined) continue;
      defs[instr.id] = { ...instr, kind };
      changed = true;
    }
  }
  const blocks = fn.blocks.map(block => ({ ...block, instrs: block.instrs.map(i => defs[i.id]!) }));
  return { ...fn, blocks };
}
