// The engine of the local passes: visits instructions in reverse postorder and offers each to a list of rules. A rule sees
// an instruction whose operands are already rewritten and answers with a simpler operation, with a value that equals it, or
// with nothing. What a rule adds goes before the instruction; constants go to the entry, where they serve all blocks.
import type { Span } from '../diagnostics/diagnostic.js';
import { flowOf } from '../ir/flow.js';
import type { BasicBlock, Instr, IrFunction, Op, Terminator, ValueId } from '../ir/ir.js';
import {
  definitions,
  kindOf,
  rewriteEndOperands,
  rewriteOperands,
  valueCount,
  visitEndOperands,
  visitOperands,
} from '../ir/operands.js';
import { widthOf } from './bits.js';

export interface RuleContext {
  definition(value: ValueId): Instr;
  /** The constant that the value is, unsigned 64 bits. */
  constantOf(value: ValueId): bigint | undefined;
  /** A value that is that constant; taken modulo 2^64. */
  constant(value: bigint | number): ValueId;
  /** Adds an operation before the instruction at hand. */
  add(op: Op): ValueId;
  /** The value is below 2^n for the n given, and the verifier can see it. 64: nothing is known. */
  widthOf(value: ValueId): number;
  isScalar(value: ValueId): boolean;
  /** Reads of the value when the pass began. */
  usesOf(value: ValueId): number;
}

/** A simpler operation for the same value, or an equal value. */
export type Rule = (instr: Instr, context: RuleContext) => Op | ValueId | undefined;
export type EndRule = (end: Terminator, context: RuleContext) => Terminator | undefined;

/** How often an instruction is offered again after a rule changed it. */
const MOST_STEPS = 8;

export function rewrite(
  fn: IrFunction,
  rules: readonly Rule[],
  endRules: readonly EndRule[] = [],
): IrFunction {
  const work = new Rewriting(fn);
  return work.run(rules, endRules);
}

class Rewriting implements RuleContext {
  readonly #fn: IrFunction;
  readonly #defs: (Instr | undefined)[];
  readonly #uses: readonly number[];
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #constants = new Map<bigint, ValueId>();
  readonly #added: Instr[] = [];
  #next: number;
  #out: Instr[] = [];
  #span: Span | undefined;
  #changed = false;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#defs = [...definitions(fn)];
    this.#uses = countReads(fn);
    this.#next = valueCount(fn);
    for (const instr of fn.blocks[0]!.instrs) {
      if (instr.op === 'const') this.#constants.set(instr.value, instr.id);
    }
  }

  run(rules: readonly Rule[], endRules: readonly EndRule[]): IrFunction {
    const rewritten = new Map<number, BasicBlock>();
    for (const block of flowOf(this.#fn).order) {
      this.#out = [];
      for (const instr of block.instrs) this.#offer(instr, rules);
      this.#span = block.end.span;
      let end = rewriteEndOperands(block.end, this.#resolve);
      for (const rule of endRules) {
        const better = rule(end, this);
        if (better === undefined) continue;
        end = better;
        this.#changed = true;
      }
      rewritten.set(block.id, { id: block.id, instrs: this.#out, end });
    }
    if (!this.#changed) return this.#fn;
    const entry = this.#fn.blocks[0]!.id;
    const blocks: BasicBlock[] = [];
    for (const { id } of this.#fn.blocks) {
      const block = rewritten.get(id);
      if (block === undefined) continue; // nothing reaches it
      const instrs = id === entry ? [...this.#added, ...block.instrs] : block.instrs;
      // Operands that come round a loop were not rewritten yet when they were read.
      blocks.push({ ...block, instrs: instrs.map(instr => rewriteOperands(instr, this.#resolve)) });
    }
    return { ...this.#fn, blocks };
  }

  #offer(original: Instr, rules: readonly Rule[]): void {
    this.#span = original.span;
    let instr = rewriteOperands(original, this.#resolve);
    for (let step = 0; step < MOST_STEPS; step++) {
      let result: Op | ValueId | undefined;
      for (const rule of rules) {
        result = rule(instr, this);
        if (result !== undefined) break;
      }
      if (result === undefined) break;
      this.#changed = true;
      if (typeof result === 'number') {
        this.#replaced.set(original.id, result);
        return;
      }
      instr = { ...result, id: original.id, span: original.span };
      this.#defs[instr.id] = instr;
    }
    this.#defs[instr.id] = instr;
    this.#out.push(instr);
  }

  readonly #resolve = (value: ValueId): ValueId => {
    let at = value;
    for (let next = this.#replaced.get(at); next !== undefined; next = this.#replaced.get(at)) at = next;
    return at;
  };

  definition(value: ValueId): Instr {
    return this.#defs[value]!;
  }

  constantOf(value: ValueId): bigint | undefined {
    const instr = this.#defs[value];
    return instr?.op === 'const' ? instr.value : undefined;
  }

  constant(value: bigint | number): ValueId {
    const bits = BigInt.asUintN(64, BigInt(value));
    const known = this.#constants.get(bits);
    if (known !== undefined) return known;
    const instr: Instr = { id: this.#next++, span: undefined, op: 'const', value: bits };
    this.#defs[instr.id] = instr;
    this.#added.push(instr);
    this.#constants.set(bits, instr.id);
    return instr.id;
  }

  add(op: Op): ValueId {
    const instr: Instr = { id: this.#next++, span: this.#span, ...op };
    this.#defs[instr.id] = instr;
    this.#out.push(instr);
    return instr.id;
  }

  widthOf(value: ValueId): number {
    return widthOf(this.#defs, value);
  }

  isScalar(value: ValueId): boolean {
    return kindOf(this.#defs, value) === 'scalar';
  }

  usesOf(value: ValueId): number {
    return this.#uses[value] ?? 1;
  }
}

/** Reads of each value by id. */
export function countReads(fn: IrFunction): number[] {
  const uses: number[] = new Array(valueCount(fn)).fill(0);
  const read = (value: ValueId) => {
    uses[value]!++;
  };
  for (const block of fn.blocks) {
    for (const instr of block.instrs) visitOperands(instr, read);
    visitEndOperands(block.end, read);
  }
  return uses;
}
