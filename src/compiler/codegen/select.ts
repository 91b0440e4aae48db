// Instruction selection: IR on SSA values -> machine form on virtual registers. Value v lives in register VIRTUAL + v.
// Constants and addresses are made where they are used (once per stretch without calls), operations become the two-address
// kind with copies that the allocator merges away, phis become copies at the ends of the predecessors.
import type { Width } from '../bpf/assemble.js';
import * as bpf from '../bpf/assemble.js';
import { HELPERS, type HelperName } from '../bpf/helper.js';
import type { Instruction } from '../bpf/instruction.js';
import { assertNever, InternalError, type Span } from '../diagnostics/diagnostic.js';
import type { Flow } from '../ir/flow.js';
import type { BasicBlock, BinaryOp, CompareOp, Instr, IrFunction, ValueId } from '../ir/ir.js';
import { type Definitions, definitions, kindOf, valueCount } from '../ir/operands.js';
import { boundedValues } from './bounded.js';
import type { TargetFeatures } from './legalise.js';
import {
  FRAME_POINTER,
  frameAddress,
  type MachineBlock,
  type MachineEnd,
  type MachineFunction,
  type MachineInstr,
  machine,
  type StackSlot,
  VIRTUAL,
} from './machine.js';
import { countUses } from './needed.js';
import {
  address,
  branchTest,
  fitsOffset,
  immediate,
  immediateLast,
  type Remade,
  remade,
  shiftCount,
} from './operand.js';
import { ALU_NAMES, COMMUTATIVE, isDivision, isShift, JUMP_NAMES, narrow } from './operation.js';
import { orderCopies } from './parallel-copy.js';

/** Machine form of a legal function (see legalise.ts). Its blocks are the reachable ones, in reverse postorder. */
export function select(fn: IrFunction, flow: Flow, features: TargetFeatures): MachineFunction {
  return new Selector(fn, flow, features).run();
}

class Selector {
  readonly #fn: IrFunction;
  readonly #flow: Flow;
  readonly #features: TargetFeatures;
  readonly #defs: Definitions;
  /** Reads of each value's register; 0: it need not exist. */
  readonly #uses: readonly number[];
  readonly #slots: StackSlot[] = [];
  readonly #slotOf = new Map<ValueId, number>();
  /** Registers that hold a made value in this stretch of code. */
  readonly #made = new Map<string, number>();
  #registers: number;
  #nextBlock: number;
  #out: MachineInstr[] = [];
  #span: Span | undefined;

  constructor(fn: IrFunction, flow: Flow, features: TargetFeatures) {
    this.#fn = fn;
    this.#flow = flow;
    this.#features = features;
    this.#defs = definitions(fn);
    this.#uses = countUses(flow, this.#defs);
    this.#registers = VIRTUAL + valueCount(fn);
    this.#nextBlock = flow.index.length;
  }

