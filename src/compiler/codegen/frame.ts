// The stack frame: a place below r10 for each slot. Two slots share bytes when no point of the function lies between
// accesses to both: a slot is taken to be live wherever it may have been accessed and may be accessed again.
import { endTargets, FRAME_POINTER, isCallInstr, type MachineFunction, type StackSlot } from './machine.js';

export interface Frame {
  /** Offset from r10 of each slot's lowest byte; negative. */
  readonly offsets: readonly number[];
  /** Bytes used, a multiple of 8. */
  readonly size: number;
}

/** A slot's live stretches, as [from, to] instruction numbers, both included, per block in order. */
type Stretches = { from: number; to: number }[];

export function layOutFrame(fn: MachineFunction): Frame {
  if (fn.slots.length === 0) return { offsets: [], size: 0 };
  const stretches = liveStretches(fn);
  const clash = (a: number, b: number) =>
    fn.slots[a]!.whole || fn.slots[b]!.whole || touch(stretches[a]!, stretches[b]!);
  const bySize = fn.slots
    .map((_, slot) => slot)
    .filter(slot => fn.slots[slot]!.whole || stretches[slot]!.length > 0)
    .sort((a, b) => fn.slots[b]!.size - fn.slots[a]!.size || a - b);
  const depth: number[] = new Array(fn.slots.length).fill(0); // from r10 down to the slot's lowest byte
  const placed: number[] = [];
  let size = 0;
  for (const slot of bySize) {
    const start = (other: number) => depth[other]! - fn.slots[other]!.size;
    const rivals = placed.filter(other => clash(slot, other)).sort((a, b) => start(a) - start(b));
    const { size: bytes } = fn.slots[slot]!;
    let top = 0;
    let bottom = roundUp(bytes, alignment(fn.slots[slot]!));
    for (const other of rivals) {
      if (bottom <= start(other)) break;
      top = Math.max(top, depth[other]!);
      bottom = roundUp(top + bytes, alignment(fn.slots[slot]!));
    }
    depth[slot] = bottom;
    placed.push(slot);
    size = Math.max(size, bottom);
  }
  return { offsets: depth.map(d => -d), size: roundUp(size, 8) };
}

const roundUp = (n: number, align: number) => Math.ceil(n / align) * align;
const alignment = (slot: StackSlot) => (slot.size >= 8 ? 8 : slot.align);

function liveStretches(fn: MachineFunction): Stretches[] {
  const { blocks } = fn;
  const count = fn.slots.length;
  const index = new Map(blocks.map((block, b) => [block.id, b]));
  const first: number[] = [];
  const total = blocks.reduce((at, block) => {
    first.push(at);
    return at + block.instrs.length + 1;
  }, 0);
  /** By block: first and last access of each slot, as instruction numbers. */
  const accesses = blocks.map((block, b) => accessesIn(block.instrs, first[b]!));
  const bits = (slots: Iterable<number>) => {
    const set = new Uint8Array(count);
    for (const slot of slots) set[slot] = 1;
    return set;
  };
  const before = blocks.map(() => new Uint8Array(count)); // accessed on some way to the head
  const after = blocks.map(() => new Uint8Array(count)); // accessed on some way from the end
  const own = accesses.map(access => bits(access.keys()));
  for (let changed = true; changed; ) {
    changed = false;
    const join = (into: Uint8Array, a: Uint8Array, b: Uint8Array) => {
      for (let s = 0; s < count; s++) {
        if (into[s] === 0 && (a[s] === 1 || b[s] === 1)) {
          into[s] = 1;
          changed = true;
        }
      }
    };
    blocks.forEach((block, b) => {
      for (const id of endTargets(block.end)) join(before[index.get(id)!]!, before[b]!, own[b]!);
    });
    for (let b = blocks.length - 1; b >= 0; b--) {
      for (const id of endTargets(blocks[b]!.end)) {
        const to = index.get(id)!;
        join(after[b]!, after[to]!, own[to]!);
      }
    }
  }
  return fn.slots.map((_, slot) => {
    const stretches: Stretches = [];
    for (let b = 0; b < blocks.length; b++) {
      const access = accesses[b]!.get(slot);
      const last = (first[b + 1] ?? total) - 1;
      const fromHead = before[b]![slot] === 1 && (access !== undefined || after[b]![slot] === 1);
      const toEnd = after[b]![slot] === 1 && (access !== undefined || before[b]![slot] === 1);
      if (access === undefined && !fromHead) continue;
      stretches.push({ from: fromHead ? first[b]! : access!.from, to: toEnd ? last : access!.to });
    }
    return stretches;
  });
}

function accessesIn(
  instrs: MachineFunction['blocks'][number]['instrs'],
  first: number,
): Map<number, { from: number; to: number }> {
  const found = new Map<number, { from: number; to: number }>();
  const note = (slot: number, at: number) => {
    const known = found.get(slot);
    if (known === undefined) found.set(slot, { from: at, to: at });
    else known.to = at;
  };
  let passed: number[] = []; // slots whose address waits in an argument register
  instrs.forEach((instr, i) => {
    if (isCallInstr(instr)) {
      for (const slot of passed) note(slot, first + i);
      passed = [];
    }
    if (instr.slot === -1) return;
    note(instr.slot, first + i);
    if (instr.pseudo === 'frame' && instr.dst !== FRAME_POINTER) passed.push(instr.slot);
  });
  return found;
}

function touch(a: Stretches, b: Stretches): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i]!.to < b[j]!.from) i++;
    else if (b[j]!.to < a[i]!.from) j++;
    else return true;
  }
  return false;
}
