// Values whose bounds the verifier learns from a comparison and needs later: offsets into memory and sizes given to helpers.
// Older kernels forget them when the value was written to the stack before the comparison. So such a value gets a copy of its
// own from the comparison on, which lives no longer than needed, and these copies are spilled last.
import { dominatorsOf, type Flow, flowOf } from '../ir/flow.js';
import type { BasicBlock, BlockId, Instr, IrFunction, Terminator, ValueId } from '../ir/ir.js';
import {
  type Definitions,
  definitions,
  kindOf,
  rewriteEndOperands,
  rewriteOperands,
  successors,
  valueCount,
} from '../ir/operands.js';
import { branchTest, type Test } from './operand.js';

const isOrdered = ({ fn }: Test) => fn !== 'eq' && fn !== 'ne' && fn !== 'set';

export function boundedValues(flow: Flow, defs: Definitions): Set<ValueId> {
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
    const test = branchTest(defs, end);
    if (!isOrdered(test)) continue;
    compared.add(test.a);
    compared.add(test.b);
  }
  // A set grows while it is walked: inputs of needed phis are needed too.
  for (const value of needed) {
    const instr = defs[value]!;
    if (instr.op === 'phi') for (const input of instr.inputs) needed.add(input.value);
  }
  return new Set([...needed].filter(value => compared.has(value) && defs[value]!.op !== 'const'));
}

/** Gives bounded values that come from other blocks a copy at each comparison, for the blocks that only it leads to. */
export function splitBounded(original: IrFunction): IrFunction {
  let fn = original;
  const flow = flowOf(fn);
  const bounded = boundedValues(flow, definitions(fn));
  if (bounded.size === 0) return fn;
  const { dominates } = dominatorsOf(flow);
  for (const { id } of flow.order) {
    const block = fn.blocks.find(other => other.id === id)!;
    if (block.end.op !== 'branch') continue;
    const defs = definitions(fn);
    const test = branchTest(defs, block.end);
    if (!isOrdered(test)) continue;
    const heads = successors(block.end).filter(to => flow.preds[to]!.length === 1);
    const below = (from: BlockId) => flow.index[from] !== -1 && heads.some(head => dominates(head, from));
    for (const value of new Set([test.a, test.b])) {
      const own = block.instrs.some(instr => instr.id === value);
      if (!own && bounded.has(value)) fn = withCopy(fn, block.id, value, below);
    }
  }
  return fn;
}

function withCopy(
  fn: IrFunction,
  at: BlockId,
  value: ValueId,
  below: (block: BlockId) => boolean,
): IrFunction {
  const defs = definitions(fn);
  const zero = valueCount(fn);
  const copy = zero + 1;
  let used = false;
  const rename = (operand: ValueId) => {
    if (operand !== value) return operand;
    used = true;
    return copy;
  };
  const blocks = fn.blocks.map((block): BasicBlock => {
    const inside = below(block.id);
    const instrs = block.instrs.map((instr): Instr => {
      if (instr.op !== 'phi') return inside ? rewriteOperands(instr, rename) : instr;
      const inputs = instr.inputs.map(input =>
        below(input.block) ? { ...input, value: rename(input.value) } : input,
      );
      return { ...instr, inputs };
    });
    return { ...block, instrs, end: inside ? rewriteEndOperands(block.end, rename) : block.end };
  });
  if (!used) return fn;
  return {
    ...fn,
    blocks: blocks.map(block => {
      if (block.id !== at || block.end.op !== 'branch') return block;
      const { span } = block.end;
      const made: Instr[] = [
        { id: zero, span, op: 'const', value: 0n },
        { id: copy, span, op: 'binary', fn: 'or', width: 64, a: value, b: zero },
      ];
      const { fn: compare, width, a, b, swapped } = branchTest(defs, block.end);
      const [then, other] = swapped ? [block.end.else, block.end.then] : [block.end.then, block.end.else];
      const end: Terminator = { ...block.end, fn: compare, width, a, b, then, else: other };
      const { likely } = block.end;
      const turned = likely === undefined || !swapped ? likely : likely === 'then' ? 'else' : 'then';
      return {
        ...block,
        instrs: [...block.instrs, ...made],
        end: rewriteEndOperands(turned === undefined ? end : { ...end, likely: turned }, operand =>
          operand === value ? copy : operand,
        ),
      };
    }),
  };
}
