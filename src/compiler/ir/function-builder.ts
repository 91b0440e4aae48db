// IrBuilder for one function. Locals become SSA values on the fly (Braun et al. 2013): a read looks through predecessors
// and makes a phi where paths meet; phis that turn out to have one input are dropped by finish(). Constants, map and
// stack addresses are interned in the entry block, so that each dominates every use; codegen makes them where used.
import type { Span } from '../diagnostics/diagnostic.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { IrBuilder, Local } from './builder.js';
import type {
  BasicBlock,
  BinaryOp,
  BlockId,
  CompareOp,
  Instr,
  IrFunction,
  Op,
  Size,
  Terminator,
  ValueId,
  ValueKind,
} from './ir.js';
import { rewriteEndOperands, rewriteOperands, successors } from './operands.js';
import { type OpenPhi, trivialPhis, withPhiKinds } from './phi.js';

interface OpenBlock {
  readonly id: BlockId;
  readonly instrs: Instr[];
  readonly phis: OpenPhi[];
  readonly preds: BlockId[];
  readonly defs: Map<Local, ValueId>;
  /** Phis made before the predecessors were known. */
  readonly pending: OpenPhi[];
  end: Terminator | undefined;
  sealed: boolean;
  /** No predecessor will ever reach it: its contents are dropped. */
  dead: boolean;
}

type Hint = { likely?: 'then' | 'else' };

/** In place of the value of a local that is to be written anew. */
const FORGOTTEN: ValueId = -1;

export class FunctionBuilder implements IrBuilder {
  readonly name: string;
  readonly #params: number;
  readonly #blocks: OpenBlock[] = [];
  readonly #prologue: Instr[] = [];
  readonly #interned = new Map<string | bigint, ValueId>();
  readonly #alignment = new Map<ValueId, number>();
  readonly #constants = new Map<ValueId, bigint>();
  #current: OpenBlock;
  #span: Span | undefined;
  #values = 0;
  #locals = 0;

  /** `params`: how many arguments (r1..) the function takes. */
  constructor(name: string, params: number) {
    this.name = name;
    this.#params = params;
    this.newBlock();
    this.#current = this.#blocks[0]!;
    this.#current.sealed = true;
  }

  at(span: Span | undefined): void {
    this.#span = span;
  }

  get ended(): boolean {
    return this.#current.dead || this.#current.end !== undefined;
  }

  const(value: bigint | number): ValueId {
    const bits = BigInt.asUintN(64, BigInt(value));
    const id = this.#intern(bits, { op: 'const', value: bits });
    this.#constants.set(id, bits);
    return id;
  }

