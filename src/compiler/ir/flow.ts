// The control-flow graph of a function: predecessors, reverse postorder, immediate dominators (Cooper, Harvey and Kennedy,
// "A Simple, Fast Dominance Algorithm") and loop depth. Only blocks that the entry reaches take part.
import type { BasicBlock, BlockId, IrFunction } from './ir.js';
import { once } from './once.js';
import { successors } from './operands.js';

export interface Flow {
  /** Reachable blocks in reverse postorder; the entry first. */
  readonly order: readonly BasicBlock[];
  /** Position in `order` by block id; -1 when unreachable. */
  readonly index: readonly number[];
  /** Reachable predecessors by block id. */
  readonly preds: readonly (readonly BlockId[])[];
}

export interface DominatorTree {
  /** Immediate dominator by block id; the entry is its own. */
  readonly idom: readonly BlockId[];
  readonly children: readonly (readonly BlockId[])[];
  dominates(a: BlockId, b: BlockId): boolean;
}

export const flowOf = once((fn: IrFunction): Flow => {
  const byId: BasicBlock[] = [];
  for (const block of fn.blocks) byId[block.id] = block;
  const index: number[] = new Array(byId.length).fill(-1);
  const preds: BlockId[][] = byId.map(() => []);
  for (let i = 0; i < byId.length; i++) preds[i] ??= [];
  const post: BasicBlock[] = [];
  const entry = fn.blocks[0]!;
  // Depth first without recursion; the second successor is visited first so that `then` precedes `else` in the result.
  const stack: { block: BasicBlock; next: number; succ: readonly BlockId[] }[] = [];
  const open = (block: BasicBlock) => {
    index[block.id] = 0;
    stack.push({ block, next: 0, succ: successors(block.end) });
  };
  open(entry);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (top.next < top.succ.length) {
      const id = top.succ[top.succ.length - 1 - top.next++]!;
      preds[id]!.push(top.block.id);
      if (index[id] === -1) open(byId[id]!);
    } else {
      post.push(top.block);
      stack.pop();
    }
  }
  const order = post.reverse();
  order.forEach((block, i) => {
    index[block.id] = i;
  });
  return { order, index, preds };
});

export const dominatorsOf = once((flow: Flow): DominatorTree => {
  const { order, index, preds } = flow;
  const idom: BlockId[] = new Array(index.length).fill(-1);
  const entry = order[0]!.id;
  idom[entry] = entry;
  const meet = (x: BlockId, y: BlockId) => {
    let a = x;
    let b = y;
    while (a !== b) {
      while (index[a]! > index[b]!) a = idom[a]!;
      while (index[b]! > index[a]!) b = idom[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      const id = order[i]!.id;
      let best = -1;
      for (const pred of preds[id]!) {
        if (idom[pred] === -1) continue;
        best = best === -1 ? pred : meet(best, pred);
      }
      if (idom[id] !== best) {
        idom[id] = best;
        changed = true;
      }
    }
  }
  const children: BlockId[][] = idom.map(() => []);
  for (let i = 1; i < order.length; i++) children[idom[order[i]!.id]!]!.push(order[i]!.id);
  const dominates = (a: BlockId, b: BlockId) => {
    let at = b;
    while (index[at]! > index[a]!) at = idom[at]!;
    return at === a;
  };
  return { idom, children, dominates };
});

/**
 * Visits places from the last to the first, and those before a place again whenever a visit of it says that something
 * changed. `before`: by place, where control comes from.
 */
export function settleBackwards(
  before: readonly (readonly number[])[],
  visit: (place: number) => boolean,
): void {
  const waiting = new Uint8Array(before.length).fill(1);
  for (let place = before.length - 1; place >= 0; ) {
    let next = place - 1;
    if (waiting[place] === 1) {
      waiting[place] = 0;
      if (visit(place)) {
        for (const pred of before[place]!) {
          waiting[pred] = 1;
          if (pred > next) next = pred;
        }
      }
    }
    place = next;
  }
}
