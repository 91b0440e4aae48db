// Order and expected frequency of machine blocks. Reverse postorder keeps a loop's body together; a branch's likely side
// follows it directly, and blocks that only unlikely edges reach move to the end of the function.
import type { TargetFeatures } from './legalise.js';
import { endTargets, type MachineBlock, type MachineFunction } from './machine.js';

/** Sets `frequency` of each block and reorders `fn.blocks`. */
export function layOut(fn: MachineFunction, features: Pick<TargetFeatures, 'loop'>): void {
  const byId: MachineBlock[] = [];
  for (const block of fn.blocks) byId[block.id] = block;
  const loops = loopsOf(fn.blocks, byId);
  const order = reversePostorder(fn.blocks[0]!, byId, loops);
  const cold = weigh(order, byId, loops);
  const turns = order.some(block => loops.get(block)!.size > 0);
  if (turns && !features.loop) for (const block of order) block.jumpsTo = nextTurn(block, byId, loops);
  const rank = new Map(order.map((block, i) => [block, i + (cold.has(block) ? order.length : 0)]));
  fn.blocks = order.sort((a, b) => rank.get(a)! - rank.get(b)!);
}

/** For each block, the heads of the loops it lies in. `blocks` is in reverse postorder. */
function loopsOf(
  blocks: readonly MachineBlock[],
  byId: readonly MachineBlock[],
): Map<MachineBlock, Set<number>> {
  const index = new Map(blocks.map((block, i) => [block.id, i]));
  const preds = new Map<number, number[]>(blocks.map(block => [block.id, []]));
  for (const block of blocks) for (const to of endTargets(block.end)) preds.get(to)!.push(block.id);
  const loops = new Map<MachineBlock, Set<number>>(blocks.map(block => [block, new Set()]));
  for (const head of blocks) {
    const work = preds.get(head.id)!.filter(from => index.get(from)! >= index.get(head.id)!);
    if (work.length === 0) continue;
    loops.get(head)!.add(head.id);
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      const inside = loops.get(byId[id]!)!;
      if (inside.has(head.id)) continue;
      inside.add(head.id);
      work.push(...preds.get(id)!);
    }
  }
  return loops;
}

/**
 * Of a branch that may leave a loop, the target within it. The verifier keeps targets of jumps for later and goes on with what
 * follows: the way out is soon done, where the next turns, each with a way out to be kept, would come to more than it keeps (8192).
 */
function nextTurn(
  block: MachineBlock,
  byId: readonly MachineBlock[],
  loops: ReadonlyMap<MachineBlock, ReadonlySet<number>>,
): number | undefined {
  const { end } = block;
  if (end.op !== 'branch') return undefined;
  const leaves = (id: number) => [...loops.get(block)!].some(head => !loops.get(byId[id]!)!.has(head));
  if (leaves(end.yes) === leaves(end.no)) return undefined;
  return leaves(end.yes) ? end.no : end.yes;
}

/** Successors visited first come last: the way out of a loop, then the unlikely side. */
function reversePostorder(
  entry: MachineBlock,
  byId: readonly MachineBlock[],
  loops: ReadonlyMap<MachineBlock, ReadonlySet<number>>,
): MachineBlock[] {
  const seen = new Set<MachineBlock>([entry]);
  const post: MachineBlock[] = [];
  const visiting = [{ block: entry, next: visitOrder(entry) }];
  function visitOrder(block: MachineBlock): MachineBlock[] {
    const { end } = block;
    if (end.op !== 'branch') return endTargets(end).map(id => byId[id]!);
    const yes = byId[end.yes]!;
    const no = byId[end.no]!;
    const yesLeaves = loops.get(yes)!.size < loops.get(no)!.size;
    const noLeaves = loops.get(no)!.size < loops.get(yes)!.size;
    // Taken from the end of this list, so the last is visited first.
    if (yesLeaves || (!noLeaves && end.likely === 'no')) return [no, yes];
    return [yes, no];
  }
  while (visiting.length > 0) {
    const top = visiting[visiting.length - 1]!;
    const next = top.next.pop();
    if (next === undefined) {
      post.push(top.block);
      visiting.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      visiting.push({ block: next, next: visitOrder(next) });
    }
  }
  return post.reverse();
}

const UNLIKELY = 0.05;
const LOOP_TURNS = 8;

/** Gives each block its frequency; returns those that only unlikely edges reach. */
function weigh(
  order: readonly MachineBlock[],
  byId: readonly MachineBlock[],
  loops: ReadonlyMap<MachineBlock, ReadonlySet<number>>,
): Set<MachineBlock> {
  const base = new Map<MachineBlock, number>(order.map(block => [block, 0]));
  const warm = new Set<MachineBlock>([order[0]!]);
  const done = new Set<MachineBlock>();
  base.set(order[0]!, 1);
  for (const block of order) {
    done.add(block);
    const here = base.get(block)!;
    block.frequency = here * LOOP_TURNS ** loops.get(block)!.size;
    const { end } = block;
    for (const id of endTargets(end)) {
      const to = byId[id]!;
      let share = 1;
      if (end.op === 'branch') {
        const other = byId[id === end.yes ? end.no : end.yes]!;
        const expected = end.likely === undefined ? undefined : end.likely === 'yes' ? end.yes : end.no;
        if (expected !== undefined) share = expected === id ? 1 - UNLIKELY : UNLIKELY;
        else if (loops.get(to)!.size === loops.get(other)!.size) share = 0.5;
        if (warm.has(block) && (expected === undefined || expected === id)) warm.add(to);
      } else if (warm.has(block)) warm.add(to);
      if (!done.has(to)) base.set(to, base.get(to)! + here * share);
    }
  }
  return new Set(order.filter(block => !warm.has(block)));
}
