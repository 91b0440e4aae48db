// Looking into strings: strncmp, memcmp, strstr, and joining two. Strings lie in memory that plain loads reach, and the bytes
// behind their NUL are zero; so equal strings are equal memory, and no length has to be known.
import type { TypedCall, TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { BlockId, ValueId } from '../ir/ir.js';
import { sizeOf } from '../types/layout.js';
import type { TextPattern } from '../types/text-pattern.js';
import type { StringType } from '../types/type.js';
import { readBytes } from './bytes.js';
import type { Operand } from './lowering.js';
import { clear, memory } from './memory.js';
import { outlinedDifference, outlinedSearch, requireEqualBytes } from './outlined-search.js';
import type { ProgramLowering } from './program-lowering.js';
import { readText } from './string.js';

/** What strstr() gives when there is none: bpftrace 0.27's, whose manual says -1. */
const NOT_FOUND = -2n;

/** Bytes that are compared, and steps of a search, in loops of jumps. */
const INLINE_BYTES = 256;
const INLINE_STEPS = 1024;

/** strncmp(a, b, n): 0 when the first n bytes, or all up to a NUL, are equal; else 1. */
export function lowerCompareText(
  lowering: ProgramLowering,
  a: TypedExpression,
  b: TypedExpression,
  most: number,
): ValueId {
  const { builder } = lowering;
  const size = Math.min(most, stringSize(a), stringSize(b));
  const one = lowering.loadable(a, [b]);
  const two = lowering.loadable(b);
  const result = builder.newLocal('order');
  const different = builder.newBlock();
  const join = builder.newBlock();
  requireEqualBytes(lowering, one, two, size, different);
  builder.write(result, builder.const(0));
  builder.jump(join);
  leaveWith(lowering, different, () => builder.write(result, builder.const(1)), join);
  builder.enter(join);
  return builder.read(result);
}

/** memcmp(a, b, n): difference of the first two bytes that differ, else 0. */
export function lowerCompareBytes(
  lowering: ProgramLowering,
  a: TypedExpression,
  b: TypedExpression,
  count: TypedExpression,
): ValueId {
  const { builder } = lowering;
  const fixed = count.kind === 'integer' ? Number(count.value) : lowering.maxStrlen;
  const size = Math.min(fixed, readable(lowering, a, fixed), readable(lowering, b, fixed));
  const one = bytesBefore(lowering, a, size, [b, count]);
  const two = bytesBefore(lowering, b, size, [count]);
  const limit = count.kind === 'integer' ? builder.const(size) : lowering.word(count);
  if (size > INLINE_BYTES && lowering.env.has('loop'))
    return outlinedDifference(lowering, one, two, size, limit);
  const result = builder.newLocal('difference');
  builder.write(result, builder.const(0));
  forEach(lowering, size, (at, _next, done) => {
    const inside = builder.newBlock();
    builder.branch('ult', at, limit, inside, done);
    builder.enter(inside);
    compareAt(lowering, one, two, at, difference => builder.write(result, difference), done);
  });
  return builder.read(result);
}

/** The first bytes of an operand, as they are before `later` is evaluated. */
function bytesBefore(
  lowering: ProgramLowering,
  bytes: TypedExpression,
  size: number,
  later: readonly TypedExpression[],
): ValueId {
  const isHere = bytes.type.kind !== 'pointer' && bytes.type.kind !== 'integer';
  return isHere && later.some(each => lowering.hasEffect(each))
    ? lowering.addressBefore(bytes, later)
    : readBytes(lowering, bytes, size);
}

/** Bytes that lie at an operand: all of a value in memory, as many as wanted behind an address. */
function readable(lowering: ProgramLowering, { type }: TypedExpression, wanted: number): number {
  return type.kind === 'pointer' || type.kind === 'integer' ? wanted : lowering.storedSize(type);
}

function compareAt(
  lowering: ProgramLowering,
  one: ValueId,
  two: ValueId,
  at: ValueId,
  write: (difference: ValueId) => void,
  done: BlockId,
): void {
  const { builder } = lowering;
  const a = builder.load(1, builder.binary('add', one, at), 0);
  const b = builder.load(1, builder.binary('add', two, at), 0);
  const differ = builder.newBlock();
  const same = builder.newBlock();
  builder.branch('ne', a, b, differ, same);
  leaveWith(lowering, differ, () => write(builder.binary('sub', a, b)), done);
  builder.enter(same);
}

/** strstr(haystack, needle): offset of the first occurrence, 0 of an empty needle, -2 when there is none. */
export function lowerFindText(
  lowering: ProgramLowering,
  haystack: TypedExpression,
  needle: TypedExpression,
): ValueId {
  const { builder } = lowering;
  const size = stringSize(haystack);
  const text = lowering.addressBefore(haystack, [needle]);
  const result = builder.newLocal('found');
  if (needle.kind === 'string' && needle.bytes.length === 0) return builder.const(0);
  if (needle.kind === 'string' && needle.bytes.length > size) return builder.const(NOT_FOUND);
  const last = needle.kind === 'string' ? size - needle.bytes.length + 1 : size;
  const pattern = needle.kind === 'string' ? undefined : lowering.address(needle);
  const steps = last * (needle.kind === 'string' ? needle.bytes.length : stringSize(needle));
  if (steps > INLINE_STEPS && lowering.env.has('loop')) {
    const sought = needle.kind === 'string' ? needle.bytes : { address: pattern!, size: stringSize(needle) };
    return outlinedSearch(lowering, { text, size, last, needle: sought }, NOT_FOUND);
  }
  builder.write(result, builder.const(NOT_FOUND));
  forEach(lowering, last, (at, next, done) => {
    const place = builder.binary('add', text, at);
    const found = builder.newBlock();
    if (pattern === undefined) matchLiteral(lowering, place, (needle as Literal).bytes, found, next);
    else matchAt(lowering, { place, at, size, pattern, length: stringSize(needle), found, next });
    leaveWith(lowering, found, () => builder.write(result, at), done);
  });
  return builder.read(result);
}

type Literal = Extract<TypedExpression, { kind: 'string' }>;

function matchLiteral(
  { builder }: ProgramLowering,
  place: ValueId,
  bytes: Uint8Array,
  found: BlockId,
  next: BlockId,
): void {
  for (const [i, byte] of bytes.entries()) {
    const more = i === bytes.length - 1 ? found : builder.newBlock();
    builder.branch('eq', builder.load(1, place, i), builder.const(byte), more, next);
    if (more === found) return;
    builder.enter(more);
  }
}

interface Match {
  readonly place: ValueId;
  readonly at: ValueId;
  readonly size: number; // of the haystack
  readonly pattern: ValueId;
  readonly length: number; // of the needle, its NUL included
  readonly found: BlockId;
  readonly next: BlockId;
}

/** A needle that is not known while compiling: its bytes until its NUL. */
function matchAt(lowering: ProgramLowering, match: Match): void {
  const { builder } = lowering;
  const { place, at, size, pattern, length, found, next } = match;
  forEach(
    lowering,
    length,
    (i, more) => {
      const byte = builder.load(1, builder.binary('add', pattern, i), 0);
      const inside = builder.newBlock();
      builder.branch('eq', byte, builder.const(0), found, inside);
      builder.enter(inside);
      const within = builder.newBlock();
      builder.branch('ult', builder.binary('add', at, i), builder.const(size), within, next);
      builder.enter(within);
      builder.branch('eq', builder.load(1, builder.binary('add', place, i), 0), byte, more, next);
    },
    found,
  );
}

/**
 * A loop over 0 to count - 1. The body ends its block, going on to `next` or leaving to `done`; when it does not, it goes on.
 * Continues in `done`, unless that is the caller's.
 */
function forEach(
  { builder }: ProgramLowering,
  count: number,
  body: (at: ValueId, next: BlockId, done: BlockId) => void,
  after?: BlockId,
): void {
  const index = builder.newLocal('at');
  const head = builder.newBlock();
  const next = builder.newBlock();
  const done = after ?? builder.newBlock();
  builder.write(index, builder.const(0));
  if (count > 0) builder.jump(head);
  else builder.jump(done);
  builder.moveTo(head);
  const at = builder.read(index);
  body(at, next, done);
  if (!builder.ended) builder.jump(next);
  builder.enter(next);
  const following = builder.binaryImm('add', at, 1);
  builder.write(index, following);
  builder.branch('ult', following, builder.const(count), head, done);
  builder.seal(head);
  if (after !== undefined) return;
  builder.enter(done);
}

/** text =~ "pattern": the states of types/text-pattern.ts, a byte at a time until none is left. */
export function lowerMatchText(
  lowering: ProgramLowering,
  text: TypedExpression,
  { accepts, stars, matchers }: TextPattern,
): ValueId {
  const { builder, object } = lowering;
  const bytes = new Uint8Array(BigUint64Array.from(accepts).buffer);
  const start = lowering.address(text);
  const table = builder.mapValue('literals', object.literal(bytes, bytes.length));
  const states = builder.newLocal('states');
  builder.write(states, builder.const(1));
  forEach(lowering, stringSize(text), (at, next, done) => {
    const byte = builder.load(1, builder.binary('add', start, at), 0);
    const inside = builder.newBlock();
    builder.branch('eq', byte, builder.const(0), done, inside);
    builder.enter(inside);
    const row = builder.binary('add', table, builder.binaryImm('shl', byte, 3));
    const before = builder.read(states);
    const moved = builder.binaryImm('shl', builder.binary('and', before, builder.load(8, row, 0)), 1);
    const stayed = stars === 0n ? undefined : builder.binary('and', before, builder.const(stars));
    const after = stayed === undefined ? moved : builder.binary('or', moved, stayed);
    builder.write(states, after);
    builder.branch('eq', after, builder.const(0), done, next);
  });
  const shifted = builder.binaryImm('lshr', builder.read(states), matchers);
  return builder.binaryImm('and', shifted, 1);
}

/** Fills a block of one purpose. */
function leaveWith({ builder }: ProgramLowering, block: BlockId, act: () => void, to: BlockId): void {
  builder.enter(block);
  act();
  builder.jump(to);
}

/** str_concat(a, b). */
export function lowerConcatenation(lowering: ProgramLowering, call: TypedCall): Operand {
  const { builder } = lowering;
  const [a, b] = call.args;
  if (a === undefined || b === undefined) throw new InternalError('str_concat() of less than two');
  const { size } = call.type as StringType;
  const [first, second] = [stringSize(a), stringSize(b)];
  const room = Math.max(size, first + second);
  const to = lowering.temporary(room);
  clear(lowering, to, 0, room);
  const from = (text: TypedExpression) => ({ address: lowering.address(text), space: 'kernel' }) as const;
  const length = readText(lowering, from(a), first, undefined, { address: to, offset: 0, padded: false });
  const end = builder.binary('add', to, length);
  readText(lowering, from(b), second, undefined, { address: end, offset: 0, padded: false });
  return memory(to);
}

function stringSize({ type }: TypedExpression): number {
  return sizeOf(type);
}
