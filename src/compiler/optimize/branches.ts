// Branch folding: decided branches become jumps, a test that an earlier one on the same way already answered is skipped, and
// a block that only chooses among its phis is taken over by its predecessors (so `a && b` needs no 0-or-1 value). Then
// blocks that follow each other become one.
import { dominatorsOf, flowOf } from '../ir/flow.js';
import type { BasicBlock, BlockId, CompareOp, Instr, IrFunction, Terminator, ValueId } from '../ir/ir.js';
import { definitions, rewriteEndOperands, rewriteOperands, successors } from '../ir/operands.js';
import { foldCompare, NEGATED } from './arithmetic.js';
import { countReads } from './rewrite.js';

interface OpenBlock {
  readonly id: BlockId;
  instrs: Instr[];
  end: Terminator;
}

export function foldBranches(fn: IrFunction): IrFunction {
  const work = new Folding(fn);
  work.decide();
  work.skipKnown();
  work.threadChoices();
  work.clean();
  work.merge();
  return work.changed ? work.result() : fn;
}

/** `jump` where both sides are one. */
function goal(end: Terminator & { op: 'branch' }, to: BlockId): Terminator {
  return { op: 'jump', to, span: end.span };
}

class Folding {
  readonly #fn: IrFunction;
  readonly #defs: (Instr | undefined)[];
  readonly #blocks = new Map<BlockId, OpenBlock>();
  /** Reads of each value, as long as nothing changes them. */
  #reads: readonly number[] | undefined;
  changed = false;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#defs = [...definitions(fn)];
    for (const block of fn.blocks) {
      this.#blocks.set(block.id, { id: block.id, instrs: [...block.instrs], end: block.end });
    }
  }

  result(): IrFunction {
    const blocks: BasicBlock[] = [];
    for (const { id } of this.#fn.blocks) {
      const block = this.#blocks.get(id);
      if (block !== undefined) blocks.push(block);
    }
    return { ...this.#fn, blocks };
  }

  /** Branches on constants. */
  decide(): void {
    for (const block of this.#blocks.values()) {
      const end = this.#decided(block.end);
      if (end !== block.end) this.#setEnd(block, end);
    }
  }

  #decided(end: Terminator): Terminator {
    if (end.op !== 'branch') return end;
    if (end.then === end.else) return goal(end, end.then);
    const a = this.#defs[end.a];
    const b = this.#defs[end.b];
    if (a?.op !== 'const' || b?.op !== 'const') return end;
    return goal(end, foldCompare(end.fn, end.width, a.value, b.value) ? end.then : end.else);
  }

  /** Changes where a block goes; phis of blocks that it no longer reaches lose their input from it. */
  #setEnd(block: OpenBlock, end: Terminator): void {
    const kept = successors(end);
    for (const to of successors(block.end)) if (!kept.includes(to)) this.#dropInput(to, block.id);
    block.end = end;
    this.changed = true;
  }

  #dropInput(to: BlockId, from: BlockId): void {
    const target = this.#blocks.get(to);
    if (target === undefined) return;
    target.instrs = target.instrs.map(instr =>
      instr.op === 'phi' ? { ...instr, inputs: instr.inputs.filter(input => input.block !== from) } : instr,
    );
  }

  /** A branch whose comparison a dominating branch made already goes the way that one went. */
  skipKnown(): void {
    const flow = flowOf(this.result());
    const tree = dominatorsOf(flow);
    const facts = new Map<string, boolean>();
    const visit = (id: BlockId): string[] => {
      const added: string[] = [];
      const learn = (key: string, holds: boolean) => {
        if (facts.has(key)) return;
        facts.set(key, holds);
        added.push(key);
      };
      const preds = flow.preds[id]!;
      const parent = preds.length === 1 ? this.#blocks.get(preds[0]!)! : undefined;
      if (parent?.end.op === 'branch' && parent.end.then !== parent.end.else) {
        const { fn, width, a, b } = parent.end;
        const holds = parent.end.then === id;
        learn(factKey(fn, width, a, b), holds);
        const negated = NEGATED[fn];
        if (negated !== undefined) learn(factKey(negated, width, a, b), !holds);
      }
      const block = this.#blocks.get(id)!;
      if (block.end.op === 'branch') {
        const known = facts.get(factKey(block.end.fn, block.end.width, block.end.a, block.end.b));
        if (known !== undefined)
          this.#setEnd(block, goal(block.end, known ? block.end.then : block.end.else));
      }
      return added;
    };
    // The tree was made before any change; it stays a tree of dominators when edges go.
    const open = [{ added: visit(flow.order[0]!.id), id: flow.order[0]!.id, next: 0 }];
    while (open.length > 0) {
      const top = open[open.length - 1]!;
      const child = tree.children[top.id]![top.next++];
      if (child === undefined) {
        for (const key of top.added) facts.delete(key);
        open.pop();
      } else open.push({ added: visit(child), id: child, next: 0 });
    }
  }

  /**
   * Block J holds nothing but phis and a branch (or jump), and its phis serve nobody else but the phis of the blocks after it:
   * each predecessor that jumps to J takes over the branch with its own inputs; one that branches to J on a constant input
   * goes straight to where J would go.
   */
  threadChoices(): void {
    this.clean();
    for (const id of [...this.#blocks.keys()]) {
      const block = this.#blocks.get(id);
      if (block === undefined || id === this.#fn.blocks[0]!.id || !this.#isChoice(block)) continue;
      for (const pred of this.#predecessors(id)) this.#thread(this.#blocks.get(pred)!, block);
    }
  }

  #isChoice(block: OpenBlock): boolean {
    if (block.end.op === 'return') return false;
    if (block.instrs.length === 0) return block.end.op === 'jump' && block.end.to !== block.id;
    if (block.instrs.some(instr => instr.op !== 'phi')) return false;
    const targets = successors(block.end);
    if (targets.includes(block.id)) return false;
    this.#reads ??= countReads(this.result());
    const reads = this.#reads;
    for (const phi of block.instrs) {
      let own = 0;
      if (block.end.op === 'branch') own += Number(block.end.a === phi.id) + Number(block.end.b === phi.id);
      for (const to of targets) {
        for (const instr of this.#blocks.get(to)!.instrs) {
          if (instr.op !== 'phi') break;
          for (const input of instr.inputs) if (input.block === block.id && input.value === phi.id) own++;
        }
      }
      if (own !== reads[phi.id]) return false;
    }
    // A phi that feeds another of its own block would need its old value.
    return !block.instrs.some(
      phi =>
        phi.op === 'phi' && phi.inputs.some(input => block.instrs.some(other => other.id === input.value)),
    );
  }

  #predecessors(id: BlockId): BlockId[] {
    return [...this.#blocks.values()]
      .filter(block => successors(block.end).includes(id))
      .map(block => block.id);
  }

  #thread(from: OpenBlock, choice: OpenBlock): void {
    if (from === choice) return;
    const inputOf = (value: ValueId): ValueId => {
      const phi = choice.instrs.find(instr => instr.id === value);
      return phi?.op === 'phi' ? phi.inputs.find(input => input.block === from.id)!.value : value;
    };
    const end = this.#decided(rewriteEndOperands(choice.end, inputOf));
    if (from.end.op !== 'jump' && end.op !== 'jump') return;
    this.#reads = undefined;
    const targets = successors(end);
    // One edge per pair of blocks: phis tell predecessors apart by block.
    const others = successors(from.end).filter(to => to !== choice.id);
    if (targets.some(to => to === choice.id || others.includes(to))) {
      if (!this.#mayShare(from, choice, targets, others, inputOf)) return;
    }
    for (const to of targets) {
      const target = this.#blocks.get(to)!;
      target.instrs = target.instrs.map(instr => {
        if (instr.op !== 'phi' || instr.inputs.some(input => input.block === from.id)) return instr;
        const { value } = instr.inputs.find(input => input.block === choice.id)!;
        return { ...instr, inputs: [...instr.inputs, { block: from.id, value: inputOf(value) }] };
      });
    }
    if (end.op === 'jump' && from.end.op === 'branch') {
      const old = from.end;
      const then = old.then === choice.id ? end.to : old.then;
      const other = old.else === choice.id ? end.to : old.else;
      const next: Terminator = withSides(old, then, other);
      this.#dropInput(choice.id, from.id);
      from.end = then === other ? goal(old, then) : next;
    } else {
      this.#dropInput(choice.id, from.id);
      from.end = end;
    }
    this.changed = true;
  }

  /** Both ways from a block may end at one target when its phis get the same values on both. */
  #mayShare(
    from: OpenBlock,
    choice: OpenBlock,
    targets: readonly BlockId[],
    others: readonly BlockId[],
    inputOf: (value: ValueId) => ValueId,
  ): boolean {
    return targets.every(to => {
      if (to === choice.id) return false;
      if (!others.includes(to)) return true;
      return this.#blocks.get(to)!.instrs.every(instr => {
        if (instr.op !== 'phi') return true;
        const direct = instr.inputs.find(input => input.block === from.id)!.value;
        return direct === inputOf(instr.inputs.find(input => input.block === choice.id)!.value);
      });
    });
  }

  /** Drops blocks that nothing reaches, their inputs to phis, and phis with one input. */
  clean(): void {
    const reached = new Set<BlockId>([this.#fn.blocks[0]!.id]);
    for (const id of reached) for (const to of successors(this.#blocks.get(id)!.end)) reached.add(to);
    const gone = [...this.#blocks.keys()].filter(id => !reached.has(id));
    for (const id of gone) {
      const block = this.#blocks.get(id)!;
      this.#blocks.delete(id);
      for (const to of successors(block.end)) this.#dropInput(to, id);
      this.changed = true;
    }
    const replaced = new Map<ValueId, ValueId>();
    for (const block of this.#blocks.values()) {
      for (const instr of block.instrs) {
        if (instr.op !== 'phi') break;
        const values = new Set(instr.inputs.map(input => input.value).filter(value => value !== instr.id));
        if (values.size === 1) replaced.set(instr.id, [...values][0]!);
      }
    }
    if (replaced.size > 0) this.#replace(replaced);
  }

  #replace(replaced: ReadonlyMap<ValueId, ValueId>): void {
    const resolve = (value: ValueId) => {
      let at = value;
      for (let next = replaced.get(at); next !== undefined; next = replaced.get(at)) at = next;
      return at;
    };
    for (const block of this.#blocks.values()) {
      block.instrs = block.instrs
        .filter(instr => !replaced.has(instr.id))
        .map(i => rewriteOperands(i, resolve));
      block.end = rewriteEndOperands(block.end, resolve);
      for (const instr of block.instrs) this.#defs[instr.id] = instr;
    }
    this.changed = true;
  }

  /** A block that jumps to one with no other predecessor absorbs it. */
  merge(): void {
    const preds = new Map<BlockId, number>();
    for (const block of this.#blocks.values()) {
      for (const to of successors(block.end)) preds.set(to, (preds.get(to) ?? 0) + 1);
    }
    for (const block of this.#blocks.values()) {
      while (block.end.op === 'jump' && preds.get(block.end.to) === 1 && block.end.to !== block.id) {
        const next = this.#blocks.get(block.end.to)!;
        if (next.id === this.#fn.blocks[0]!.id || next.instrs[0]?.op === 'phi') break;
        block.instrs = [...block.instrs, ...next.instrs];
        block.end = next.end;
        this.#blocks.delete(next.id);
        for (const to of successors(block.end)) this.#renameInput(to, next.id, block.id);
        this.changed = true;
      }
    }
  }

  #renameInput(to: BlockId, from: BlockId, name: BlockId): void {
    const target = this.#blocks.get(to)!;
    target.instrs = target.instrs.map(instr =>
      instr.op === 'phi'
        ? {
            ...instr,
            inputs: instr.inputs.map(input => (input.block === from ? { ...input, block: name } : input)),
          }
        : instr,
    );
  }
}

function withSides(end: Terminator & { op: 'branch' }, then: BlockId, other: BlockId): Terminator {
  return { ...end, then, else: other };
}

const factKey = (fn: CompareOp, width: number, a: ValueId, b: ValueId) => `${fn} ${width} ${a} ${b}`;