  run(): MachineFunction {
    const blocks: MachineBlock[] = [];
    for (const block of this.#flow.order) {
      this.#out = [];
      this.#made.clear();
      if (block === this.#flow.order[0]) this.#takeParams();
      this.#copyIn(block);
      for (const instr of block.instrs) {
        this.#span = instr.span;
        this.#instruction(instr);
      }
      this.#span = block.end.span;
      const edges: MachineBlock[] = [];
      const end = this.#end(block, edges);
      blocks.push({ id: block.id, instrs: this.#out, end, frequency: 1 }, ...edges);
    }
    return {
      name: this.#fn.name,
      params: this.#fn.params,
      blocks,
      registers: this.#registers,
      slots: this.#slots,
      bounded: new Set([...boundedValues(this.#flow, this.#defs)].map(value => VIRTUAL + value)),
    };
  }

  /** Arguments leave r1..r5 first of all, before anything can overwrite them. */
  #takeParams(): void {
    for (const instr of this.#flow.order[0]!.instrs) {
      if (instr.op !== 'param' || this.#uses[instr.id] === 0) continue;
      this.#push(bpf.mov(VIRTUAL + instr.id, bpf.reg(instr.index + 1)));
    }
  }

  #push(insn: Instruction): void {
    this.#out.push(machine(insn, this.#span));
  }

  #fresh(): number {
    return this.#registers++;
  }

  /** The register that holds the value; made now when it is one of those that are made where used. */
  #reg(value: ValueId): number {
    const how = remade(this.#defs, value);
    if (how === undefined) return VIRTUAL + value;
    const key =
      how.kind === 'constant'
        ? String(how.value)
        : how.kind === 'frame'
          ? `frame ${how.area} ${how.offset}`
          : JSON.stringify(how.reference);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const register = this.#fresh();
    this.#make(register, how);
    this.#made.set(key, register);
    return register;
  }

  #make(register: number, how: Remade): void {
    if (how.kind === 'constant') this.#push(bpf.loadConstant(register, how.value));
    else if (how.kind === 'reference') this.#push(bpf.loadReference(register, how.reference));
    else {
      const slot = this.#slot(how.area);
      // Anywhere but in an argument register the address may outlive what we can see.
      if (register >= VIRTUAL) this.#slots[slot]!.whole = true;
      this.#out.push(frameAddress(register, slot, how.offset, this.#span));
    }
  }

  /** Puts the value into that very register. */
  #into(register: number, value: ValueId): void {
    const how = remade(this.#defs, value);
    if (how === undefined) this.#push(bpf.mov(register, bpf.reg(VIRTUAL + value)));
    else this.#make(register, how);
  }

  #slot(area: ValueId): number {
    const known = this.#slotOf.get(area);
    if (known !== undefined) return known;
    const instr = this.#defs[area]!;
    if (instr.op !== 'stack') throw new InternalError(`v${area} is no stack area`);
    const slot = this.#slots.length;
    this.#slots.push({ size: instr.size, align: instr.align, spill: false, whole: false });
    this.#slotOf.set(area, slot);
    return slot;
  }

  /** Base register, offset and slot of a memory access. */
  #place(base: ValueId, offset: number): { base: number; off: number; slot: number } {
    const at = address(this.#defs, base, offset);
    const how = remade(this.#defs, at.base);
    if (how?.kind === 'frame') {
      return { base: FRAME_POINTER, off: how.offset + at.offset, slot: this.#slot(how.area) };
    }
    const register = this.#reg(at.base);
    if (fitsOffset(at.offset)) return { base: register, off: at.offset, slot: -1 };
    const far = this.#fresh();
    this.#push(bpf.mov(far, bpf.reg(register)));
    this.#push(bpf.alu64('add', far, bpf.imm(at.offset)));
    return { base: far, off: 0, slot: -1 };
  }

  #instruction(instr: Instr): void {
    const used = this.#uses[instr.id]! > 0;
    const result = VIRTUAL + instr.id;
    switch (instr.op) {
      case 'const':
      case 'map':
      case 'map-value':
      case 'function':
      case 'ksym':
      case 'stack':
      case 'phi':
      case 'param':
        return;
      case 'binary':
        if (used && remade(this.#defs, instr.id) === undefined) this.#binary(instr, result);
        return;
      case 'compare':
        if (used) this.#compare(instr, result);
        return;
      case 'extend':
        if (used) this.#extend(instr, result);
        return;
      case 'bswap':
        if (!used) return;
        this.#into(result, instr.a);
        this.#push(bpf.toEndian(result, 'big', instr.bits));
        return;
      case 'load':
        if (used) this.#load(instr, result);
        return;
      case 'store':
        this.#store(instr);
        return;
      case 'atomic':
        this.#atomic(instr, result, used);
        return;
      case 'call':
      case 'call-function':
        if (instr.op === 'call-function' || !instr.pure || used) this.#call(instr, result, used);
        return;
      default:
        assertNever(instr);
    }
  }

  #binary(instr: Instr & { op: 'binary' }, result: number): void {
    const { fn, width } = instr;
    let { a, b } = instr;
    if (COMMUTATIVE.has(fn) && this.#isBetterSwapped(instr)) [a, b] = [b, a];
    const left = this.#defs[a]!;
    if (fn === 'sub' && left.op === 'const' && left.value === 0n) {
      this.#into(result, b);
      this.#push(bpf.negate(result, width));
      return;
    }
    const value = isShift(fn) ? shiftCount(this.#defs, b, width) : immediate(this.#defs, b, width);
    if (value !== undefined && !(value === 0 && isDivision(fn))) {
      this.#into(result, a);
      this.#immediateOp(fn, width, result, value);
      return;
    }
    const right = b === a && remade(this.#defs, a) === undefined ? result : this.#reg(b);
    this.#into(result, a);
    this.#push(this.#operation(fn, width, result, bpf.reg(right)));
  }

  /**
   * A number is added to an address on the stack, never the other way round: then the verifier loses account of whose stack it
   * is, and in a callback takes the outer function's for it (adjust_ptr_min_max_vals, kernel/bpf/verifier.c, copies no frameno).
   */
  #isBetterSwapped(instr: Instr & { op: 'binary' }): boolean {
    const { fn, a, b } = instr;
    if (fn === 'add' && kindOf(this.#defs, b) === 'stack') return true;
    if (fn === 'add' && kindOf(this.#defs, a) === 'stack') return false;
    return this.#defs[a]!.op === 'const' || this.#prefersSecond(instr);
  }

  /** The result starts as a copy of one operand, which costs nothing when that operand dies here or is the phi it feeds. */
  #prefersSecond({ id, a, b }: Instr & { op: 'binary' }): boolean {
    if (remade(this.#defs, b) !== undefined) return false;
    const feeds = (value: ValueId) => {
      const phi = this.#defs[value]!;
      return phi.op === 'phi' && phi.inputs.some(input => input.value === id);
    };
    if (feeds(a)) return false;
    return feeds(b) || (this.#uses[a]! > 1 && this.#uses[b] === 1);
  }

  #immediateOp(fn: BinaryOp, width: Width, result: number, value: number): void {
    if (isShift(fn)) {
      if (value !== 0 || width === 32) this.#push(this.#operation(fn, width, result, bpf.imm(value)));
    } else if (fn === 'sub' && value !== -0x8000_0000) {
      this.#push(bpf.alu('add', result, bpf.imm(-value), width));
    } else if (value !== 0 || width === 32 || !(fn === 'add' || fn === 'or' || fn === 'xor')) {
      this.#push(this.#operation(fn, width, result, bpf.imm(value)));
    }
  }

  #operation(fn: BinaryOp, width: Width, dst: number, source: bpf.Source): Instruction {
    if (fn === 'sdiv') return bpf.signedDivide('div', dst, source, width);
    if (fn === 'smod') return bpf.signedDivide('mod', dst, source, width);
    return bpf.alu(ALU_NAMES[fn], dst, source, width);
  }

  #compare(instr: Instr & { op: 'compare' }, result: number): void {
    const { fn, width, a, b } = immediateLast(this.#defs, instr);
    this.#out.push({ ...this.#test(fn, width, a, b), pseudo: 'set', result });
  }

  #test(fn: CompareOp, width: Width, a: ValueId, b: ValueId): MachineInstr {
    const left = this.#reg(a);
    const value = immediate(this.#defs, b, width);
    const source = value === undefined ? bpf.reg(this.#reg(b)) : bpf.imm(value);
    return machine(bpf.jump(JUMP_NAMES[fn], left, source, 0, width), this.#span);
  }

  #extend(instr: Instr & { op: 'extend' }, result: number): void {
    if (instr.signed) {
      this.#signExtend(result, this.#reg(instr.a), instr.from);
    } else if (instr.from === 4) {
      this.#push(bpf.mov32(result, bpf.reg(this.#reg(instr.a))));
    } else {
      this.#into(result, instr.a);
      this.#push(bpf.alu64('and', result, bpf.imm(instr.from === 1 ? 0xff : 0xffff)));
    }
  }

  #signExtend(result: number, from: number, bytes: 1 | 2 | 4): void {
    const bits = (bytes * 8) as 8 | 16 | 32;
    for (const insn of bpf.signExtend(result, from, bits, this.#features.signedDivision)) this.#push(insn);
  }

  #load(instr: Instr & { op: 'load' }, result: number): void {
    const { base, off, slot } = this.#place(instr.base, instr.offset);
    const { size } = instr;
    if (!instr.signed || size === 8) {
      this.#out.push(machine(bpf.load(size, result, base, off), this.#span, slot));
      return;
    }
    // The verifier rewrites accesses to a context and does so for plain loads only.
    if (this.#features.signedDivision && kindOf(this.#defs, instr.base) !== 'ctx') {
      this.#out.push(machine(bpf.loadSigned(size, result, base, off), this.#span, slot));
      return;
    }
    this.#out.push(machine(bpf.load(size, result, base, off), this.#span, slot));
    this.#signExtend(result, result, size);
  }

  #store(instr: Instr & { op: 'store' }): void {
    const { size } = instr;
    const { base, off, slot } = this.#place(instr.base, instr.offset);
    const value = immediate(this.#defs, instr.value, size === 8 ? 64 : 32);
    const source = value === undefined ? bpf.reg(this.#reg(instr.value)) : bpf.imm(narrow(value, size));
    this.#out.push(machine(bpf.store(size, base, off, source), this.#span, slot));
  }

  #atomic(instr: Instr & { op: 'atomic' }, result: number, used: boolean): void {
    const { size } = instr;
    const { base, off, slot } = this.#place(instr.base, instr.offset);
    const push = (insn: Instruction) => this.#out.push(machine(insn, this.#span, slot));
    if (instr.fn === 'cmpxchg') {
      const value = this.#reg(instr.value);
      this.#into(0, instr.expected!);
      push(bpf.atomic('cmpxchg', size, base, off, value, true));
      if (used) this.#push(bpf.mov(result, bpf.reg(0)));
      return;
    }
    const fn = instr.fn === 'fetch_add' ? 'add' : instr.fn;
    const fetch = fn === 'xchg' || (used && instr.fn !== 'add');
    if (!fetch) {
      push(bpf.atomic(fn, size, base, off, this.#reg(instr.value)));
      return;
    }
    this.#into(result, instr.value);
    push(bpf.atomic(fn, size, base, off, result, true));
  }

  #call(instr: Instr & { op: 'call' | 'call-function' }, result: number, used: boolean): void {
    const { args } = instr;
    args.forEach((arg, i) => {
      if (remade(this.#defs, arg) === undefined) this.#into(i + 1, arg);
    });
    args.forEach((arg, i) => {
      if (remade(this.#defs, arg) !== undefined) this.#into(i + 1, arg);
    });
    let insn: Instruction;
    if (instr.op === 'call-function') insn = bpf.callFunction(instr.name);
    else if (instr.helper.startsWith('bpf_')) insn = bpf.callKfunc(instr.helper);
    else {
      const name = `BPF_FUNC_${instr.helper}`;
      if (!(name in HELPERS)) throw new InternalError(`no helper ${name}`);
      insn = bpf.callHelper(name as HelperName);
    }
    this.#out.push({ ...machine(insn, this.#span), args: args.length });
    this.#made.clear();
    if (used) this.#push(bpf.mov(result, bpf.reg(0)));
  }

  #end(block: BasicBlock, edges: MachineBlock[]): MachineEnd {
    const { end } = block;
    const { span } = end;
    if (end.op === 'return') {
      this.#into(0, end.value);
      return { op: 'exit', span };
    }
    if (end.op === 'jump') {
      this.#copyOut(block.id, end.to);
      return { op: 'jump', to: end.to, span };
    }
    const { fn, width, a, b, swapped } = branchTest(this.#defs, end);
    const test = this.#test(fn, width, a, b);
    const [then, other] = swapped ? [end.else, end.then] : [end.then, end.else];
    const likely = end.likely && ((end.likely === 'then') !== swapped ? 'yes' : 'no');
    return {
      op: 'branch',
      test,
      yes: this.#edge(block.id, then, edges),
      no: this.#edge(block.id, other, edges),
      likely,
      span,
    };
  }

  /** Copies of a phi's inputs need a place of their own on an edge from a fork to a join. */
  #edge(from: number, to: number, edges: MachineBlock[]): number {
    const target = this.#flow.order[this.#flow.index[to]!]!;
    if (this.#flow.preds[to]!.length === 1 || target.instrs[0]?.op !== 'phi') return to;
    const outer = this.#out;
    this.#out = [];
    this.#made.clear();
    this.#copyOut(from, to);
    const id = this.#nextBlock++;
    edges.push({ id, instrs: this.#out, end: { op: 'jump', to, span: this.#span }, frequency: 1 });
    this.#out = outer;
    return id;
  }

  #copyOut(from: number, to: number): void {
    const target = this.#flow.order[this.#flow.index[to]!]!;
    if (target.instrs[0]?.op === 'phi' && this.#flow.preds[to]!.length > 1) this.#copies(target, from);
  }

  /** A block with one predecessor takes its phis' inputs at its own head. */
  #copyIn(block: BasicBlock): void {
    const preds = this.#flow.preds[block.id]!;
    if (preds.length === 1 && block.instrs[0]?.op === 'phi') this.#copies(block, preds[0]!);
  }

  #copies(target: BasicBlock, from: number): void {
    const registers: { dst: number; src: number }[] = [];
    const made: { dst: number; value: ValueId }[] = [];
    for (const instr of target.instrs) {
      if (instr.op !== 'phi') break;
      if (this.#uses[instr.id] === 0) continue;
      const { value } = instr.inputs.find(input => input.block === from)!;
      const dst = VIRTUAL + instr.id;
      if (remade(this.#defs, value) === undefined) registers.push({ dst, src: VIRTUAL + value });
      else made.push({ dst, value });
    }
    for (const copy of orderCopies(registers, () => this.#fresh()))
      this.#push(bpf.mov(copy.dst, bpf.reg(copy.src)));
    for (const { dst, value } of made) this.#into(dst, value);
  }
}
