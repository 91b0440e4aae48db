// Values whose bounds the verifier learns from a comparison and needs later: offsets into memory and sizes given to helpers.
// Before 6.x it forgets them when the value was written to the stack before the comparison, so these are spilled last.
import type { Flow } from '../ir/flow.js';
import type { Instr, ValueId } from '../ir/ir.js';
import { kindOf } from '../ir/operands.js';
import { branchTest } from './operand.js';

export function boundedValues(flow: Flow, defs: readonly (Instr | undefined)[]): Set<ValueId> {
  const compared = new Set<ValueId>();
  const needed = new Set<ValueId>();
  const isScalar = (value: ValueId) => kindOf(defs, value) === 'scalar';
  for (const { instrs, end } of flow.order) {
    for (const instr of instrs) {
      if (instr.op === 'call' || instr.op === 'call-function') {
        for (const arg of instr.args) if (isScalar(arg)) needed.add(arg);
      } else if (instr.op === 'binary' && instr.fn === 'add' && defs[instr.b]!.op !== 'const') {
        if (!isScalar(instr.a)) needed.add(instr.b);
        else if (!isScalar(instr.b)) needed.add(instr.a);
      }
    }
    if (end.op !== 'branch') continue;
    const { fn, a, b } = branchTest(defs, end);
    if (fn === 'eq' || fn === 'ne' || fn === 'set') continue;
    compared.add(a);
    compared.add(b);
  }
  // A set grows while it is walked: inputs of needed phis are needed too.
  for (const value of needed) {
    const instr = defs[value]!;
    if (instr.op === 'phi') for (const input of instr.inputs) needed.add(input.value);
  }
  return new Set([...needed].filter(value => compared.has(value) && defs[value]!.op !== 'const'));
}
