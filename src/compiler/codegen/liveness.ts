// Live ranges of registers over the laid-out function. Instruction i reads at position 2i and writes at 2i + 1, so a value
// read for the last time by an instruction may share its register with the value written by it. A range is half open,
// a register's ranges are ascending and apart: [from, to, from, to, ...].
import { settleBackwards } from '../ir/flow.js';
import { endTargets, type MachineFunction, visitEndReads, visitReads, visitWrites } from './machine.js';

export type Ranges = number[];

export interface Liveness {
  /** By register; undefined when it never occurs. */
  readonly ranges: readonly (Ranges | undefined)[];
  /** Position of the first instruction of each block, in layout order. */
  readonly starts: readonly number[];
}

/** Ranges of registers 0..9 and of all virtual ones. */
export function liveRanges(fn: MachineFunction): Liveness {
  const words = (fn.registers + 31) >> 5;
  const { targets, liveIn } = liveAtHeads(fn, words);
  const ranges: (Ranges | undefined)[] = new Array(fn.registers).fill(undefined);
  const starts: number[] = [];
  let position = 0;
  for (const block of fn.blocks) {
    starts.push(position);
    position += 2 * (block.instrs.length + 1);
  }

  // Backwards; ranges grow at their front and are turned round at the end: [to, from, to, from, ...].
  const add = (register: number, from: number, to: number) => {
    const list = ranges[register];
    if (list === undefined) ranges[register] = [to, from];
    else if (list[list.length - 1]! <= to) list[list.length - 1] = Math.min(from, list[list.length - 1]!);
    else list.push(to, from);
  };
  const live = new Uint32Array(words);
  let start = 0;
  let at = 0;
  const read = (register: number) => {
    if ((live[register >> 5]! & (1 << (register & 31))) !== 0) return;
    live[register >> 5]! |= 1 << (register & 31);
    add(register, start, at + 1);
  };
  let early = false;
  const write = (register: number) => {
    const from = early ? at : at + 1;
    if ((live[register >> 5]! & (1 << (register & 31))) !== 0) {
      const list = ranges[register]!;
      list[list.length - 1] = from;
      live[register >> 5]! &= ~(1 << (register & 31));
    } else add(register, from, at + 2);
  };
  for (let b = fn.blocks.length - 1; b >= 0; b--) {
    const block = fn.blocks[b]!;
    start = starts[b]!;
    live.fill(0);
    for (const target of targets[b]!) {
      const from = liveIn[target]!;
      for (let w = 0; w < words; w++) live[w]! |= from[w]!;
    }
    const end = start + 2 * (block.instrs.length + 1);
    for (let w = 0; w < words; w++) {
      for (let bits = live[w]!; bits !== 0; bits &= bits - 1) {
        add(w * 32 + 31 - Math.clz32(bits & -bits), start, end);
      }
    }
    at = end - 2;
    visitEndReads(block.end, read);
    for (let i = block.instrs.length - 1; i >= 0; i--) {
      at -= 2;
      const instr = block.instrs[i]!;
      early = instr.pseudo === 'set'; // written before its operands are read for the last time
      visitWrites(instr, write);
      visitReads(instr, read);
    }
  }
  for (const list of ranges) list?.reverse();
  return { ranges, starts };
}

interface Heads {
  /** By place in the layout: places of the blocks that it goes to. */
  readonly targets: readonly (readonly number[])[];
  /** By place: registers live at its head, as bit sets. */
  readonly liveIn: readonly Uint32Array[];
}

function liveAtHeads(fn: MachineFunction, words: number): Heads {
  const placeOf: number[] = [];
  for (const [place, block] of fn.blocks.entries()) placeOf[block.id] = place;
  const targets = fn.blocks.map(block => endTargets(block.end).map(id => placeOf[id]!));
  const before: number[][] = fn.blocks.map(() => []);
  for (const [place, all] of targets.entries()) for (const target of all) before[target]!.push(place);
  const liveIn: Uint32Array[] = [];
  const writes: Uint32Array[] = [];
  let reads = new Uint32Array();
  let written = reads;
  const onRead = (r: number) => {
    if ((written[r >> 5]! & (1 << (r & 31))) === 0) reads[r >> 5]! |= 1 << (r & 31);
  };
  const onWrite = (r: number) => {
    written[r >> 5]! |= 1 << (r & 31);
  };
  for (const block of fn.blocks) {
    reads = new Uint32Array(words);
    written = new Uint32Array(words);
    for (const instr of block.instrs) {
      visitReads(instr, onRead);
      visitWrites(instr, onWrite);
    }
    visitEndReads(block.end, onRead);
    liveIn.push(reads);
    writes.push(written);
  }
  settleBackwards(before, place => {
    const here = liveIn[place]!;
    const own = writes[place]!;
    let changed = false;
    for (const target of targets[place]!) {
      const there = liveIn[target]!;
      for (let w = 0; w < words; w++) {
        const more = there[w]! & ~own[w]! & ~here[w]!;
        if (more === 0) continue;
        here[w]! |= more;
        changed = true;
      }
    }
    return changed;
  });
  return { targets, liveIn };
}

/** True when some position lies in both. */
export function overlap(a: Ranges, b: Ranges): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const [firstA, firstB] = [a[0]!, b[0]!];
  if (a[a.length - 1]! <= firstB || b[b.length - 1]! <= firstA) return false;
  let i = firstA < firstB ? behind(a, firstB) : 0;
  let j = firstB < firstA ? behind(b, firstA) : 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1]! <= b[j]!) i += 2;
    else if (b[j + 1]! <= a[i]!) j += 2;
    else return true;
  }
  return false;
}

/** Index of the first range that ends behind a position: r0's alone may be hundreds. */
function behind(ranges: Ranges, position: number): number {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[2 * middle + 1]! <= position) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

/** The union of two sets of ranges that do not overlap. */
export function merge(a: Ranges, b: Ranges): Ranges {
  const out: Ranges = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const takeA = j >= b.length || (i < a.length && a[i]! < b[j]!);
    const from = takeA ? a[i]! : b[j]!;
    const to = takeA ? a[i + 1]! : b[j + 1]!;
    if (takeA) i += 2;
    else j += 2;
    if (out.length > 0 && out[out.length - 1] === from) out[out.length - 1] = to;
    else out.push(from, to);
  }
  return out;
}
