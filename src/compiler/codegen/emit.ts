// Machine form with real registers -> instructions in a row: pseudo-instructions expanded, slots given their place, empty
// blocks jumped over, each branch turned so that the block laid out next needs no jump, distances filled in.
import * as bpf from '../bpf/assemble.js';
import type { Instruction } from '../bpf/instruction.js';
import { isExit, isGoto, slotsOf } from '../bpf/opcode.js';
import { JumpOp } from '../bpf/uapi.js';
import { InternalError, type Span } from '../diagnostics/diagnostic.js';
import { LimitError } from '../diagnostics/limit-error.js';
import type { FunctionSpec } from '../object-spec.js';
import type { Frame } from './frame.js';
import { FRAME_POINTER, type MachineBlock, type MachineFunction, type MachineInstr } from './machine.js';

interface Item {
  readonly insn: Instruction;
  /** Block that the jump goes to. */
  readonly target: number | undefined;
  readonly span: Span | undefined;
}

export function emit(fn: MachineFunction, frame: Frame): FunctionSpec {
  const byId = new Map(fn.blocks.map(block => [block.id, block]));
  const real = (id: number): MachineBlock => {
    let block = byId.get(id)!;
    for (
      let hops = 0;
      block.instrs.length === 0 && block.end.op === 'jump' && hops < fn.blocks.length;
      hops++
    ) {
      block = byId.get(block.end.to)!;
    }
    return block;
  };
  const order = fn.blocks.filter((block, i) => i === 0 || real(block.id) === block);
  const code = new Map<number, Item[]>();
  order.forEach((block, i) => {
    const own: Item[] = [];
    for (const instr of block.instrs) emitInstr(own, instr, frame);
    emitEnd(own, block, order[i + 1], real, frame);
    code.set(block.id, own);
  });
  const items: Item[] = [];
  const heads = new Map<number, number>();
  const reached = reachedBlocks(order, code);
  for (const { id } of order) {
    if (!reached.has(id)) continue;
    heads.set(id, items.length);
    items.push(...code.get(id)!);
  }
  return { name: fn.name, params: fn.params, insns: withDistances(items, heads), lines: linesOf(items) };
}

/** A returning block whose every visitor took a copy is left out: the kernel refuses code that nothing reaches. */
function reachedBlocks(
  order: readonly MachineBlock[],
  code: ReadonlyMap<number, readonly Item[]>,
): ReadonlySet<number> {
  const following = new Map(order.map((block, i) => [block.id, order[i + 1]?.id]));
  const reached = new Set<number>([order[0]!.id]);
  for (const id of reached) {
    const items = code.get(id)!;
    for (const { target } of items) if (target !== undefined) reached.add(target);
    const last = items[items.length - 1];
    const next = following.get(id);
    const ends = last !== undefined && (isExit(last.insn.opcode) || isGoto(last.insn.opcode));
    if (!ends && next !== undefined) reached.add(next);
  }
  return reached;
}

function emitInstr(items: Item[], instr: MachineInstr, frame: Frame): void {
  const put = (insn: Instruction) => items.push({ insn, target: undefined, span: instr.span });
  const base = instr.slot === -1 ? 0 : frame.offsets[instr.slot]!;
  if (instr.pseudo === 'frame') {
    put(bpf.mov(instr.dst, bpf.reg(FRAME_POINTER)));
    put(bpf.alu64('add', instr.dst, bpf.imm(base + instr.off)));
  } else if (instr.pseudo === 'set') {
    put(bpf.mov(instr.result, bpf.imm(1)));
    put(plain(instr, 1));
    put(bpf.mov(instr.result, bpf.imm(0)));
  } else put(plain(instr, base + instr.off));
}

function plain(instr: MachineInstr, off: number): Instruction {
  const { opcode, dst, src, imm, imm64, reference } = instr;
  return {
    opcode,
    dst,
    src,
    off,
    imm,
    ...(imm64 === undefined ? {} : { imm64 }),
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Instructions of a returning block that are copied rather than jumped to. */
const COPIED_RETURN = 2;

function emitEnd(
  items: Item[],
  block: MachineBlock,
  next: MachineBlock | undefined,
  real: (id: number) => MachineBlock,
  frame: Frame,
): void {
  const { end } = block;
  const { span } = end;
  const put = (insn: Instruction, target?: number) => items.push({ insn, target, span });
  const go = (to: MachineBlock) => {
    if (to === next) return;
    if (to.end.op === 'exit' && to.instrs.length <= COPIED_RETURN) {
      for (const instr of to.instrs) emitInstr(items, instr, frame);
      put(bpf.exit());
    } else put(bpf.goto(0), to.id);
  };
  if (end.op === 'exit') {
    put(bpf.exit());
    return;
  }
  if (end.op === 'jump') {
    go(real(end.to));
    return;
  }
  const yes = real(end.yes);
  const no = real(end.no);
  if (yes === no) {
    go(yes);
    return;
  }
  const test = plain(end.test, 0);
  const opposite = OPPOSITE.get(test.opcode & 0xf0);
  const jumpsToNo = block.jumpsTo === undefined ? yes === next : block.jumpsTo === end.no;
  if (jumpsToNo && opposite !== undefined) {
    put({ ...test, opcode: (test.opcode & 0x0f) | opposite }, no.id);
    go(yes);
  } else {
    put(test, yes.id);
    go(no);
  }
}

/** The jump that is taken exactly when the other is not; JSET has none. */
const OPPOSITE: ReadonlyMap<number, number> = new Map([
  [JumpOp.BPF_JEQ, JumpOp.BPF_JNE],
  [JumpOp.BPF_JNE, JumpOp.BPF_JEQ],
  [JumpOp.BPF_JGT, JumpOp.BPF_JLE],
  [JumpOp.BPF_JLE, JumpOp.BPF_JGT],
  [JumpOp.BPF_JGE, JumpOp.BPF_JLT],
  [JumpOp.BPF_JLT, JumpOp.BPF_JGE],
  [JumpOp.BPF_JSGT, JumpOp.BPF_JSLE],
  [JumpOp.BPF_JSLE, JumpOp.BPF_JSGT],
  [JumpOp.BPF_JSGE, JumpOp.BPF_JSLT],
  [JumpOp.BPF_JSLT, JumpOp.BPF_JSGE],
]);

function withDistances(items: readonly Item[], heads: ReadonlyMap<number, number>): Instruction[] {
  const slotAt: number[] = [];
  let slot = 0;
  for (const { insn } of items) {
    slotAt.push(slot);
    slot += slotsOf(insn);
  }
  return items.map(({ insn, target }, i) => {
    if (target === undefined) return insn;
    const head = heads.get(target);
    if (head === undefined) throw new InternalError(`jump to block ${target}, which was not laid out`);
    const off = slotAt[head]! - slotAt[i]! - 1;
    if (off < -0x8000 || off > 0x7fff)
      throw new LimitError('jump', 'a jump goes further than 32767 instructions');
    return { ...insn, off };
  });
}

function linesOf(items: readonly Item[]): FunctionSpec['lines'] {
  const lines: { insn: number; start: number; end: number }[] = [];
  items.forEach(({ span }, insn) => {
    if (span === undefined) return;
    const last = lines[lines.length - 1];
    if (last?.start === span.start && last.end === span.end) return;
    lines.push({ insn, start: span.start, end: span.end });
  });
  return lines;
}
