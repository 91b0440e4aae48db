// Runs IR directly, as an evaluation independent of the optimizer's folding and of code generation. Written from what ir.ts
// says each operation means, in plain bigint arithmetic. Memory is a set of regions; an address is region << 32 plus offset.
import type { CompareOp, Instr, IrFunction, IrProgram, ValueId } from '../../src/compiler/ir/ir.js';

export type IrHelper = (args: readonly bigint[], memory: IrMemory) => bigint;

/** Regions of bytes with made-up addresses. */
export class IrMemory {
  readonly #regions: Uint8Array[] = [];

  /** Address of the first byte. */
  add(bytes: Uint8Array): bigint {
    this.#regions.push(bytes);
    return BigInt(this.#regions.length) << 32n;
  }

  /** The bytes from that address to the end of its region. */
  at(address: bigint): Uint8Array {
    const region = this.#regions[Number(address >> 32n) - 1];
    if (region === undefined) throw new Error(`no memory at 0x${address.toString(16)}`);
    return region.subarray(Number(address & 0xffff_ffffn));
  }

  read(address: bigint, size: number): bigint {
    const bytes = this.at(address);
    if (bytes.length < size) throw new Error('read past the end of a region');
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return value;
  }

  write(address: bigint, size: number, value: bigint): void {
    const bytes = this.at(address);
    if (bytes.length < size) throw new Error('write past the end of a region');
    for (let i = 0; i < size; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
}

export interface IrWorld {
  readonly memory: IrMemory;
  readonly helpers: Readonly<Record<string, IrHelper>>;
  /** Address of a map's only value. */
  readonly mapValues: Readonly<Record<string, bigint>>;
  /** What a map reference evaluates to. */
  readonly maps: Readonly<Record<string, bigint>>;
}

const STEP_LIMIT = 1_000_000;

/** Runs the entry function; the arguments are r1... Returns r0, unsigned. */
export function interpret(program: IrProgram, world: IrWorld, args: readonly bigint[]): bigint {
  const functions = new Map(program.functions.map(fn => [fn.name, fn]));
  let steps = 0;
  const tick = () => {
    if (++steps > STEP_LIMIT) throw new Error('too many steps');
  };
  const call = (name: string, values: readonly bigint[]): bigint => {
    const fn = functions.get(name);
    if (fn === undefined) throw new Error(`no function ${name}`);
    return run(fn, world, values, call, tick);
  };
  return call(program.functions[0]!.name, args);
}

function run(
  fn: IrFunction,
  world: IrWorld,
  args: readonly bigint[],
  call: (name: string, args: readonly bigint[]) => bigint,
  tick: () => void,
): bigint {
  const blocks = new Map(fn.blocks.map(block => [block.id, block]));
  const values = new Map<ValueId, bigint>();
  const get = (id: ValueId): bigint => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`v${id} has no value`);
    return value;
  };
  let block = fn.blocks[0]!;
  let from = -1;
  for (;;) {
    const arriving = block.instrs.flatMap(instr =>
      instr.op === 'phi' ? [[instr.id, get(instr.inputs.find(i => i.block === from)!.value)] as const] : [],
    );
    for (const [id, value] of arriving) values.set(id, value);
    for (const instr of block.instrs) {
      tick();
      if (instr.op !== 'phi')
        values.set(instr.id, BigInt.asUintN(64, evaluate(instr, world, get, args, call)));
    }
    const { end } = block;
    tick();
    if (end.op === 'return') return get(end.value);
    from = block.id;
    const to =
      end.op === 'jump' ? end.to : holds(end.fn, end.width, get(end.a), get(end.b)) ? end.then : end.else;
    block = blocks.get(to)!;
  }
}

function evaluate(
  instr: Instr,
  world: IrWorld,
  get: (id: ValueId) => bigint,
  args: readonly bigint[],
  call: (name: string, args: readonly bigint[]) => bigint,
): bigint {
  const { memory } = world;
  switch (instr.op) {
    case 'const':
      return instr.value;
    case 'param':
      return args[instr.index]!;
    case 'binary':
      return arithmetic(instr.fn, instr.width, get(instr.a), get(instr.b));
    case 'extend': {
      const bits = instr.from * 8;
      return instr.signed ? BigInt.asIntN(bits, get(instr.a)) : BigInt.asUintN(bits, get(instr.a));
    }
    case 'compare':
      return holds(instr.fn, instr.width, get(instr.a), get(instr.b)) ? 1n : 0n;
    case 'bswap': {
      let out = 0n;
      for (let i = 0; i < instr.bits; i += 8) out = (out << 8n) | ((get(instr.a) >> BigInt(i)) & 0xffn);
      return out;
    }
    case 'load': {
      const value = memory.read(get(instr.base) + BigInt(instr.offset), instr.size);
      return instr.signed ? BigInt.asIntN(instr.size * 8, value) : value;
    }
    case 'store':
      memory.write(get(instr.base) + BigInt(instr.offset), instr.size, get(instr.value));
      return 0n;
    case 'atomic': {
      const at = get(instr.base) + BigInt(instr.offset);
      const old = memory.read(at, instr.size);
      const value = BigInt.asUintN(instr.size * 8, get(instr.value));
      if (instr.fn === 'cmpxchg') {
        if (old === BigInt.asUintN(instr.size * 8, get(instr.expected!))) memory.write(at, instr.size, value);
        return old;
      }
      const next =
        instr.fn === 'xchg'
          ? value
          : instr.fn === 'or'
            ? old | value
            : instr.fn === 'and'
              ? old & value
              : old + value;
      memory.write(at, instr.size, next);
      return old;
    }
    case 'call': {
      const helper = world.helpers[instr.helper];
      if (helper === undefined) throw new Error(`no helper ${instr.helper}`);
      return helper(instr.args.map(get), memory);
    }
    case 'call-function':
      return call(instr.name, instr.args.map(get));
    case 'map':
      return world.maps[instr.map]!;
    case 'map-value':
      return world.mapValues[instr.map]! + BigInt(instr.offset);
    case 'stack':
      return memory.add(new Uint8Array(instr.size).fill(0xa5)); // garbage, as on a real stack
    default:
      throw new Error(`${instr.op} is not interpreted`);
  }
}

function arithmetic(fn: string, width: 32 | 64, x: bigint, y: bigint): bigint {
  const a = BigInt.asUintN(width, x);
  const b = BigInt.asUintN(width, y);
  const sa = BigInt.asIntN(width, x);
  const sb = BigInt.asIntN(width, y);
  const count = b & BigInt(width - 1);
  const value = (): bigint => {
    switch (fn) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'mul':
        return a * b;
      case 'udiv':
        return b === 0n ? 0n : a / b;
      case 'umod':
        return b === 0n ? a : a % b;
      case 'sdiv':
        return sb === 0n ? 0n : sa / sb;
      case 'smod':
        return sb === 0n ? sa : sa % sb;
      case 'and':
        return a & b;
      case 'or':
        return a | b;
      case 'xor':
        return a ^ b;
      case 'shl':
        return a << count;
      case 'lshr':
        return a >> count;
      case 'ashr':
        return sa >> count;
      default:
        throw new Error(fn);
    }
  };
  return BigInt.asUintN(width, value());
}

function holds(fn: CompareOp, width: 32 | 64, x: bigint, y: bigint): boolean {
  const a = BigInt.asUintN(width, x);
  const b = BigInt.asUintN(width, y);
  const sa = BigInt.asIntN(width, x);
  const sb = BigInt.asIntN(width, y);
  const table: Record<CompareOp, boolean> = {
    eq: a === b,
    ne: a !== b,
    ult: a < b,
    ule: a <= b,
    ugt: a > b,
    uge: a >= b,
    slt: sa < sb,
    sle: sa <= sb,
    sgt: sa > sb,
    sge: sa >= sb,
    set: (a & b) !== 0n,
  };
  return table[fn];
}
