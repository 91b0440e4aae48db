// Register allocation: linear scan over live ranges with holes. Copies whose two sides never live at once are merged
// first; then registers are taken in order of first write, a value that lives across a call finding only r6..r9 free. When
// none is free the cheapest of those in the way is taken apart again if it was merged, else goes to the stack (spill.ts), and
// everything is done anew.
import { InternalError } from '../diagnostics/diagnostic.js';
import { liveRanges, merge, overlap, type Ranges } from './liveness.js';
import {
  isCopy,
  isRemakeable,
  type MachineFunction,
  type MachineInstr,
  renameRegisters,
  VIRTUAL,
  visitEndReads,
  visitReads,
  visitWrites,
} from './machine.js';
import { type SpillState, spill } from './spill.js';

interface Interval {
  readonly registers: number[];
  ranges: Ranges;
  /** Expected cost of keeping it in memory, per position it occupies. */
  weight: number;
  /** Real registers it is copied from or to, with the frequency of those copies. */
  readonly wishes: Map<number, number>;
  /** Intervals that it is copied from or to without being merged with them. */
  readonly partners: Interval[];
  assigned: number;
}

/** Preferred first. r1..r5 are last among the volatile ones because arguments want them. */
const ORDER = [0, 5, 4, 3, 2, 1, 6, 7, 8, 9];

/** Rounds after which something is wrong; two or three suffice in practice. */
const MOST_ROUNDS = 30;

/** Replaces every virtual register by a real one, adding spill code and spill slots. */
export function allocate(fn: MachineFunction): void {
  const state: SpillState = {
    slotOf: new Map(),
    short: new Set(),
    shares: new Set(),
    familyOf: new Map(),
    familySlot: new Map(),
  };
  for (let round = 0; ; round++) {
    if (round === MOST_ROUNDS) throw new InternalError(`no registers for ${fn.name}`);
    const { ranges } = liveRanges(fn);
    const intervals = makeIntervals(fn, ranges, state);
    const homeless = assign(intervals, ranges);
    if (homeless.length === 0) {
      rename(fn, intervals);
      return;
    }
    const single: number[] = [];
    for (const { registers } of homeless) {
      const [first] = registers;
      if (registers.length === 1) single.push(first!);
      else for (const register of registers) state.familyOf.set(register, first!);
    }
    if (single.length > 0) spill(fn, single, state);
  }
}

/** One interval per set of merged registers, in order of first position. */
function makeIntervals(
  fn: MachineFunction,
  ranges: readonly (Ranges | undefined)[],
  state: SpillState,
): Interval[] {
  const costs = costsOf(fn);
  const group: (Interval | undefined)[] = new Array(fn.registers).fill(undefined);
  for (let r = VIRTUAL; r < fn.registers; r++) {
    const own = ranges[r];
    if (own === undefined) continue;
    group[r] = {
      registers: [r],
      ranges: own,
      weight: costs[r]!,
      wishes: new Map(),
      partners: [],
      assigned: -1,
    };
  }
  const copies: { instr: MachineInstr; frequency: number }[] = [];
  for (const block of fn.blocks) {
    for (const instr of block.instrs) if (isCopy(instr)) copies.push({ instr, frequency: block.frequency });
  }
  copies.sort((a, b) => b.frequency - a.frequency);
  for (const { instr } of copies) {
    const a = group[instr.dst];
    const b = group[instr.src];
    if (a === undefined || b === undefined || a === b) continue;
    if (state.familyOf.has(instr.dst) || state.familyOf.has(instr.src) || overlap(a.ranges, b.ranges)) {
      continue;
    }
    const [into, from] = a.registers.length >= b.registers.length ? [a, b] : [b, a];
    into.ranges = merge(a.ranges, b.ranges);
    into.weight += from.weight;
    for (const register of from.registers) {
      into.registers.push(register);
      group[register] = into;
    }
  }
  for (const { instr, frequency } of copies) {
    const [a, b] = [group[instr.dst], group[instr.src]];
    if (a !== undefined && b !== undefined && a !== b) {
      a.partners.push(b);
      b.partners.push(a);
    }
    wish(group[instr.dst], instr.src, frequency);
    wish(group[instr.src], instr.dst, frequency);
  }
  const intervals = [...new Set(group.filter(interval => interval !== undefined))];
  for (const interval of intervals) {
    if (interval.registers.some(r => state.short.has(r))) interval.weight = Number.POSITIVE_INFINITY;
    else interval.weight /= lengthOf(interval.ranges);
  }
  return intervals.sort((a, b) => a.ranges[0]! - b.ranges[0]!);
}

