// Dead code: values that nothing needs, and stores to the stack whose bytes are overwritten or never read again. The latter
// narrows clears to what the program does not fill itself; bytes that a helper is given count as read.
import { flowOf, settleBackwards } from '../ir/flow.js';
import type { BasicBlock, Instr, IrFunction, ValueId } from '../ir/ir.js';
import {
  type Definitions,
  definitions,
  hasEffect,
  successors,
  visitEndOperands,
  visitOperands,
} from '../ir/operands.js';
import { effectOf, placeOf, privateAreas } from './memory.js';

/** Removes instructions without effect whose value is never needed. */
export function removeDeadCode(fn: IrFunction): IrFunction {
  const defs = definitions(fn);
  const needed: boolean[] = [];
  const work: Instr[] = [];
  const need = (value: ValueId) => {
    if (needed[value]) return;
    needed[value] = true;
    const instr = defs[value];
    if (instr !== undefined) work.push(instr);
  };
  for (const block of fn.blocks) {
    for (const instr of block.instrs) if (hasEffect(instr)) need(instr.id);
    visitEndOperands(block.end, need);
  }
  for (let instr = work.pop(); instr !== undefined; instr = work.pop()) visitOperands(instr, need);
  let changed = false;
  const blocks = fn.blocks.map((block): BasicBlock => {
    if (block.instrs.every(instr => needed[instr.id])) return block;
    changed = true;
    return { ...block, instrs: block.instrs.filter(instr => needed[instr.id]) };
  });
  return changed ? { ...fn, blocks } : fn;
}

/** The bytes of each private area that may still be read, as one bit per byte. */
type LiveBytes = Map<ValueId, bigint>;

/** What an instruction does to the bytes of a private area, seen from below. */
interface Touch {
  readonly instr: Instr;
  readonly area: ValueId;
  readonly bytes: bigint;
  /** They are overwritten whole; else they are read. */
  readonly kills: boolean;
}

export function removeDeadStores(fn: IrFunction): IrFunction {
  const defs = definitions(fn);
  const areas = privateAreas(fn, defs);
  if (areas.size === 0) return fn;
  const flow = flowOf(fn);
  const touches = flow.order.map(block => touchesOf(block, defs, areas));
  const targets = flow.order.map(block => successors(block.end).map(id => flow.index[id]!));
  const liveIn: LiveBytes[] = flow.order.map(() => new Map());
  const atEnd = (i: number): LiveBytes => {
    const [first, ...others] = targets[i]!;
    const live: LiveBytes = new Map(first === undefined ? [] : liveIn[first]!);
    for (const to of others) {
      for (const [area, bytes] of liveIn[to]!) live.set(area, (live.get(area) ?? 0n) | bytes);
    }
    return live;
  };
  const before = flow.order.map(block => flow.preds[block.id]!.map(id => flow.index[id]!));
  settleBackwards(before, i => {
    const live = atEnd(i);
    for (const touch of touches[i]!) apply(touch, live);
    const known = liveIn[i]!;
    let changed = false;
    for (const [area, bytes] of live) {
      if (known.get(area) === bytes) continue;
      known.set(area, bytes);
      changed = true;
    }
    return changed;
  });
  const dead = new Set<Instr>();
  for (const [i, own] of touches.entries()) {
    if (!own.some(({ instr }) => instr.op === 'store')) continue;
    const live = atEnd(i);
    for (const touch of own) {
      const { instr, area, bytes } = touch;
      if (instr.op === 'store' && ((live.get(area) ?? 0n) & bytes) === 0n) dead.add(instr);
      else apply(touch, live);
    }
  }
  if (dead.size === 0) return fn;
  const blocks = flow.order.map(
    (block): BasicBlock => ({ ...block, instrs: block.instrs.filter(instr => !dead.has(instr)) }),
  );
  return { ...fn, blocks };
}

/** Of a block, the last first. */
function touchesOf(block: BasicBlock, defs: Definitions, areas: ReadonlySet<ValueId>): Touch[] {
  const out: Touch[] = [];
  for (let k = block.instrs.length - 1; k >= 0; k--) {
    const instr = block.instrs[k]!;
    if (instr.op === 'load' || instr.op === 'store' || instr.op === 'atomic') {
      const place = placeOf(defs, instr);
      if (!areas.has(place.root)) continue;
      out.push({ instr, area: place.root, bytes: mask(place), kills: instr.op === 'store' });
    } else if (instr.op === 'call' || instr.op === 'call-function') {
      const { fills, reads } = effectOf(defs, areas, instr);
      if (fills !== undefined) out.push({ instr, area: fills.root, bytes: mask(fills), kills: true });
      for (const area of reads) {
        const stack = defs[area]!;
        if (stack.op === 'stack') {
          out.push({ instr, area, bytes: (1n << BigInt(stack.size)) - 1n, kills: false });
        }
      }
    }
  }
  return out;
}

/** Liveness before the instruction from that after it. */
function apply({ area, bytes, kills }: Touch, live: LiveBytes): void {
  const after = live.get(area) ?? 0n;
  live.set(area, kills ? after & ~bytes : after | bytes);
}

function mask(place: { readonly offset: number; readonly size: number }): bigint {
  const bits = (1n << BigInt(place.size)) - 1n;
  return place.offset >= 0 ? bits << BigInt(place.offset) : bits >> BigInt(-place.offset);
}
