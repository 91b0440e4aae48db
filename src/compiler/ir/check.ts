// Well-formedness of IR: every value defined once and before its uses on all paths, phis first and with one input per
// predecessor, jumps to blocks that exist, an entry without predecessors. Run by tests and between passes when debugging.
import { InternalError } from '../diagnostics/diagnostic.js';
import { dominatorsOf, flowOf } from './flow.js';
import type { BlockId, IrFunction, IrProgram, ValueId } from './ir.js';
import { hasResult, successors, visitEndOperands, visitOperands } from './operands.js';
import { printFunction } from './printer.js';

/** Throws InternalError naming the first fault and showing the function. `stage`: who made it, for the message. */
export function assertWellFormed(program: IrProgram, stage: string): void {
  const names = new Set(program.functions.map(fn => fn.name));
  if (names.size !== program.functions.length) throw new InternalError(`${stage}: two functions of one name`);
  for (const fn of program.functions) {
    const faults = findFaults(fn, names);
    if (faults.length > 0) {
      throw new InternalError(`${stage}: ${fn.name}: ${faults.join('; ')}\n${printFunction(fn)}`);
    }
  }
}

/** What is wrong with the function; empty when nothing is. `functions`: names that may be called. */
export function findFaults(fn: IrFunction, functions?: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const ids = new Set<BlockId>(fn.blocks.map(block => block.id));
  if (ids.size !== fn.blocks.length) return ['two blocks of one id'];
  if (fn.blocks.length === 0) return ['no blocks'];
  for (const block of fn.blocks) {
    for (const to of successors(block.end)) {
      if (!ids.has(to)) return [`b${block.id} goes to b${to}, which does not exist`];
    }
  }
  const flow = flowOf(fn);
  const tree = dominatorsOf(flow);
  if (flow.preds[fn.blocks[0]!.id]!.length > 0) faults.push('the entry has predecessors');

  const home = new Map<ValueId, { block: BlockId; at: number; usable: boolean }>();
  for (const block of fn.blocks) {
    block.instrs.forEach((instr, at) => {
      if (home.has(instr.id)) faults.push(`v${instr.id} is defined twice`);
      home.set(instr.id, { block: block.id, at, usable: hasResult(instr) });
    });
  }
  for (const block of flow.order) {
    const checkUse = (value: ValueId, at: number) => {
      const def = home.get(value);
      if (def === undefined) faults.push(`b${block.id} reads v${value}, which is not defined`);
      else if (!def.usable) faults.push(`b${block.id} reads v${value}, which has no value`);
      else if (def.block === block.id ? def.at >= at : !tree.dominates(def.block, block.id)) {
        faults.push(`b${block.id} reads v${value} before its definition`);
      }
    };
    let body = false;
    block.instrs.forEach((instr, at) => {
      if (instr.op !== 'phi') {
        body = true;
        visitOperands(instr, value => checkUse(value, at));
        if (instr.op === 'call-function' && functions?.has(instr.name) === false) {
          faults.push(`call of unknown function ${instr.name}`);
        }
        if ((instr.op === 'call' || instr.op === 'call-function') && instr.args.length > 5) {
          faults.push(`v${instr.id} has more than 5 arguments`);
        }
        if (instr.op === 'param' && instr.index >= fn.params) faults.push(`no parameter ${instr.index}`);
        return;
      }
      if (body) faults.push(`phi v${instr.id} is not at the head of b${block.id}`);
      const from = instr.inputs.map(input => input.block).sort((a, b) => a - b);
      const preds = [...flow.preds[block.id]!].sort((a, b) => a - b);
      if (from.join() !== preds.join()) {
        faults.push(`phi v${instr.id} has inputs from [${from}], predecessors are [${preds}]`);
      }
      for (const input of instr.inputs) {
        const def = home.get(input.value);
        if (def === undefined || !def.usable)
          faults.push(`phi v${instr.id} reads v${input.value}, undefined`);
        else if (flow.index[input.block] !== -1 && !tree.dominates(def.block, input.block)) {
          faults.push(
            `phi v${instr.id} reads v${input.value}, which does not reach the end of b${input.block}`,
          );
        }
      }
    });
    visitEndOperands(block.end, value => checkUse(value, block.instrs.length));
  }
  return faults;
}