  param(index: number, kind: ValueKind = 'scalar'): ValueId {
    if (index >= this.#params) throw new InternalError(`${this.name} has no parameter ${index}`);
    return this.#intern(`param ${index}`, { op: 'param', index, kind });
  }

  map(name: string): ValueId {
    return this.#intern(`map ${name}`, { op: 'map', map: name });
  }

  mapValue(name: string, offset: number): ValueId {
    return this.#intern(`value ${offset} ${name}`, { op: 'map-value', map: name, offset });
  }

  functionAddress(name: string): ValueId {
    return this.#intern(`function ${name}`, { op: 'function', name });
  }

  ksym(name: string): ValueId {
    return this.#intern(`ksym ${name}`, { op: 'ksym', name });
  }

  stack(size: number, align: 1 | 2 | 4 | 8 = 8): ValueId {
    const id = this.#values++;
    this.#prologue.push({ id, span: this.#span, op: 'stack', size, align });
    this.#alignment.set(id, align);
    return id;
  }

  binary(fn: BinaryOp, a: ValueId, b: ValueId, width: 32 | 64 = 64): ValueId {
    return this.#emit({ op: 'binary', fn, width, a, b });
  }

  binaryImm(fn: BinaryOp, a: ValueId, imm: bigint | number, width: 32 | 64 = 64): ValueId {
    return this.binary(fn, a, this.const(imm), width);
  }

  compare(fn: CompareOp, a: ValueId, b: ValueId, width: 32 | 64 = 64): ValueId {
    return this.#emit({ op: 'compare', fn, width, a, b });
  }

  extend(a: ValueId, from: 1 | 2 | 4, signed: boolean): ValueId {
    return this.#emit({ op: 'extend', from, signed, a });
  }

  bswap(a: ValueId, bits: 16 | 32 | 64): ValueId {
    return this.#emit({ op: 'bswap', bits, a });
  }

  load(
    size: Size,
    base: ValueId,
    offset: number,
    more: { signed?: boolean; kind?: ValueKind; invariant?: boolean } = {},
  ): ValueId {
    const { signed = false, kind = 'scalar', invariant = false } = more;
    return this.#emit({ op: 'load', size, signed, base, offset, kind, invariant });
  }

  store(size: Size, base: ValueId, offset: number, value: ValueId): void {
    this.#emit({ op: 'store', size, base, offset, value });
  }

  atomicAdd(size: 4 | 8, base: ValueId, offset: number, value: ValueId): void {
    this.#emit({ op: 'atomic', fn: 'add', size, base, offset, value });
  }

  atomicFetchAdd(size: 4 | 8, base: ValueId, offset: number, value: ValueId): ValueId {
    return this.#emit({ op: 'atomic', fn: 'fetch_add', size, base, offset, value });
  }

  atomicExchange(size: 4 | 8, base: ValueId, offset: number, value: ValueId): ValueId {
    return this.#emit({ op: 'atomic', fn: 'xchg', size, base, offset, value });
  }

  atomicCompareExchange(
    size: 4 | 8,
    base: ValueId,
    offset: number,
    expected: ValueId,
    value: ValueId,
  ): ValueId {
    return this.#emit({ op: 'atomic', fn: 'cmpxchg', size, base, offset, value, expected });
  }

  call(helper: string, args: readonly ValueId[], more: { kind?: ValueKind; pure?: boolean } = {}): ValueId {
    return this.#emit({ op: 'call', helper, args, kind: more.kind ?? 'scalar', pure: more.pure ?? false });
  }

  callFunction(name: string, args: readonly ValueId[]): ValueId {
    return this.#emit({ op: 'call-function', name, args });
  }

  offset(base: ValueId, bytes: number): ValueId {
    if (bytes === 0) return base;
    const id = this.binaryImm('add', base, bytes);
    this.#alignment.set(id, alignmentAt(this.#alignment.get(base) ?? 8, bytes));
    return id;
  }

  clear(base: ValueId, offset: number, size: number): void {
    const align = this.#alignment.get(base) ?? 8;
    const zero = this.const(0);
    for (let at = offset; at < offset + size; ) {
      let step: Size = 8;
      while (step > offset + size - at || step > alignmentAt(align, at)) step = (step / 2) as Size;
      this.store(step, base, at, zero);
      at += step;
    }
  }

  newBlock(): BlockId {
    const id = this.#blocks.length;
    this.#blocks.push({
      id,
      instrs: [],
      phis: [],
      preds: [],
      defs: new Map(),
      pending: [],
      end: undefined,
      sealed: false,
      dead: false,
    });
    return id;
  }

  moveTo(block: BlockId): void {
    if (!this.ended) throw new InternalError(`block ${this.#current.id} of ${this.name} has not ended`);
    this.#current = this.#blocks[block]!;
    if (this.#current.sealed && this.#current.preds.length === 0 && block !== 0) this.#current.dead = true;
  }

  seal(block: BlockId): void {
    const at = this.#blocks[block]!;
    if (at.sealed) return;
    at.sealed = true;
    for (const phi of at.pending) this.#fill(at, phi);
  }

  enter(block: BlockId): void {
    this.seal(block);
    this.moveTo(block);
  }

  jump(to: BlockId): void {
    this.#end({ op: 'jump', to, span: this.#span });
  }

  branch(
    fn: CompareOp,
    a: ValueId,
    b: ValueId,
    then: BlockId,
    otherwise: BlockId,
    more: { width?: 32 | 64; likely?: 'then' | 'else' } = {},
  ): void {
    if (then === otherwise) {
      this.jump(then);
      return;
    }
    const end: Terminator = {
      op: 'branch',
      fn,
      width: more.width ?? 64,
      a,
      b,
      then,
      else: otherwise,
      span: this.#span,
    };
    this.#end(more.likely === undefined ? end : { ...end, likely: more.likely });
  }

  branchIf(a: ValueId, then: BlockId, otherwise: BlockId, more: Hint = {}): void {
    this.branch('ne', a, this.const(0), then, otherwise, more);
  }

  ret(value: ValueId): void {
    this.#end({ op: 'return', value, span: this.#span });
  }

  newLocal(_name: string): Local {
    return this.#locals++;
  }

  read(local: Local): ValueId {
    return this.#read(local, this.#current);
  }

  write(local: Local, value: ValueId): void {
    this.#current.defs.set(local, value);
  }

  isDefined(local: Local): boolean {
    const seen = new Set<OpenBlock>();
    const defined = (block: OpenBlock): boolean => {
      const value = block.defs.get(local);
      if (value !== undefined) return value !== FORGOTTEN;
      if (seen.has(block)) return true; // round a loop: its other entries decide
      seen.add(block);
      return block.preds.length > 0 && block.preds.every(pred => defined(this.#blocks[pred]!));
    };
    return defined(this.#current);
  }

  forget(local: Local): void {
    this.#current.defs.set(local, FORGOTTEN);
  }

  constantOf(value: ValueId): bigint | undefined {
    return this.#constants.get(value);
  }

  ifThen(fn: CompareOp, a: ValueId, b: ValueId, then: () => void, more: Hint = {}): void {
    const yes = this.newBlock();
    const join = this.newBlock();
    this.branch(fn, a, b, yes, join, more);
    this.#arm(yes, join, then);
    this.enter(join);
  }

  ifElse(fn: CompareOp, a: ValueId, b: ValueId, then: () => void, otherwise: () => void): void {
    const yes = this.newBlock();
    const no = this.newBlock();
    const join = this.newBlock();
    this.branch(fn, a, b, yes, no);
    this.#arm(yes, join, then);
    this.#arm(no, join, otherwise);
    this.enter(join);
  }

  select(fn: CompareOp, a: ValueId, b: ValueId, then: () => ValueId, otherwise: () => ValueId): ValueId {
    const result = this.newLocal('select');
    this.ifElse(
      fn,
      a,
      b,
      () => this.write(result, then()),
      () => this.write(result, otherwise()),
    );
    return this.read(result);
  }

  truth(branch: (yes: BlockId, no: BlockId) => void): ValueId {
    const result = this.newLocal('truth');
    const [yes, no, join] = [this.newBlock(), this.newBlock(), this.newBlock()];
    branch(yes, no);
    this.#arm(yes, join, () => this.write(result, this.const(1)));
    this.#arm(no, join, () => this.write(result, this.const(0)));
    this.enter(join);
    return this.read(result);
  }

  /** The finished function: reachable blocks only, locals resolved, needless phis gone. */
  finish(): IrFunction {
    for (const block of this.#blocks) this.seal(block.id);
    const reachable = this.#reachable();
    const replaced = trivialPhis(
      reachable.flatMap(block => block.phis),
      () => this.const(0),
    );
    const resolve = (value: ValueId): ValueId => {
      let at = value;
      for (let next = replaced.get(at); next !== undefined; next = replaced.get(at)) at = next;
      return at;
    };
    const blocks: BasicBlock[] = [];
    for (const block of reachable) {
      const phis: Instr[] = [];
      for (const phi of block.phis) {
        if (replaced.has(phi.id)) continue;
        phis.push({ id: phi.id, span: undefined, op: 'phi', inputs: phi.inputs, kind: 'scalar' });
      }
      const body = block.id === 0 ? [...this.#prologue, ...block.instrs] : block.instrs;
      blocks.push({
        id: block.id,
        instrs: [...phis, ...body].map(instr => rewriteOperands(instr, resolve)),
        end: rewriteEndOperands(block.end!, resolve),
      });
    }
    return withPhiKinds({ name: this.name, params: this.#params, blocks });
  }

  #arm(block: BlockId, join: BlockId, body: () => void): void {
    this.enter(block);
    body();
    if (!this.ended) this.jump(join);
  }

  #emit(op: Op): ValueId {
    const id = this.#values++;
    if (!this.ended) this.#current.instrs.push({ id, span: this.#span, ...op });
    return id;
  }

  #intern(key: string | bigint, op: Op): ValueId {
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const id = this.#values++;
    this.#prologue.push({ id, span: undefined, ...op });
    this.#interned.set(key, id);
    return id;
  }

  #end(end: Terminator): void {
    if (this.ended) return;
    this.#current.end = end;
    for (const id of successors(end)) {
      const to = this.#blocks[id]!;
      if (to.sealed) throw new InternalError(`block ${id} of ${this.name} is sealed`);
      to.preds.push(this.#current.id);
    }
  }

  #read(local: Local, from: OpenBlock): ValueId {
    const passed: OpenBlock[] = [];
    let block = from;
    let value = block.defs.get(local);
    while (value === undefined) {
      if (!block.sealed || block.preds.length > 1) {
        const phi: OpenPhi = { id: this.#values++, local, inputs: [] };
        block.phis.push(phi);
        block.defs.set(local, phi.id);
        if (block.sealed) this.#fill(block, phi);
        else block.pending.push(phi);
        value = phi.id;
      } else if (block.preds.length === 0 || passed.length > this.#blocks.length) {
        value = this.const(0); // never written on this path (or unreachable)
      } else {
        passed.push(block);
        block = this.#blocks[block.preds[0]!]!;
        value = block.defs.get(local);
      }
    }
    for (const block of passed) block.defs.set(local, value);
    return value;
  }

  #fill(block: OpenBlock, phi: OpenPhi): void {
    for (const pred of block.preds) {
      phi.inputs.push({ block: pred, value: this.#read(phi.local, this.#blocks[pred]!) });
    }
  }

  #reachable(): OpenBlock[] {
    const seen = new Set<BlockId>([0]);
    for (const id of seen) {
      const { end } = this.#blocks[id]!;
      if (end === undefined) throw new InternalError(`block ${id} of ${this.name} never ends`);
      for (const next of successors(end)) seen.add(next);
    }
    const reachable = this.#blocks.filter(block => seen.has(block.id));
    for (const block of reachable) {
      for (const phi of block.phis) {
        const kept = phi.inputs.filter(input => seen.has(input.block));
        phi.inputs.splice(0, phi.inputs.length, ...kept);
      }
    }
    return reachable;
  }
}

/** The alignment of an address that is `offset` bytes past one aligned to `align`. */
function alignmentAt(align: number, offset: number): number {
  const low = offset & -offset;
  return low === 0 ? align : Math.min(align, low);
}
