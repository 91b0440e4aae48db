// How lowering writes IR: a cursor in a block, one method per operation, and mutable locals that become SSA on the fly
// (Braun et al., "Simple and Efficient Construction of Static Single Assignment Form", 2013).
import type { Span } from '../diagnostics/diagnostic.js';
import type { BinaryOp, BlockId, CompareOp, Size, ValueId, ValueKind } from './ir.js';

/** A mutable variable of the program being lowered; reads and writes become SSA values and phis. */
export type Local = number & { readonly brand?: 'local' };

export interface IrBuilder {
  /** Span given to instructions from here on. */
  at(span: Span | undefined): void;

  const(value: bigint | number): ValueId;
  param(index: number, kind?: ValueKind): ValueId;
  binary(fn: BinaryOp, a: ValueId, b: ValueId, width?: 32 | 64): ValueId;
  /** binary with a constant. */
  binaryImm(fn: BinaryOp, a: ValueId, imm: bigint | number, width?: 32 | 64): ValueId;
  compare(fn: CompareOp, a: ValueId, b: ValueId, width?: 32 | 64): ValueId;
  extend(a: ValueId, from: 1 | 2 | 4, signed: boolean): ValueId;
  bswap(a: ValueId, bits: 16 | 32 | 64): ValueId;
  load(
    size: Size,
    base: ValueId,
    offset: number,
    more?: { signed?: boolean; kind?: ValueKind; invariant?: boolean },
  ): ValueId;
  store(size: Size, base: ValueId, offset: number, value: ValueId): void;
  atomicAdd(size: 4 | 8, base: ValueId, offset: number, value: ValueId): void;
  /** Old value (5.12). */
  atomicFetchAdd(size: 4 | 8, base: ValueId, offset: number, value: ValueId): ValueId;
  atomicExchange(size: 4 | 8, base: ValueId, offset: number, value: ValueId): ValueId;
  atomicCompareExchange(
    size: 4 | 8,
    base: ValueId,
    offset: number,
    expected: ValueId,
    value: ValueId,
  ): ValueId;
  /** A helper by its name without bpf_, or a kfunc by its name with it. */
  call(helper: string, args: readonly ValueId[], more?: { kind?: ValueKind; pure?: boolean }): ValueId;
  callFunction(name: string, args: readonly ValueId[]): ValueId;
  map(name: string): ValueId;
  mapValue(name: string, offset: number): ValueId;
  functionAddress(name: string): ValueId;
  ksym(name: string): ValueId;
  stack(size: number, align?: 1 | 2 | 4 | 8): ValueId;
  /** base + constant offset as an address (folded into loads and stores by the optimizer). */
  offset(base: ValueId, bytes: number): ValueId;
  /** Writes zeros to [base+offset, +size): as few stores as alignment allows; narrowed by a pass. */
  clear(base: ValueId, offset: number, size: number): void;

  newBlock(): BlockId;
  /** Continues in `block`; the block before must have ended. A block is sealed when its predecessors are all known. */
  moveTo(block: BlockId): void;
  seal(block: BlockId): void;
  /** Seals it, and continues there. */
  enter(block: BlockId): void;
  jump(to: BlockId): void;
  branch(
    fn: CompareOp,
    a: ValueId,
    b: ValueId,
    then: BlockId,
    otherwise: BlockId,
    more?: { width?: 32 | 64; likely?: 'then' | 'else' },
  ): void;
  /** branch on a != 0. */
  branchIf(a: ValueId, then: BlockId, otherwise: BlockId, more?: { likely?: 'then' | 'else' }): void;
  ret(value: ValueId): void;
  /** The current block has already ended: what follows is unreachable and is dropped. */
  readonly ended: boolean;

  newLocal(name: string): Local;
  read(local: Local): ValueId;
  write(local: Local, value: ValueId): void;
  /** Is it written on every way to here? Where a loop comes round, what was written before the loop counts. */
  isDefined(local: Local): boolean;
  /** From here on it counts as not written. */
  forget(local: Local): void;
  /** The constant that a value is, if const() made it; unsigned 64 bits. */
  constantOf(value: ValueId): bigint | undefined;

  /** Structured forms of the above: blocks are made and sealed. */
  ifThen(fn: CompareOp, a: ValueId, b: ValueId, then: () => void, more?: { likely?: 'then' | 'else' }): void;
  ifElse(fn: CompareOp, a: ValueId, b: ValueId, then: () => void, otherwise: () => void): void;
  /** A value chosen by a condition. */
  select(fn: CompareOp, a: ValueId, b: ValueId, then: () => ValueId, otherwise: () => ValueId): ValueId;
  /** 1 where `branch` goes to its first block, 0 where it goes to the second; it seals neither, and ends its way. */
  truth(branch: (yes: BlockId, no: BlockId) => void): ValueId;
}
