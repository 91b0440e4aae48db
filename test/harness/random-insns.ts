// Random sequences of eBPF instructions that the verifier accepts: scalars in r0-r9, ALU operations of every kind and width,
// forward jumps, stack slots, atomics; at the end every register is stored to the array map `out`. Seeded.
import {
  type AluName,
  alu,
  atomic,
  byteSwap,
  exit,
  goto,
  imm,
  type JumpName,
  jump,
  load,
  loadConstant,
  loadMapValue,
  loadSigned,
  mov,
  negate,
  reg,
  type Source,
  signExtend,
  signedDivide,
  store,
  toEndian,
} from '../../src/compiler/bpf/assemble.js';
import type { Instruction } from '../../src/compiler/bpf/instruction.js';
import { slots } from '../../src/compiler/bpf/opcode.js';

/** Words of the context: its first is r0, ... */
export const CTX_WORDS = 10;
/** Bytes of the value of `out`: r0..r9, then four stack slots. */
export const OUT_BYTES = 14 * 8;

export interface InsnFeatures {
  /** Fetching atomics, 5.12. */
  readonly fetch: boolean;
  /** cpu v4, 6.6: signed division, sign-extending moves and loads, byteSwap. */
  readonly v4: boolean;
}

const ALU: readonly AluName[] = [
  'add',
  'sub',
  'mul',
  'div',
  'or',
  'and',
  'lsh',
  'rsh',
  'mod',
  'xor',
  'mov',
  'arsh',
];
const JUMPS: readonly JumpName[] = ['eq', 'gt', 'ge', 'set', 'ne', 'sgt', 'sge', 'lt', 'le', 'slt', 'sle'];
const INTERESTING = [0, 1, -1, 2, 7, 8, 31, 32, 63, 64, 255, 256, 0x7fff_ffff, -0x8000_0000, 0x1234_5678];
const SLOTS = 4;

export function randomWord(random: () => number): bigint {
  const edge = BigInt(INTERESTING[Math.floor(random() * INTERESTING.length)]!);
  const wide = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
  const choice = random();
  if (choice < 0.4) return BigInt.asUintN(64, edge);
  if (choice < 0.6) return BigInt.asUintN(64, edge << 32n);
  return choice < 0.8 ? wide >> BigInt(Math.floor(random() * 64)) : wide;
}

/** `random` gives numbers in [0, 1). The context is r1 at the start. */
export function randomInstructions(
  random: () => number,
  length: number,
  features: InsnFeatures,
): Instruction[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const anyReg = () => Math.floor(random() * 10);
  const out: Instruction[] = [];
  for (const r of [0, 2, 3, 4, 5, 6, 7, 8, 9, 1]) out.push(load(8, r, 1, r * 8));
  for (let slot = 1; slot <= SLOTS; slot++) out.push(store(8, 10, -8 * slot, reg(slot)));
  const body: Instruction[] = [];
  for (let i = 0; i < length; i++) body.push(...one());
  return [...out, ...withJumps(body), ...epilogue()];

  function one(): Instruction[] {
    const width = pick([32, 64] as const);
    const dst = anyReg();
    const place = -8 * (1 + Math.floor(random() * SLOTS));
    const size = pick([1, 2, 4, 8] as const);
    const choice = random();
    if (choice < 0.6) return [aluOf(pick(ALU), dst, width)];
    if (choice < 0.64) return [negate(dst, width)];
    if (choice < 0.68) return [toEndian(dst, pick(['big', 'little'] as const), pick([16, 32, 64] as const))];
    if (choice < 0.72) return [loadConstant(dst, randomWord(random))];
    if (choice < 0.78)
      return signExtend(dst, anyReg(), pick([8, 16, 32] as const), features.v4 && random() < 0.5);
    if (choice < 0.84) return [store(size, 10, place, random() < 0.5 ? reg(anyReg()) : imm(constant()))];
    if (choice < 0.9) return [load(size, dst, 10, place)];
    if (choice < 0.95) return [atomicOf(place)];
    if (!features.v4) return [negate(dst, width)];
    if (choice < 0.97) return [byteSwap(dst, pick([16, 32, 64] as const))];
    if (choice < 0.985) return [loadSigned(pick([1, 2, 4] as const), dst, 10, place)];
    return [signedDivide(pick(['div', 'mod'] as const), dst, reg(anyReg()), width)];
  }

  function constant(): number {
    return random() < 0.6 ? pick(INTERESTING) : Math.floor((random() - 0.5) * 2 ** 32);
  }

  function aluOf(op: AluName, dst: number, width: 32 | 64): Instruction {
    const register = random() < 0.5;
    let value = constant();
    if (op === 'lsh' || op === 'rsh' || op === 'arsh') value = Math.floor(random() * width);
    if ((op === 'div' || op === 'mod') && value === 0) value = 3;
    const source: Source = register ? reg(anyReg()) : imm(value);
    return alu(op, dst, source, width);
  }

  function atomicOf(place: number): Instruction {
    const size = pick([4, 8] as const);
    const src = anyReg();
    if (!features.fetch) return atomic('add', size, 10, place, src);
    const op = pick(['add', 'or', 'and', 'xor', 'xchg', 'cmpxchg'] as const);
    return atomic(op, size, 10, place, src, op === 'xchg' || op === 'cmpxchg' || random() < 0.5);
  }

  /** Forward jumps over 1 to 5 instructions, each second one conditional on a constant. */
  function withJumps(straight: readonly Instruction[]): Instruction[] {
    const mixed: Instruction[] = [];
    for (let i = 0; i < straight.length; i++) {
      if (random() < 0.15) {
        const over = slots(straight.slice(i, i + 1 + Math.floor(random() * 5)));
        const source = random() < 0.5 ? reg(anyReg()) : imm(constant());
        mixed.push(jump(pick(JUMPS), anyReg(), source, over, pick([32, 64] as const)), ...take(over));
        if (random() < 0.1) mixed.push(goto(0));
        continue;
      }
      mixed.push(straight[i]!);
      function take(count: number): Instruction[] {
        const taken: Instruction[] = [];
        while (slots(taken) < count) taken.push(straight[i++]!);
        i--;
        return taken;
      }
    }
    return mixed;
  }

  function epilogue(): Instruction[] {
    const end: Instruction[] = [];
    for (let r = 0; r < 10; r++) end.push(store(8, 10, -8 * (SLOTS + 1 + r), reg(r)));
    end.push(loadMapValue(1, 'out', 0));
    for (let r = 0; r < 10; r++) end.push(load(8, 2, 10, -8 * (SLOTS + 1 + r)), store(8, 1, 8 * r, reg(2)));
    for (let slot = 1; slot <= SLOTS; slot++) {
      end.push(load(8, 2, 10, -8 * slot), store(8, 1, 8 * (9 + slot), reg(2)));
    }
    end.push(mov(0, imm(0)), exit());
    return end;
  }
}
