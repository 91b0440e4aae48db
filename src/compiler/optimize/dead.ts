// Dead code: values that nothing needs, and stores to the stack whose bytes are overwritten or never read again. The latter
// narrows clears to what the program does not fill itself; bytes that a helper is given count as read.
import { flowOf } from '../ir/flow.js';
import type { BasicBlock, Instr, IrFunction, ValueId } from '../ir/ir.js';
import { definitions, hasEffect, visitEndOperands, visitOperands } from '../ir/operands.js';
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

export function removeDeadStores(fn: IrFunction): IrFunction {
  const defs = definitions(fn);
  const areas = privateAreas(fn, defs);
  if (areas.size === 0) return fn;
  const flow = flowOf(fn);
  const liveIn = new Map<number, LiveBytes>(flow.order.map(block => [block.id, new Map()]));
  const atEnd = (block: BasicBlock): LiveBytes => {
    const live: LiveBytes = new Map();
    const { end } = block;
    const targets = end.op === 'jump' ? [end.to] : end.op === 'branch' ? [end.then, end.else] : [];
    for (const to of targets) {
      for (const [area, bytes] of liveIn.get(to)!) live.set(area, (live.get(area) ?? 0n) | bytes);
    }
    return live;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = flow.order.length - 1; i >= 0; i--) {
      const block = flow.order[i]!;
      const live = atEnd(block);
      for (let k = block.instrs.length - 1; k >= 0; k--) step(block.instrs[k]!, live, defs, areas);
      const before = liveIn.get(block.id)!;
      for (const [area, bytes] of live) {
        if (before.get(area) === bytes) continue;
        before.set(area, bytes);
        changed = true;
      }
    }
  }
  let removed = false;
  const blocks = flow.order.map((block): BasicBlock => {
    const live = atEnd(block);
    const kept: Instr[] = [];
    for (let k = block.instrs.length - 1; k >= 0; k--) {
      const instr = block.instrs[k]!;
      if (instr.op === 'store' && isDead(instr, live, defs, areas)) {
        removed = true;
        continue;
      }
      step(instr, live, defs, areas);
      kept.push(instr);
    }
    return { ...block, instrs: kept.reverse() };
  });
  return removed ? { ...fn, blocks } : fn;
}

function isDead(
  instr: Instr & { op: 'store' },
  live: LiveBytes,
  defs: readonly (Instr | undefined)[],
  areas: ReadonlySet<ValueId>,
): boolean {
  const place = placeOf(defs, instr);
  return areas.has(place.root) && ((live.get(place.root) ?? 0n) & mask(place)) === 0n;
}

/** Liveness before the instruction from that after it. */
function step(
  instr: Instr,
  live: LiveBytes,
  defs: readonly (Instr | undefined)[],
  areas: ReadonlySet<ValueId>,
): void {
  if (instr.op === 'load' || instr.op === 'store' || instr.op === 'atomic') {
    const place = placeOf(defs, instr);
    if (!areas.has(place.root)) return;
    const bytes = live.get(place.root) ?? 0n;
    live.set(place.root, instr.op === 'store' ? bytes & ~mask(place) : bytes | mask(place));
  } else if (instr.op === 'call' || instr.op === 'call-function') {
    const { fills, reads } = effectOf(defs, areas, instr);
    if (fills !== undefined) live.set(fills.root, (live.get(fills.root) ?? 0n) & ~mask(fills));
    for (const area of reads) {
      const stack = defs[area]!;
      if (stack.op === 'stack') live.set(area, (1n << BigInt(stack.size)) - 1n);
    }
  }
}

function mask(place: { readonly offset: number; readonly size: number }): bigint {
  const bits = (1n << BigInt(place.size)) - 1n;
  return place.offset >= 0 ? bits << BigInt(place.offset) : bits >> BigInt(-place.offset);
}
