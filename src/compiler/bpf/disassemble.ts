// Instruction -> text, in the notation of the verifier's log (kernel/bpf/disasm.c): r for 64-bit operands, w for 32-bit ones,
// constants in decimal, jumps as distances in slots. Programs can carry their source lines between the instructions.

import { helperName } from './helper.js';
import type { Instruction, Reference } from './instruction.js';
import {
  accessSize,
  classOf,
  isByteSwap,
  isCall,
  isExit,
  isGoto,
  isJumpClass,
  isLoadImmediate,
  modeOf,
  operationOf,
  slotsOf,
  usesRegister,
} from './opcode.js';
import { AluOp, AtomicOp, InsnClass, JumpOp, MemMode, PseudoCall } from './uapi.js';

/** FunctionSpec fits. */
interface Listing {
  readonly name: string;
  readonly insns: readonly Instruction[];
  readonly lines: readonly { readonly insn: number; readonly start: number; readonly end: number }[];
}

const ALU_SYMBOL = new Map<number, string>([
  [AluOp.BPF_ADD, '+='],
  [AluOp.BPF_SUB, '-='],
  [AluOp.BPF_MUL, '*='],
  [AluOp.BPF_DIV, '/='],
  [AluOp.BPF_OR, '|='],
  [AluOp.BPF_AND, '&='],
  [AluOp.BPF_LSH, '<<='],
  [AluOp.BPF_RSH, '>>='],
  [AluOp.BPF_MOD, '%='],
  [AluOp.BPF_XOR, '^='],
  [AluOp.BPF_MOV, '='],
  [AluOp.BPF_ARSH, 's>>='],
]);

const JUMP_SYMBOL = new Map<number, string>([
  [JumpOp.BPF_JEQ, '=='],
  [JumpOp.BPF_JGT, '>'],
  [JumpOp.BPF_JGE, '>='],
  [JumpOp.BPF_JSET, '&'],
  [JumpOp.BPF_JNE, '!='],
  [JumpOp.BPF_JSGT, 's>'],
  [JumpOp.BPF_JSGE, 's>='],
  [JumpOp.BPF_JLT, '<'],
  [JumpOp.BPF_JLE, '<='],
  [JumpOp.BPF_JSLT, 's<'],
  [JumpOp.BPF_JSLE, 's<='],
]);

const ATOMIC_SYMBOL = new Map<number, string>([
  [AtomicOp.BPF_ADD, 'add'],
  [AtomicOp.BPF_OR, 'or'],
  [AtomicOp.BPF_AND, 'and'],
  [AtomicOp.BPF_XOR, 'xor'],
]);

/** One instruction; whatever has no notation is shown as its fields. */
export function disassemble(insn: Instruction): string {
  const { opcode } = insn;
  if (isLoadImmediate(opcode)) return `r${insn.dst} = ${constant(insn)}`;
  if (isJumpClass(opcode)) return jumpText(insn);
  switch (classOf(opcode)) {
    case InsnClass.BPF_ALU:
    case InsnClass.BPF_ALU64:
      return aluText(insn);
    case InsnClass.BPF_LDX:
      if (modeOf(opcode) === MemMode.BPF_MEM) return `r${insn.dst} = ${memory(insn, 'u', insn.src)}`;
      if (modeOf(opcode) === MemMode.BPF_MEMSX) return `r${insn.dst} = ${memory(insn, 's', insn.src)}`;
      return unknown(insn);
    case InsnClass.BPF_ST:
      return modeOf(opcode) === MemMode.BPF_MEM
        ? `${memory(insn, 'u', insn.dst)} = ${insn.imm}`
        : unknown(insn);
    case InsnClass.BPF_STX:
      if (modeOf(opcode) === MemMode.BPF_MEM) return `${memory(insn, 'u', insn.dst)} = r${insn.src}`;
      return modeOf(opcode) === MemMode.BPF_ATOMIC ? atomicText(insn) : unknown(insn);
    default:
      return unknown(insn);
  }
}

/**
 * Functions with slot numbers (the verifier's, counted through the program). With `source` (the script's text) the place and
 * text of each instruction's source precede it: `; 1:24 @[comm] = count()`.
 */
export function disassembleProgram(functions: readonly Listing[], source?: string): string {
  const out: string[] = [];
  let slot = 0;
  for (const fn of functions) {
    out.push(`${fn.name}:`);
    let line = 0;
    fn.insns.forEach((insn, index) => {
      let place: Listing['lines'][number] | undefined;
      while (line < fn.lines.length && fn.lines[line]!.insn <= index) place = fn.lines[line++];
      if (source !== undefined && place !== undefined)
        out.push(`; ${sourceComment(source, place.start, place.end)}`);
      out.push(`${String(slot).padStart(4)}: ${disassemble(insn)}`);
      slot += slotsOf(insn);
    });
  }
  return `${out.join('\n')}\n`;
}

function sourceComment(source: string, start: number, end: number): string {
  const before = source.slice(0, start).split('\n');
  const text = source.slice(start, end).replace(/\s+/g, ' ');
  return `${before.length}:${before[before.length - 1]!.length + 1} ${text.length > 72 ? `${text.slice(0, 71)}…` : text}`;
}

