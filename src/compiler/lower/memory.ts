// Reading and copying memory of any kind: what the program may load from directly (stack, maps, records, the context,
// pointers whose BTF type the verifier knows) and what only the probe_read helpers reach.
import { InternalError } from '../diagnostics/diagnostic.js';
import type { IrBuilder } from '../ir/builder.js';
import type { Size, ValueId } from '../ir/ir.js';
import { rawSizeOf } from '../types/layout.js';
import type { Type } from '../types/type.js';
import type { Operand } from './lowering.js';
import type { ProgramLowering } from './program-lowering.js';

export type MemoryOperand = Extract<Operand, { kind: 'memory' }>;

/** Copies and clears of more bytes than this are left to a helper. */
const UNROLLED = 256;

/** Types whose values are one word in a register. */
export function isWord(type: Type): boolean {
  switch (type.kind) {
    case 'integer':
    case 'bool':
    case 'pointer':
    case 'ksym':
    case 'username':
    case 'disk':
    case 'cgroup_path':
    case 'timestamp':
      return true;
    default:
      return false;
  }
}

export function memory(address: ValueId, offset = 0): MemoryOperand {
  return { kind: 'memory', address, offset, space: 'none', btf: false };
}

/** May be read by plain loads. */
function isLoadable(from: MemoryOperand): boolean {
  return from.space === 'none' || from.space === 'ctx' || from.btf;
}

/** A word stored as types/layout.ts says: 8 bytes, narrowed to the type. */
export function loadStored({ builder }: ProgramLowering, from: MemoryOperand, type: Type): ValueId {
  const word = builder.load(8, from.address, from.offset);
  return type.kind === 'integer' && type.size < 8
    ? builder.extend(word, type.size as 1 | 2 | 4, type.signed)
    : word;
}

/** A word of the traced system's memory: its C size, extended to 64 bits; 0 when the read faults. */
export function loadRaw(lowering: ProgramLowering, from: MemoryOperand, type: Type): ValueId {
  const { builder } = lowering;
  const size = rawSizeOf(type);
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
    throw new InternalError(`a word of ${size} bytes`);
  }
  const signed = type.kind === 'integer' && type.signed;
  if (from.space === 'none' && from.offset % size !== 0) {
    // A member of a packed struct: the verifier wants what is on the stack aligned.
    const aligned = lowering.temporary(8);
    copy(lowering, aligned, 0, from, size);
    return builder.load(size, aligned, 0, { signed });
  }
  if (isLoadable(from)) {
    const kind = from.btf && type.kind === 'pointer' && type.to.kind === 'struct' ? 'btf' : 'scalar';
    const invariant = from.space === 'ctx';
    return builder.load(size, from.address, from.offset, { signed, kind, invariant });
  }
  const read = lowering.temporary(8);
  probeRead(lowering, read, size, from);
  return builder.load(size, read, 0, { signed });
}

/** probe_read of `size` bytes; zeros when it faults, which is counted. */
export function probeRead(lowering: ProgramLowering, to: ValueId, size: number, from: MemoryOperand): void {
  const { builder } = lowering;
  const helper = from.space === 'user' ? 'probe_read_user' : 'probe_read_kernel';
  const address = builder.offset(from.address, from.offset);
  const failed = builder.call(helper, [to, builder.const(size), address]);
  builder.ifThen(
    'ne',
    failed,
    builder.const(0),
    () => lowering.countLoss('readFailed', { helper, returned: failed }),
    { likely: 'else' },
  );
}

/** Copies `size` bytes to directly writable memory. */
export function copy(
  lowering: ProgramLowering,
  to: ValueId,
  offset: number,
  from: MemoryOperand,
  size: number,
): void {
  const { builder } = lowering;
  if (!isLoadable(from) || size > UNROLLED) {
    probeRead(lowering, builder.offset(to, offset), size, from);
    return;
  }
  for (let at = 0; at < size; ) {
    const step = stepAt(offset + at, from.offset + at, size - at);
    builder.store(step, to, offset + at, builder.load(step, from.address, from.offset + at));
    at += step;
  }
}

/** Zeros, by stores or, for much, by a read that is bound to fail: the helper then clears the destination. */
export function clear(
  { builder }: { readonly builder: IrBuilder },
  to: ValueId,
  offset: number,
  size: number,
): void {
  if (size <= 0) return;
  if (size <= 128) {
    for (let at = offset; at < offset + size; ) {
      const step = stepAt(at, at, offset + size - at);
      builder.store(step, to, at, builder.const(0));
      at += step;
    }
    return;
  }
  builder.call('probe_read_kernel', [builder.offset(to, offset), builder.const(size), builder.const(0)]);
}

/** Stores literal bytes, and zeros up to `size`, by immediates. */
export function storeBytes(
  lowering: ProgramLowering,
  to: ValueId,
  offset: number,
  bytes: Uint8Array,
  size: number,
): void {
  const { builder } = lowering;
  const used = Math.min(bytes.length, size);
  for (let at = 0; at < used; ) {
    // Whole words may reach over the end of the bytes into the zeros.
    const step = stepAt(offset + at, offset + at, size - at);
    builder.store(step, to, offset + at, builder.const(littleEndian(bytes.subarray(0, size), at, step)));
    at += step;
    if (at >= used) {
      clear(lowering, to, offset + at, size - at);
      return;
    }
  }
  clear(lowering, to, offset + used, size - used);
}

/** The number that lies at bytes[at..at+size), zeros beyond the end. */
export function littleEndian(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

/** Bytes to move next: as many as both offsets are aligned to. Bases are aligned to 8. */
export function stepAt(a: number, b: number, left: number): Size {
  for (const step of [8, 4, 2] as const) {
    if (step <= left && a % step === 0 && b % step === 0) return step;
  }
  return 1;
}

/**
 * A pointer as a mere number. The verifier allows no arithmetic on most pointers, wherever they were kept, except what a helper
 * has copied: its bytes are then unknown data.
 */
export function unbound(lowering: ProgramLowering, pointer: ValueId): ValueId {
  const { builder } = lowering;
  const kept = lowering.temporary(8);
  const copied = lowering.temporary(8);
  builder.store(8, kept, 0, pointer);
  builder.call('probe_read_kernel', [copied, builder.const(8n), kept]);
  return builder.load(8, copied, 0);
}