function wish(interval: Interval | undefined, register: number, frequency: number): void {
  if (interval === undefined || register >= VIRTUAL) return;
  interval.wishes.set(register, (interval.wishes.get(register) ?? 0) + frequency);
}

/** A spill of a value whose bounds a comparison taught the verifier would lose them on older kernels. */
const BOUNDED = 1000;

/** Expected memory accesses if the register were spilled; values that can be made anew cost less. */
function costsOf(fn: MachineFunction): number[] {
  const costs: number[] = new Array(fn.registers).fill(0);
  for (const block of fn.blocks) {
    const count = (register: number) => {
      costs[register]! += block.frequency;
    };
    for (const instr of block.instrs) {
      visitReads(instr, count);
      if (!isRemakeable(instr)) visitWrites(instr, count);
    }
    visitEndReads(block.end, count);
  }
  for (const register of fn.bounded) costs[register]! *= BOUNDED;
  return costs;
}

function lengthOf(ranges: Ranges): number {
  let length = 1;
  for (let i = 0; i < ranges.length; i += 2) length += ranges[i + 1]! - ranges[i]!;
  return length;
}

/** Gives each interval a register; returns those that got none. */
function assign(intervals: readonly Interval[], ranges: readonly (Ranges | undefined)[]): Interval[] {
  const spilled: Interval[] = [];
  /** By real register: assigned intervals that may still be in the way. */
  const holders: Interval[][] = ORDER.map(() => []);
  for (const interval of intervals) {
    const start = interval.ranges[0]!;
    let best = -1;
    let bestWish = -1;
    let victims: Interval[] = [];
    let victimWeight = interval.weight;
    let victimRegister = -1;
    for (const register of ORDER) {
      const wished = wishFor(interval, register);
      // Registers that would not be preferred to the one found are not looked at.
      if (best !== -1 && wished <= bestWish) continue;
      const fixed = ranges[register];
      if (fixed !== undefined && overlap(fixed, interval.ranges)) continue;
      const list = pruned(holders[register]!, start);
      const inTheWay = list.filter(other => overlap(other.ranges, interval.ranges));
      if (inTheWay.length === 0) {
        best = register;
        bestWish = wished;
      } else if (best === -1) {
        const weight = inTheWay.reduce((sum, other) => sum + other.weight, 0);
        if (weight < victimWeight) {
          victims = inTheWay;
          victimWeight = weight;
          victimRegister = register;
        }
      }
    }
    if (best === -1) {
      if (victimRegister === -1) {
        spilled.push(interval);
        continue;
      }
      spilled.push(...victims);
      best = victimRegister;
      holders[best] = holders[best]!.filter(other => !victims.includes(other));
    }
    interval.assigned = best;
    holders[best]!.push(interval);
  }
  return spilled;
}

/** How much the interval would gain by the register. */
function wishFor({ partners, wishes }: Interval, register: number): number {
  let wished = wishes.get(register) ?? 0;
  for (const other of partners) if (other.assigned === register) wished++;
  return wished;
}

/** Takes out those that end before a position. */
function pruned(list: Interval[], start: number): Interval[] {
  let kept = 0;
  for (const other of list) {
    if (other.ranges[other.ranges.length - 1]! > start) list[kept++] = other;
  }
  list.length = kept;
  return list;
}

function rename(fn: MachineFunction, intervals: readonly Interval[]): void {
  const real: number[] = [];
  for (const { registers, assigned } of intervals)
    for (const register of registers) real[register] = assigned;
  const map = (register: number) => {
    if (register < VIRTUAL) return register;
    const found = real[register];
    if (found === undefined) throw new InternalError(`register ${register} of ${fn.name} was never written`);
    return found;
  };
  for (const block of fn.blocks) {
    for (const instr of block.instrs) renameRegisters(instr, map);
    if (block.end.op === 'branch') renameRegisters(block.end.test, map);
    block.instrs = block.instrs.filter(instr => !(isCopy(instr) && instr.dst === instr.src));
  }
}
