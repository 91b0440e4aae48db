// How often the code that selection will emit reads each value's register. It follows the folding decisions of operand.ts,
// so a comparison that only feeds branches, an address that became an offset, or a value nobody needs counts zero.
import type { Flow } from '../ir/flow.js';
import type { Instr, ValueId } from '../ir/ir.js';
import { type Definitions, hasEffect, visitOperands } from '../ir/operands.js';
import { address, branchTest, remade } from './operand.js';

/** Counts by value id. */
export function countUses(flow: Flow, defs: Definitions): number[] {
  const uses: number[] = new Array(defs.length).fill(0);
  const work: Instr[] = [];
  const use = (value: ValueId) => {
    uses[value]!++;
    if (uses[value] !== 1 || remade(defs, value) !== undefined) return;
    const instr = defs[value]!;
    if (!hasEffect(instr)) work.push(instr);
  };
  const readsOf = (instr: Instr) => {
    if (instr.op === 'load' || instr.op === 'store' || instr.op === 'atomic') {
      use(address(defs, instr.base, instr.offset).base);
      if (instr.op !== 'load') use(instr.value);
      if (instr.op === 'atomic' && instr.expected !== undefined) use(instr.expected);
    } else visitOperands(instr, use);
  };
  for (const block of flow.order) {
    for (const instr of block.instrs) if (hasEffect(instr)) readsOf(instr);
    if (block.end.op === 'return') use(block.end.value);
    else if (block.end.op === 'branch') {
      const test = branchTest(defs, block.end);
      use(test.a);
      use(test.b);
    }
    for (let instr = work.pop(); instr !== undefined; instr = work.pop()) readsOf(instr);
  }
  return uses;
}
