// A small eBPF interpreter: runs an ObjectSpec's programs as the kernel would, and refuses what the verifier would refuse at run
// time (uninitialised registers and stack, accesses out of bounds, records left open). No root, no kernel.

import { disassemble } from '../../src/compiler/bpf/disassemble.js';
import type { Instruction } from '../../src/compiler/bpf/instruction.js';
import {
  accessSize,
  classOf,
  isAluClass,
  isCall,
  isExit,
  isGoto,
  isJumpClass,
  isLoadImmediate,
  modeOf,
  slotsOf,
  usesRegister,
} from '../../src/compiler/bpf/opcode.js';
import {
  InsnClass,
  MAX_BPF_STACK,
  MapType,
  MemMode,
  ProgType,
  PseudoCall,
} from '../../src/compiler/bpf/uapi.js';
import type { FunctionSpec, MapSpec, ProgramSpec } from '../../src/compiler/object-spec.js';
import { runJump } from './vm-alu.js';
import { type CallContext, callHelper, type VmWorld } from './vm-helper-calls.js';
import { VmMap, VmRing } from './vm-map.js';
import { loadUnsigned, type Place, type Region, storeBytes, VmFault, VmMemory } from './vm-memory.js';
import { alu, atomic, type Registers, read, write } from './vm-registers.js';

export interface VmOptions extends Partial<VmWorld> {
  /** Values of a per-CPU map. Default 1. */
  readonly cpus?: number;
  /** Addresses of kernel variables (ld_imm64 of a ksym). */
  readonly ksyms?: ReadonlyMap<string, bigint>;
  /** BTF-typed loads near address 0 give 0, as in the kernel; else they are faults. */
  readonly nullLoads?: boolean;
  /** Instructions in one run before it counts as endless. Default 5 million. */
  readonly limit?: number;
  /** Kernel functions that programs call, by name: handed r1 to r5, those that are set. */
  readonly kfuncs?: ReadonlyMap<string, (args: readonly (bigint | undefined)[]) => bigint>;
  /** The context may be written. */
  readonly writableCtx?: boolean;
}

/** ObjectSpec fits. */
export interface VmObject {
  readonly maps: readonly MapSpec[];
  readonly programs: readonly ProgramSpec[];
}

export interface VmRun {
  /** What the program returned, unsigned 64-bit. */
  readonly r0: bigint;
  /** Records submitted to the rings, in order of reservation, consumed by the run. */
  readonly events: readonly Uint8Array[];
  /** Instructions executed. */
  readonly steps: number;
  /** The packet as the program left it; empty when there was none. */
  readonly packet: Uint8Array;
}

interface Code {
  readonly name: string;
  readonly insns: readonly Instruction[];
  /** Index of the instruction at a slot; -1: the second half of a ld_imm64. */
  readonly bySlot: readonly number[];
  readonly slotOf: readonly number[];
}

/** Words of a context that stand for the packet's address and its end, by program type: struct xdp_md, struct __sk_buff. */
const PACKET_WORDS: Readonly<Record<number, { readonly data: number; readonly end: number }>> = {
  [ProgType.BPF_PROG_TYPE_XDP]: { data: 0, end: 4 },
  [ProgType.BPF_PROG_TYPE_SCHED_CLS]: { data: 76, end: 80 },
};

/** Perf buffers too are rings, of one CPU. */
const RINGS: readonly number[] = [MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY];

/** Addresses of maps and functions: no memory lies there. */
const MAP_BASE = 0xffff_a000_0000_0000n;
const CODE_BASE = 0xffff_b000_0000_0000n;
const MAX_FRAMES = 8;
/** Bytes before a packet. */
const HEADROOM = 256;

export class Vm {
  readonly memory = new VmMemory();
  /** What helpers answer; may be changed between runs. */
  readonly world: VmWorld;
  readonly #object: VmObject;
  readonly #options: VmOptions;
  readonly #maps: (VmMap | VmRing)[];
  #functions: readonly Code[] = [];
  /** The frames of the calls that run, outermost first, and the bytes each has used. */
  #frames: { readonly stack: Region; depth: number }[] = [];
  #steps = 0;
  #packet: Region | undefined;
  #headroom = HEADROOM;
  #packetWords: (typeof PACKET_WORDS)[number] | undefined;
  readonly #context: CallContext;

