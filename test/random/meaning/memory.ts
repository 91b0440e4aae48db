// The memory of a process that programs read: MEMORY_SIZE bytes at a fixed address, filled from a seed with numbers at edges,
// short texts, and addresses within itself. Elsewhere nothing is known, except what no process can have mapped.
import { RandomSource } from '../../harness/random-source.js';
import { Refused } from './type.js';

/** A page of user space that nothing else takes. */
export const MEMORY_BASE = 0x7a00_0000_0000n;
export const MEMORY_SIZE = 4096;

/** The first page is nobody's. */
const NULL_PAGE = 0x1000n;
const USER_END = 1n << 47n;
const KERNEL_START = ~0n << 47n;

export class TracedMemory {
  readonly bytes: Uint8Array;

  constructor(seed: number) {
    this.bytes = memoryOf(seed);
  }

  /** Undefined when a read of that memory fails. */
  read(address: bigint, size: number, space: 'kernel' | 'user'): Uint8Array | undefined {
    const end = address + BigInt(size);
    if (space === 'kernel') {
      if (address >= BigInt.asUintN(64, KERNEL_START)) throw new Refused('reads the kernel');
      return undefined;
    }
    const at = Number(address - MEMORY_BASE);
    if (address >= MEMORY_BASE && end <= MEMORY_BASE + BigInt(MEMORY_SIZE))
      return this.bytes.subarray(at, at + size);
    if (end <= NULL_PAGE || address >= USER_END) return undefined;
    throw new Refused('reads unknown memory');
  }

  /** Characters up to a NUL, at most `size`; none when nothing can be read. */
  readText(address: bigint, size: number, space: 'kernel' | 'user'): string {
    if (size === 0) return '';
    if (this.read(address, 1, space) === undefined) return '';
    const start = Number(address - MEMORY_BASE);
    const part = this.bytes.subarray(start, start + size);
    const end = part.indexOf(0);
    if (end < 0 && part.length < size) throw new Refused('reads unknown memory');
    return String.fromCharCode(...(end < 0 ? part : part.subarray(0, end)));
  }
}

const WORDS = ['a', 'ab', 'eth0', 'abcdefg', 'abcdefgh', 'a-longer-string', 'lo', ''];

function memoryOf(seed: number): Uint8Array {
  const random = new RandomSource(seed ^ 0x2b7e1516);
  const bytes = new Uint8Array(MEMORY_SIZE);
  const data = new DataView(bytes.buffer);
  for (let at = 0; at < MEMORY_SIZE; at += 8) {
    const roll = random.below(10);
    if (roll < 3) data.setBigUint64(at, MEMORY_BASE + BigInt(8 * random.below(MEMORY_SIZE / 8 - 32)), true);
    else if (roll < 6) bytes.set(Buffer.from(random.pick(WORDS), 'latin1').subarray(0, MEMORY_SIZE - at), at);
    else data.setBigUint64(at, random.word(), true);
  }
  return bytes;
}

/** Of scripts that read none. */
export const NO_MEMORY = new TracedMemory(0);