function memory(insn: Instruction, sign: 'u' | 's', base: number): string {
  return `*(${sign}${accessSize(insn.opcode) * 8} *)(r${base} ${signed(insn.off)})`;
}

function signed(n: number): string {
  return n < 0 ? String(n) : `+${n}`;
}

/** BPF_ADDR_PERCPU, include/linux/filter.h */
const PERCPU = -1;

function aluText(insn: Instruction): string {
  const operation = operationOf(insn.opcode);
  const wide = classOf(insn.opcode) === InsnClass.BPF_ALU64;
  const letter = wide ? 'r' : 'w';
  const dst = `${letter}${insn.dst}`;
  if (isByteSwap(insn.opcode)) {
    const order = wide ? 'bswap' : usesRegister(insn.opcode) ? 'be' : 'le';
    return `r${insn.dst} = ${order}${insn.imm} r${insn.dst}`;
  }
  if (operation === AluOp.BPF_NEG) return `${dst} = -${dst}`;
  let symbol = ALU_SYMBOL.get(operation);
  if (symbol === undefined) return unknown(insn);
  const from = usesRegister(insn.opcode) ? `${letter}${insn.src}` : String(insn.imm);
  // As the verifier leaves it: the address of this CPU's copy (6.9).
  if (operation === AluOp.BPF_MOV && insn.off === PERCPU) return `${dst} = &(void __percpu *)(${from})`;
  if (operation === AluOp.BPF_MOV && insn.off !== 0) return `${dst} = (s${insn.off})${from}`;
  if (insn.off === 1 && (operation === AluOp.BPF_DIV || operation === AluOp.BPF_MOD)) symbol = `s${symbol}`;
  return `${dst} ${symbol} ${from}`;
}

/** A jump whose distance is its imm (6.6). */
const GOTO_FAR = InsnClass.BPF_JMP32 | JumpOp.BPF_JA;

function jumpText(insn: Instruction): string {
  if (isCall(insn.opcode)) return callText(insn);
  if (isExit(insn.opcode)) return 'exit';
  if (insn.opcode === GOTO_FAR) return `goto ${signed(insn.imm)}`;
  if (isGoto(insn.opcode)) return `goto ${signed(insn.off)}`;
  const symbol = JUMP_SYMBOL.get(operationOf(insn.opcode));
  if (symbol === undefined) return unknown(insn);
  const letter = classOf(insn.opcode) === InsnClass.BPF_JMP ? 'r' : 'w';
  const right = usesRegister(insn.opcode) ? `${letter}${insn.src}` : String(insn.imm);
  return `if ${letter}${insn.dst} ${symbol} ${right} goto ${signed(insn.off)}`;
}

function callText(insn: Instruction): string {
  if (insn.reference?.kind === 'function' || insn.reference?.kind === 'kfunc')
    return `call ${insn.reference.name}`;
  if (insn.src === PseudoCall.BPF_PSEUDO_CALL) return `call pc${signed(insn.imm)}`;
  if (insn.src === PseudoCall.BPF_PSEUDO_KFUNC_CALL) return `call kfunc#${insn.imm}`;
  const name = helperName(insn.imm);
  return name === undefined ? `call unknown#${insn.imm}` : `call ${name.replace('BPF_FUNC_', 'bpf_')}`;
}

function atomicText(insn: Instruction): string {
  const bits = accessSize(insn.opcode) * 8;
  const where = `(u${bits} *)(r${insn.dst} ${signed(insn.off)})`;
  const letter = bits === 64 ? 'r' : 'w';
  const suffix = bits === 64 ? '64' : '';
  if (insn.imm === AtomicOp.BPF_XCHG)
    return `${letter}${insn.src} = atomic${suffix}_xchg(${where}, ${letter}${insn.src})`;
  if (insn.imm === AtomicOp.BPF_CMPXCHG) {
    return `${letter}0 = atomic${suffix}_cmpxchg(${where}, ${letter}0, ${letter}${insn.src})`;
  }
  const name = ATOMIC_SYMBOL.get(insn.imm & 0xf0);
  if (name === undefined || (insn.imm & ~(0xf0 | AtomicOp.BPF_FETCH)) !== 0) return unknown(insn);
  if ((insn.imm & AtomicOp.BPF_FETCH) !== 0) {
    return `${letter}${insn.src} = atomic${suffix}_fetch_${name}(${where}, ${letter}${insn.src})`;
  }
  return `lock *${where} ${ALU_SYMBOL.get(insn.imm & 0xf0)} ${letter}${insn.src}`;
}

function constant(insn: Instruction): string {
  if (insn.reference !== undefined) return referenceText(insn.reference);
  const value = BigInt.asIntN(64, BigInt(insn.imm64 ?? insn.imm));
  return `${value} ll`;
}

function referenceText(reference: Reference): string {
  switch (reference.kind) {
    case 'map':
      return `map[${reference.map}]`;
    case 'map-value':
      return `map[${reference.map}][0]+${reference.offset}`;
    case 'function':
      return `&${reference.name}`;
    case 'ksym':
    case 'kfunc':
      return `&${reference.name} (kernel)`;
  }
}

function unknown(insn: Instruction): string {
  const hex = insn.opcode.toString(16).padStart(2, '0');
  return `(${hex}) dst=${insn.dst} src=${insn.src} off=${insn.off} imm=${insn.imm}`;
}
