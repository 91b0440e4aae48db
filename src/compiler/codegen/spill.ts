// Spill code: a register without a home lives in a stack slot of 8 bytes. It is written back after each write and read
// before each read; within a block, between calls, one reload serves all reads until a second shortage makes each stand
// alone. A constant or an address is made anew instead. Slots are written whole, so that the verifier keeps what it knows.
import * as bpf from '../bpf/assemble.js';
import { InternalError, type Span } from '../diagnostics/diagnostic.js';
import {
  FRAME_POINTER,
  isCallInstr,
  isCopy,
  isRemakeable,
  type MachineFunction,
  type MachineInstr,
  machine,
  renameRegisters,
  visitEndReads,
  visitReads,
  visitWrites,
} from './machine.js';

export interface SpillState {
  /** Slot of each register that holds, for a while, what lives in one. */
  readonly slotOf: Map<number, number>;
  /** Registers that live from one instruction to the next: spilling them again would not help. */
  readonly short: Set<number>;
  /** Registers that hold what was spilled for a stretch of a block. */
  readonly shares: Set<number>;
  /** Registers that were merged once and taken apart: never live at once, they may share a slot. */
  readonly familyOf: Map<number, number>;
  readonly familySlot: Map<number, number>;
}

/** What is done instead of keeping a register: a slot, or the instruction that makes its value. */
interface Home {
  readonly slot: number;
  readonly maker: MachineInstr | undefined;
  /** Reloads may not be shared: the register was itself such a share. */
  readonly alone: boolean;
  /** The register that holds the value at this point of the block. */
  current: number;
}

/** Moves the registers to the stack. */
export function spill(fn: MachineFunction, registers: readonly number[], state: SpillState): void {
  const homes = new Map<number, Home>();
  const makers = makersOf(fn);
  const byFamily = new Map<number, Home>();
  for (const register of registers) {
    if (state.short.has(register)) throw new InternalError(`too few registers in ${fn.name}`);
    const maker = makers.get(register);
    const alone = state.shares.has(register);
    const known = state.slotOf.get(register);
    if (maker !== undefined || known !== undefined) {
      homes.set(register, { slot: known ?? -1, maker, alone, current: -1 });
      continue;
    }
    const family = state.familyOf.get(register);
    const relative = family === undefined ? undefined : byFamily.get(family);
    const home = relative ?? { slot: slotFor(fn, family, state), maker, alone, current: -1 };
    if (family !== undefined) byFamily.set(family, home);
    homes.set(register, home);
  }
  for (const block of fn.blocks) {
    const out: MachineInstr[] = [];
    for (const home of homes.values()) home.current = -1;
    const work = new Rewriter(fn, homes, state, out);
    for (const instr of block.instrs) work.instruction(instr);
    if (block.end.op === 'branch') work.reads(block.end.test, visit => visitEndReads(block.end, visit));
    block.instrs = out;
  }
}

function slotFor(fn: MachineFunction, family: number | undefined, state: SpillState): number {
  const known = family === undefined ? undefined : state.familySlot.get(family);
  if (known !== undefined) return known;
  const slot = fn.slots.length;
  fn.slots.push({ size: 8, align: 8, spill: true, whole: false });
  if (family !== undefined) state.familySlot.set(family, slot);
  return slot;
}

/** The only write of a register, where it makes a value from nothing. */
function makersOf(fn: MachineFunction): Map<number, MachineInstr | undefined> {
  const makers = new Map<number, MachineInstr | undefined>();
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      visitWrites(instr, register => {
        const sole = !makers.has(register) && isRemakeable(instr);
        makers.set(register, sole ? instr : undefined);
      });
    }
  }
  return makers;
}

class Rewriter {
  readonly #fn: MachineFunction;
  readonly #homes: ReadonlyMap<number, Home>;
  readonly #state: SpillState;
  readonly #out: MachineInstr[];

  constructor(fn: MachineFunction, homes: ReadonlyMap<number, Home>, state: SpillState, out: MachineInstr[]) {
    this.#fn = fn;
    this.#homes = homes;
    this.#state = state;
    this.#out = out;
  }

  instruction(instr: MachineInstr): void {
    if (this.#isOwnTraffic(instr) || (isCopy(instr) && this.#copy(instr))) return;
    const names = this.reads(instr, visit => visitReads(instr, visit), false);
    const stores: { home: Home; register: number }[] = [];
    let dropped = false;
    visitWrites(instr, register => {
      const home = this.#homes.get(register);
      if (home === undefined) return;
      if (home.maker !== undefined) {
        dropped = true;
        return;
      }
      const name = names.get(register) ?? this.#share(home, register);
      names.set(register, name);
      home.current = home.alone ? -1 : name;
      stores.push({ home, register: name });
    });
    if (dropped) return;
    renameRegisters(instr, register => names.get(register) ?? register);
    this.#out.push(instr);
    for (const { home, register } of stores) this.#store(home, register, instr.span);
    if (isCallInstr(instr)) for (const home of this.#homes.values()) home.current = -1;
  }

  /** A copy from or to memory is one instruction. False: nothing was done. */
  #copy(instr: MachineInstr): boolean {
    const from = this.#homes.get(instr.src);
    const to = this.#homes.get(instr.dst);
    if (from !== undefined && from === to) return true;
    if (from === undefined && to !== undefined) {
      this.#store(to, instr.src, instr.span);
      to.current = -1;
      return true;
    }
    if (from !== undefined && to === undefined && from.current === -1) {
      this.#out.push(this.#reload(from, instr.dst, instr.span));
      return true;
    }
    return false;
  }

  #store(home: Home, register: number, span: Span | undefined): void {
    this.#out.push(machine(bpf.store(8, FRAME_POINTER, 0, bpf.reg(register)), span, home.slot));
  }

  /** Loads what the instruction reads; returns the new names of registers, applied at once unless `apply` is false. */
  reads(
    instr: MachineInstr,
    visitAll: (visit: (register: number) => void) => void,
    apply = true,
  ): Map<number, number> {
    const names = new Map<number, number>();
    visitAll(register => {
      const home = this.#homes.get(register);
      if (home === undefined || names.has(register)) return;
      if (home.current === -1 || home.alone) {
        const fresh = this.#share(home, register);
        this.#out.push(this.#reload(home, fresh, instr.span));
        home.current = home.alone ? -1 : fresh;
        names.set(register, fresh);
      } else names.set(register, home.current);
    });
    if (apply) renameRegisters(instr, register => names.get(register) ?? register);
    return names;
  }

  #share(home: Home, of: number): number {
    const fresh = this.#fn.registers++;
    (home.alone ? this.#state.short : this.#state.shares).add(fresh);
    if (home.maker === undefined) this.#state.slotOf.set(fresh, home.slot);
    if (this.#fn.bounded.has(of)) this.#fn.bounded.add(fresh);
    return fresh;
  }

  #reload(home: Home, register: number, span: Span | undefined): MachineInstr {
    if (home.maker !== undefined) return { ...home.maker, dst: register };
    return machine(bpf.load(8, register, FRAME_POINTER, 0), span, home.slot);
  }

  /** A reload of the slot into its own share, or the store of it, is what this pass does anew. */
  #isOwnTraffic(instr: MachineInstr): boolean {
    if (instr.slot === -1 || !this.#fn.slots[instr.slot]!.spill || instr.pseudo !== 'none') return false;
    let own = false;
    const check = (register: number) => {
      const home = this.#homes.get(register);
      if (home !== undefined && home.maker === undefined && home.slot === instr.slot) own = true;
    };
    visitReads(instr, check);
    visitWrites(instr, check);
    return own;
  }
}