  constructor(object: VmObject, options: VmOptions = {}) {
    this.#object = object;
    this.#options = options;
    this.world = { ...defaultWorld(), ...options };
    this.#maps = object.maps.map(spec =>
      RINGS.includes(spec.type)
        ? new VmRing(spec, this.memory)
        : new VmMap(spec, this.memory, options.cpus ?? 1),
    );
    this.#context = {
      memory: this.memory,
      world: this.world,
      map: address => this.#mapAt(address),
      ring: address => this.#ringAt(address),
      packetStart: (ctx, bytes) => this.#packetStart(ctx, bytes),
      callback: (address, args) => this.#callback(address, args),
      packet: () => this.#packet?.bytes ?? new Uint8Array(0),
      movePacket: bytes => this.#movePacket(bytes),
    };
  }

  /**
   * Runs programs[index] with these bytes as its context, and a packet (copied) whose address and end the context's words at
   * PACKET_WORDS stand for. Throws a VmFault that names the instruction.
   */
  run(index: number, ctx: Uint8Array = new Uint8Array(0), packet?: Uint8Array): VmRun {
    const program = this.#object.programs[index];
    if (program === undefined) throw new VmFault(`no program ${index}`);
    this.#functions = program.functions.map(link);
    this.#frames = [];
    this.#steps = 0;
    const region = this.memory.add('ctx', ctx, this.#options.writableCtx === true);
    this.#packetWords = PACKET_WORDS[program.type];
    this.#packet = packet && this.memory.add('packet', packet.slice(), true);
    this.#headroom = HEADROOM;
    try {
      const r0 = this.#runFunction(this.#functions[0]!, [region.base]);
      const rings = this.#maps.filter(map => map instanceof VmRing);
      if (rings.some(ring => ring.hasBusy()))
        throw new VmFault('a reserved record was neither submitted nor discarded');
      const left = this.#packet?.bytes.slice() ?? new Uint8Array(0);
      return { r0, events: rings.flatMap(ring => ring.drain()), steps: this.#steps, packet: left };
    } finally {
      this.memory.endRun();
    }
  }

  /** Into a region of its own: what pointed into the old one points nowhere. */
  #movePacket(bytes: number): boolean {
    const before = this.#packet;
    if (before === undefined || before.bytes.length - bytes < 14 || this.#headroom + bytes < 0) return false;
    this.#headroom += bytes;
    const moved = new Uint8Array(before.bytes.length - bytes);
    moved.set(bytes < 0 ? before.bytes : before.bytes.subarray(bytes), Math.max(0, -bytes));
    before.live = false;
    this.#packet = this.memory.add('packet', moved, true);
    return true;
  }

  /** The value itself, not a copy: writing changes the map. Key default: array index 0. */
  mapValue(name: string, key: Uint8Array = new Uint8Array(4), cpu = 0): Uint8Array | undefined {
    const values = this.#mapNamed(name).entry(key)?.values;
    return (values?.[cpu] ?? values?.[0])?.bytes;
  }

  /** In order of insertion (of use, for LRU maps). `values`: one for each CPU, or one. */
  mapEntries(name: string): { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return this.#mapNamed(name)
      .entries()
      .map(entry => ({ key: entry.key, values: entry.values.map(value => value.bytes) }));
  }

  /** Puts a new, empty map into an array of maps, in place of what is there. */
  holdMap(name: string, index: number): VmMap {
    const outer = this.#mapNamed(name);
    if (outer.spec.inner === undefined) throw new VmFault(`${name} holds no maps`);
    const map = new VmMap({ ...outer.spec.inner, name: `${name}[${index}]` }, this.memory, 1);
    outer.held.set(index, MAP_BASE + BigInt(this.#maps.push(map) - 1));
    return map;
  }

  /** As the program of a CPU does: 0 or -errno. */
  updateMap(name: string, key: Uint8Array, value: Uint8Array, flags = 0n, cpu = 0): bigint {
    return this.#mapNamed(name).update(key, value, flags, cpu);
  }

  #mapNamed(name: string): VmMap {
    const map = this.#maps[this.#object.maps.findIndex(spec => spec.name === name)];
    if (!(map instanceof VmMap)) throw new VmFault(`no map ${name}`);
    return map;
  }

  #mapAt(address: bigint): VmMap {
    const map = this.#maps[Number(address - MAP_BASE)];
    if (!(map instanceof VmMap)) throw new VmFault(`0x${address.toString(16)} is no map`);
    return map;
  }

  /** By the map's address, or by that of a record in it. */
  #ringAt(address: bigint): VmRing {
    const direct = this.#maps[Number(address - MAP_BASE)];
    if (direct instanceof VmRing) return direct;
    const holder = this.#maps.find(map => map instanceof VmRing && map.holds(address));
    if (!(holder instanceof VmRing)) throw new VmFault(`0x${address.toString(16)} is no ring buffer`);
    return holder;
  }

  #packetStart(ctx: bigint, bytes: number): Uint8Array | undefined {
    if (this.memory.find(ctx, 1)?.region.kind !== 'ctx') throw new VmFault('not the context');
    const packet = this.#packet?.bytes ?? new Uint8Array(0);
    return bytes > packet.length ? undefined : packet.slice(0, bytes);
  }

  #callback(address: bigint, args: readonly bigint[]): bigint {
    const fn = this.#functions[Number(address - CODE_BASE)];
    if (fn === undefined) throw new VmFault(`0x${address.toString(16)} is no function`);
    return this.#runFunction(fn, args);
  }

  #runFunction(fn: Code, args: readonly (bigint | undefined)[]): bigint {
    if (this.#frames.length === MAX_FRAMES) throw new VmFault('more than 8 calls deep');
    const stack = this.memory.add('stack', new Uint8Array(MAX_BPF_STACK), true);
    const registers: Registers = new Array<undefined>(11).fill(undefined);
    for (const [i, value] of args.entries()) registers[i + 1] = value;
    registers[10] = stack.base + BigInt(MAX_BPF_STACK);
    this.#frames.push({ stack, depth: 0 });
    let at = 0;
    try {
      for (;;) {
        const insn = fn.insns[at];
        if (insn === undefined) throw new VmFault('runs past its end');
        if (++this.#steps > (this.#options.limit ?? 5_000_000)) throw new VmFault('does not end');
        if (isExit(insn.opcode)) return read(registers, 0);
        at = this.#step(fn, at, insn, registers);
      }
    } catch (error) {
      if (error instanceof VmFault && !error.message.includes(' at #')) {
        const insn = fn.insns[at];
        error.message += ` at #${at} of ${fn.name}: ${insn === undefined ? 'end' : disassemble(insn)}`;
      }
      throw error;
    } finally {
      stack.live = false;
      this.#frames.pop();
    }
  }

  /** Executes one instruction; the index of the next. */
  #step(fn: Code, at: number, insn: Instruction, registers: Registers): number {
    const { opcode } = insn;
    if (isLoadImmediate(opcode)) write(registers, insn.dst, this.#constant(insn));
    else if (isAluClass(opcode)) alu(insn, registers);
    else if (isCall(opcode)) this.#call(insn, registers);
    else if (isGoto(opcode)) return jumpTarget(fn, at, insn.off);
    else if (isJumpClass(opcode)) {
      const right = usesRegister(opcode) ? read(registers, insn.src) : BigInt(insn.imm);
      if (runJump(opcode, read(registers, insn.dst), right)) return jumpTarget(fn, at, insn.off);
    } else this.#memoryStep(insn, registers);
    return at + 1;
  }

  #memoryStep(insn: Instruction, registers: Registers): void {
    const { opcode } = insn;
    const size = accessSize(opcode);
    const mode = modeOf(opcode);
    const cls = classOf(opcode);
    if (cls === InsnClass.BPF_LDX && (mode === MemMode.BPF_MEM || mode === MemMode.BPF_MEMSX)) {
      const address = BigInt.asUintN(64, read(registers, insn.src) + BigInt(insn.off));
      const value = this.#load(address, size);
      write(registers, insn.dst, mode === MemMode.BPF_MEMSX ? BigInt.asIntN(size * 8, value) : value);
      return;
    }
    const address = BigInt.asUintN(64, read(registers, insn.dst) + BigInt(insn.off));
    if (mode === MemMode.BPF_MEM && cls !== InsnClass.BPF_LD) {
      const value = cls === InsnClass.BPF_ST ? BigInt(insn.imm) : read(registers, insn.src);
      storeBytes(this.#place(address, size, 'write'), size, value);
    } else if (cls === InsnClass.BPF_STX && mode === MemMode.BPF_ATOMIC && size >= 4) {
      if (address % BigInt(size) !== 0n) throw new VmFault('misaligned atomic');
      this.#place(address, size, 'read');
      atomic(insn, this.#place(address, size, 'write'), size, registers);
    } else throw new VmFault('unknown instruction');
  }

  #load(address: bigint, size: number): bigint {
    if (this.memory.isProbeable(address, this.#options.nullLoads === true)) {
      const bytes = this.memory.probe(address, size, 'kernel');
      if (bytes === undefined) return 0n;
      return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
    const place = this.#place(address, size, 'read');
    if (place.region.kind === 'ctx' && this.#packet !== undefined && size === 4) {
      const { base, bytes } = this.#packet;
      if (place.offset === this.#packetWords?.data) return base;
      if (place.offset === this.#packetWords?.end) return base + BigInt(bytes.length);
    }
    return loadUnsigned(place, size);
  }

  /** Also keeps account of the stack: a chain of calls has 512 bytes, each frame rounded up to 32. */
  #place(address: bigint, size: number, intent: 'read' | 'write'): Place {
    const place = this.memory.access(address, size, intent, true);
    if (place.region.kind === 'stack') {
      const depth = MAX_BPF_STACK - place.offset;
      const owner = this.#frames.find(frame => frame.stack === place.region); // a callback may use its caller's
      if (owner !== undefined) owner.depth = Math.max(owner.depth, Math.ceil(depth / 32) * 32);
      const total = this.#frames.reduce((sum, frame) => sum + frame.depth, 0);
      if (this.#frames.length > 1 && total > MAX_BPF_STACK)
        throw new VmFault(`${total} bytes of stack in this call chain`);
    }
    return place;
  }

  #call(insn: Instruction, registers: Registers): void {
    let result: bigint | undefined;
    if (insn.reference?.kind === 'function') {
      const { name } = insn.reference;
      const fn = this.#functions.find(each => each.name === name);
      if (fn === undefined) throw new VmFault(`no function ${name}`);
      result = this.#runFunction(fn, registers.slice(1, 6));
    } else if (insn.reference?.kind === 'kfunc') {
      const { name } = insn.reference;
      const call = this.#options.kfuncs?.get(name);
      if (call === undefined) throw new VmFault(`no kernel function ${name}`);
      result = call(registers.slice(1, 6));
    } else if (insn.src === PseudoCall.BPF_PSEUDO_CALL || insn.reference !== undefined) {
      throw new VmFault('call that is not linked by name');
    } else result = callHelper(this.#context, insn.imm, registers.slice(1, 6));
    registers[0] = result;
    registers.fill(undefined, 1, 6);
  }

  #constant(insn: Instruction): bigint {
    const { reference } = insn;
    if (reference === undefined) return BigInt(insn.imm64 ?? insn.imm);
    switch (reference.kind) {
      case 'map':
        return MAP_BASE + BigInt(this.#mapIndex(reference.map));
      case 'map-value': {
        const address = this.#mapNamed(reference.map).lookup(new Uint8Array(4), 0);
        return address + BigInt(reference.offset);
      }
      case 'function': {
        const index = this.#functions.findIndex(fn => fn.name === reference.name);
        if (index < 0) throw new VmFault(`no function ${reference.name}`);
        return CODE_BASE + BigInt(index);
      }
      default: {
        const address = this.#options.ksyms?.get(reference.name);
        if (address === undefined) throw new VmFault(`no kernel symbol ${reference.name}`);
        return address;
      }
    }
  }

  #mapIndex(name: string): number {
    const index = this.#object.maps.findIndex(spec => spec.name === name);
    if (index < 0) throw new VmFault(`no map ${name}`);
    return index;
  }
}

/** A program of one function and no maps, for tests of instructions; its context is these bytes. */
export function runInstructions(insns: readonly Instruction[], ctx?: Uint8Array, options?: VmOptions): VmRun {
  const program: ProgramSpec = {
    name: 'test',
    title: 'test',
    type: 0,
    functions: [{ name: 'main', params: 1, insns, lines: [] }],
  };
  return new Vm({ maps: [], programs: [program] }, options).run(0, ctx);
}

function defaultWorld(): VmWorld {
  let seed = 1;
  return {
    cpu: 0,
    pid: 1001,
    tgid: 1000,
    uid: 0,
    gid: 0,
    comm: 'test',
    monotonic: 1_000_000_000n,
    boot: 1_000_000_000n,
    tick: 1000n,
    random: () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed;
    },
    currentTask: 0n,
    cgroupId: 1n,
    attachCookie: 0n,
  };
}

function link(fn: FunctionSpec): Code {
  const bySlot: number[] = [];
  const slotOf: number[] = [];
  fn.insns.forEach((insn, index) => {
    slotOf.push(bySlot.length);
    bySlot.push(index);
    if (slotsOf(insn) === 2) bySlot.push(-1);
  });
  return { name: fn.name, insns: fn.insns, bySlot, slotOf };
}

function jumpTarget(fn: Code, at: number, off: number): number {
  const target = fn.bySlot[fn.slotOf[at]! + 1 + off];
  if (target === undefined || target < 0) throw new VmFault('jumps out of the function or into a ld_imm64');
  return target;
}
