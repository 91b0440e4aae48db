// Strings: reading them from the traced system, comparing them. A string of type.size bytes ends at its first NUL; one that
// fills them has been cut. Bytes after the NUL are zero, so that equal strings are equal memory.
import type { TypedCall, TypedExpression } from '../check/typed.js';
import type { BlockId, ValueId } from '../ir/ir.js';
import type { AddressSpace, StringType, Type } from '../types/type.js';
import type { Operand } from './lowering.js';
import { clear, littleEndian, type MemoryOperand, memory, stepAt } from './memory.js';
import { requireEqualBytes } from './outlined-search.js';
import type { ProgramLowering } from './program-lowering.js';

/** Where str() is asked to put its bytes; `padded`: zeros must follow up to the size. */
export interface Destination {
  readonly address: ValueId;
  readonly offset: number;
  readonly padded: boolean;
}

/** Memory that a text is read from. */
export interface Source {
  readonly address: ValueId;
  readonly space: AddressSpace;
}

/**
 * Reads a text into a destination of `size` bytes; gives its length, bytes without the NUL. With `limit` at most so many
 * bytes are read, the NUL among them; without, the text may fill the whole destination.
 */
export function readText(
  lowering: ProgramLowering,
  from: Source,
  size: number,
  limit: TypedExpression | undefined,
  to: Destination,
): ValueId {
  const { builder } = lowering;
  const at = builder.offset(to.address, to.offset);
  if (to.padded) clear(lowering, to.address, to.offset, size);
  const helper = from.space === 'user' ? 'probe_read_user_str' : 'probe_read_kernel_str';
  if (limit !== undefined && !(limit.kind === 'integer' && limit.value >= BigInt(size))) {
    const bytes = limited(lowering, limit, size);
    return lengthOf(lowering, helper, builder.call(helper, [at, bytes, from.address]), size);
  }
  const got = builder.call(helper, [at, builder.const(size), from.address]);
  const length = builder.newLocal('length');
  builder.write(length, lengthOf(lowering, helper, got, size));
  // A full buffer: its last byte may be the text's NUL, or one more byte of text.
  builder.ifThen(
    'eq',
    got,
    builder.const(size),
    () => {
      const end = builder.offset(to.address, to.offset + size - 1);
      const address = builder.binaryImm('add', from.address, size - 1);
      const readOne = from.space === 'user' ? 'probe_read_user' : 'probe_read_kernel';
      builder.call(readOne, [end, builder.const(1), address]);
      builder.ifThen('ne', builder.load(1, to.address, to.offset + size - 1), builder.const(0), () => {
        builder.write(length, builder.const(size));
        lowering.countLoss('truncated');
      });
    },
    { likely: 'else' },
  );
  return builder.read(length);
}

/** The limit as a number of bytes that the verifier can see is within the size. */
function limited(lowering: ProgramLowering, limit: TypedExpression, size: number): ValueId {
  const { builder } = lowering;
  const wanted = lowering.word(limit);
  if (limit.kind === 'integer') return wanted;
  const most = builder.const(size);
  return builder.select(
    'ugt',
    wanted,
    most,
    () => most,
    () => wanted,
  );
}

/** What a read_str helper returned as a length of 0 to size - 1 that the verifier can see; failures are counted. */
function lengthOf(lowering: ProgramLowering, helper: string, got: ValueId, size: number): ValueId {
  const { builder } = lowering;
  const length = builder.newLocal('length');
  builder.write(length, builder.binaryImm('sub', got, 1));
  builder.ifThen(
    'ugt',
    builder.read(length),
    builder.const(size - 1),
    () => {
      builder.ifThen('slt', got, builder.const(0), () =>
        lowering.countLoss('readFailed', { helper, returned: got }),
      );
      builder.write(length, builder.const(0));
    },
    { likely: 'else' },
  );
  return builder.read(length);
}

/** str(x): where the bytes are. A string in memory stays where it is; an array is taken by its address. */
export function sourceOf(lowering: ProgramLowering, source: TypedExpression): Source {
  const operand = lowering.operand(source);
  if (operand.kind === 'memory') {
    const address = lowering.builder.offset(operand.address, operand.offset);
    return { address, space: operand.space };
  }
  return { address: lowering.word(source), space: spaceOf(lowering, source.type) };
}

/** Memory that an address of this type is in; a number of which nothing else is known is taken as the probe's own kind. */
function spaceOf(lowering: ProgramLowering, type: Type): AddressSpace {
  if (type.kind === 'pointer') return type.space;
  return (type.kind === 'integer' ? type.space : undefined) ?? lowering.defaultSpace;
}

/** str() as a value. */
export function lowerReadString(lowering: ProgramLowering, call: TypedCall): Operand {
  const source = call.args[0]!;
  if (source.type.kind === 'string') return cutString(lowering, source, source.type.size, call);
  const size = (call.type as StringType).size;
  const to = lowering.takeDestination(size) ?? { address: lowering.temporary(size), offset: 0, padded: true };
  readText(lowering, sourceOf(lowering, source), size, call.args[1], to);
  return memory(to.address, to.offset);
}

