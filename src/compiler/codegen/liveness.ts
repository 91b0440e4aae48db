// Live ranges of registers over the laid-out function. Instruction i reads at position 2i and writes at 2i + 1, so a value
// read for the last time by an instruction may share its register with the value written by it. A range is half open,
// a register's ranges are ascending and apart: [from, to, from, to, ...].
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
  const liveIn = liveAtHeads(fn, words);
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
  const has = (register: number) => (live[register >> 5]! & (1 << (register & 31))) !== 0;
  for (let b = fn.blocks.length - 1; b >= 0; b--) {
    const block = fn.blocks[b]!;
    const start = starts[b]!;
    live.fill(0);
    for (const id of endTargets(block.end)) {
      const target = liveIn.get(id)!;
      for (let w = 0; w < words; w++) live[w]! |= target[w]!;
    }
    const end = start + 2 * (block.instrs.length + 1);
    for (let w = 0; w < words; w++) {
      for (let bits = live[w]!; bits !== 0; bits &= bits - 1) {
        add(w * 32 + 31 - Math.clz32(bits & -bits), start, end);
      }
    }
    let at = end - 2;
    const read = (register: number) => {
      if (has(register)) return;
      live[register >> 5]! |= 1 << (register & 31);
      add(register, start, at + 1);
    };
    let early = false;
    const write = (register: number) => {
      const from = early ? at : at + 1;
      if (has(register)) {
        ranges[register]![ranges[register]!.length - 1] = from;
        live[register >> 5]! &= ~(1 << (register & 31));
      } else add(register, from, at + 2);
    };
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

/** Registers live at the head of each block, as bit sets. */
function liveAtHeads(fn: MachineFunction, words: number): Map<number, Uint32Array> {
  const reads = new Map<number, Uint32Array>();
  const writes = new Map<number, Uint32Array>();
  const liveIn = new Map<number, Uint32Array>();
  for (const block of fn.blocks) {
    const read = new Uint32Array(words);
    const written = new Uint32Array(words);
    const onRead = (r: number) => {
      if ((written[r >> 5]! & (1 << (r & 31))) === 0) read[r >> 5]! |= 1 << (r & 31);
    };
    const onWrite = (r: number) => {
      written[r >> 5]! |= 1 << (r & 31);
    };
    for (const instr of block.instrs) {
      visitReads(instr, onRead);
      visitWrites(instr, onWrite);
    }
    visitEndReads(block.end, onRead);
    reads.set(block.id, read);
    writes.set(block.id, written);
    liveIn.set(block.id, read.slice());
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let b = fn.blocks.length - 1; b >= 0; b--) {
      const block = fn.blocks[b]!;
      const here = liveIn.get(block.id)!;
      const written = writes.get(block.id)!;
      for (const id of endTargets(block.end)) {
        const target = liveIn.get(id)!;
        for (let w = 0; w < words; w++) {
          const bits = here[w]! | (target[w]! & ~written[w]!);
          if (bits !== here[w]!) {
            // Stored as unsigned: compare after the same conversion.
            const before = here[w]!;
            here[w] = bits;
            if (here[w] !== before) changed = true;
          }
        }
      }
    }
  }
  return liveIn;
}

/** True when some position lies in both. */
export function overlap(a: Ranges, b: Ranges): boolean {
  if (a.length === 0 || b.length === 0) return false;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1]! <= b[j]!) i += 2;
    else if (b[j + 1]! <= a[i]!) j += 2;
    else return true;
  }
  return false;
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