/** path(): the helper puts the text at the end of its memory first, so that other bytes follow it. */
export function lowerReadPath(lowering: ProgramLowering, call: TypedCall): Operand {
  const { builder } = lowering;
  const { size } = call.type as StringType;
  const [source, own] = [lowering.operand(call.args[0]!), lowering.temporary(size)];
  const to = lowering.takeDestination(size) ?? { address: lowering.temporary(size), offset: 0, padded: true };
  const base = source.kind === 'memory' ? source.address : lowering.word(call.args[0]!);
  clear(lowering, own, 0, size);
  const ask = () => {
    const place = source.kind === 'memory' ? builder.offset(base, source.offset) : base;
    const got = builder.call('d_path', [place, own, builder.const(size)]);
    const failed = () => lowering.countLoss('readFailed', { helper: 'd_path', returned: got });
    builder.ifThen('slt', got, builder.const(0), failed, { likely: 'else' });
  };
  builder.ifThen('ne', base, builder.const(0), ask);
  readText(lowering, { address: own, space: 'kernel' }, size, undefined, to);
  return memory(to.address, to.offset);
}

/** str() of a string: what its first bytes are. */
function cutString(
  lowering: ProgramLowering,
  source: TypedExpression,
  own: number,
  { args: [, limit], type }: TypedCall,
): Operand {
  if (limit === undefined || (limit.kind === 'integer' && limit.value >= BigInt(own))) {
    return lowering.operand(source);
  }
  // One byte more than the string has: the NUL of one that was cut.
  const size = limit.kind === 'integer' ? (type as StringType).size : own + 1;
  const from = { address: lowering.address(source), space: 'kernel' } as const;
  const to = { address: lowering.temporary(size), offset: 0, padded: true };
  readText(lowering, from, size, limit, to);
  return memory(to.address, to.offset);
}

/** Branches on whether two strings (or tuples) are equal. */
export function branchOnEqual(
  lowering: ProgramLowering,
  left: TypedExpression,
  right: TypedExpression,
  equal: BlockId,
  different: BlockId,
): void {
  if (left.kind === 'string' && right.kind !== 'string') {
    branchOnEqual(lowering, right, left, equal, different);
    return;
  }
  // Texts of any two sizes compare; tuples have to lie in memory alike.
  const isText = left.type.kind === 'string';
  const a = isText ? lowering.peeled(left) : left;
  const b = isText ? lowering.peeled(right) : right;
  if (a.kind === 'string' && b.kind === 'string') {
    lowering.builder.jump(String(a.bytes) === String(b.bytes) ? equal : different);
    return;
  }
  if (b.kind === 'string' && a.type.kind === 'string') {
    compareLiteral(lowering, a, b.bytes, equal, different);
    return;
  }
  const size = Math.min(lowering.storedSize(a.type), lowering.storedSize(b.type));
  const first = lowering.loadable(a, [b]);
  const second = lowering.loadable(b);
  requireEqualBytes(lowering, first, second, size, different);
  lowering.builder.jump(equal);
}

/** The literal's bytes and its NUL, a word at a time. */
function compareLiteral(
  lowering: ProgramLowering,
  text: TypedExpression,
  bytes: Uint8Array,
  equal: BlockId,
  different: BlockId,
): void {
  const { builder } = lowering;
  const size = (text.type as StringType).size;
  if (bytes.length > size || bytes.includes(0)) {
    lowering.operand(text);
    builder.jump(different);
    return;
  }
  const from = literalLength(lowering, text, bytes.length) ?? lowering.loadable(text);
  const wanted = Math.min(bytes.length + 1, size);
  for (let at = 0; at < wanted; ) {
    const step = stepAt(from.offset + at, from.offset + at, wanted - at);
    const value = builder.load(step, from.address, from.offset + at);
    const literal = builder.const(littleEndian(bytes, at, step));
    at += step;
    if (at < wanted) lowering.requireEqual(value, literal, different);
    else builder.branch('eq', value, literal, equal, different);
  }
}

/** str(p) compared with a short literal needs only as many bytes as can tell the two apart. */
function literalLength(
  lowering: ProgramLowering,
  text: TypedExpression,
  length: number,
): MemoryOperand | undefined {
  if (text.kind !== 'call' || text.entry.name !== 'str' || length > 60) return undefined;
  const { call } = text;
  const size = (call.type as StringType).size;
  if (call.args.length !== 1 || length + 2 >= size || call.args[0]!.type.kind === 'string') return undefined;
  const address = lowering.temporary(length + 2);
  const { builder } = lowering;
  const from = sourceOf(lowering, call.args[0]!);
  const helper = from.space === 'user' ? 'probe_read_user_str' : 'probe_read_kernel_str';
  const got = builder.call(helper, [address, builder.const(length + 2), from.address]);
  builder.ifThen(
    'slt',
    got,
    builder.const(0),
    () => lowering.countLoss('readFailed', { helper, returned: got }),
    { likely: 'else' },
  );
  return memory(address);
}

/** Bytes of a string before its NUL. */
export function lowerStringLength(lowering: ProgramLowering, text: TypedExpression): ValueId {
  const { builder } = lowering;
  if (text.kind === 'string') return builder.const(text.bytes.length);
  const size = (text.type as StringType).size;
  const at = lowering.addressAs(text, text.type);
  const to = lowering.temporary(size + 1);
  const helper = 'probe_read_kernel_str';
  const got = builder.call(helper, [to, builder.const(size + 1), at]);
  return lengthOf(lowering, helper, got, size + 1);
}

/** Bytes before the NUL of what a pointer or array has, up to max_strlen. */
export function lowerReadLength(lowering: ProgramLowering, text: TypedExpression): ValueId {
  const { type } = text;
  const size = type.kind === 'array' ? Math.min(type.count, lowering.maxStrlen) : lowering.maxStrlen;
  const address = lowering.temporary(size);
  return readText(lowering, sourceOf(lowering, text), size, undefined, { address, offset: 0, padded: false });
}
