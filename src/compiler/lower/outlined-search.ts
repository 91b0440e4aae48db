// Searching and comparing long memory: loops of bpf_loop(), whose callbacks the verifier walks once, where loops of jumps
// would be walked turn by turn. Both share a frame on the caller's stack:
//
//   0        8     16        24   32
//   | result | one | another | at | matched |
//
// Needs Linux 5.17.
import type { IrBuilder } from '../ir/builder.js';
import type { BlockId, ValueId } from '../ir/ir.js';
import { type MemoryOperand, stepAt } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

const RESULT = 0;
const ONE = 8;
const ANOTHER = 16;
const AT = 24;
const MATCHED = 32;
const FRAME = 40;

/** What callbacks return to the kernel. */
const GO_ON = 0;
const STOP = 1;

/** Equality of more is a loop over words. */
const UNROLLED = 1024;
const WORD = 8;

/** A text that is searched, and how it is told what to look for. */
export interface Search {
  readonly text: ValueId;
  readonly size: number; // of the text
  /** Offsets where a match can start are below. */
  readonly last: number;
  readonly needle: Uint8Array | { readonly address: ValueId; readonly size: number };
}

/** Offset of the first match, else `absent`. An empty needle is found at 0. */
export function outlinedSearch(lowering: ProgramLowering, search: Search, absent: bigint): ValueId {
  const { builder } = lowering;
  const { text, size, last, needle } = search;
  const frame = builder.stack(FRAME, 8);
  builder.store(8, frame, RESULT, builder.const(absent));
  builder.store(8, frame, ONE, text);
  const name =
    needle instanceof Uint8Array
      ? addLiteralSearch(lowering, last, needle)
      : addSearch(lowering, size, needle.size);
  if (!(needle instanceof Uint8Array)) builder.store(8, frame, ANOTHER, needle.address);
  callLoop(builder, last, name, frame);
  return builder.load(8, frame, RESULT);
}

function callLoop(builder: IrBuilder, turns: number, name: string, frame: ValueId): ValueId {
  return builder.call('loop', [builder.const(turns), builder.functionAddress(name), frame, builder.const(0)]);
}

function addLiteralSearch(lowering: ProgramLowering, last: number, needle: Uint8Array): string {
  return lowering.addFunction(`find_${[...needle].join('_')}_in_${last}`, 2, callback => {
    const [at, frame] = [callback.param(0), callback.param(1, 'stack')];
    unless(callback, 'ult', at, callback.const(last), STOP);
    const place = callback.binary('add', callback.load(8, frame, ONE, { kind: 'memory' }), at);
    for (const [i, byte] of needle.entries()) {
      const found = callback.load(1, place, i);
      // Behind a text are zeros only.
      if (i === 0) unless(callback, 'ne', found, callback.const(0), STOP);
      unless(callback, 'eq', found, callback.const(byte), GO_ON);
    }
    callback.store(8, frame, RESULT, at);
    callback.ret(callback.const(STOP));
  });
}

function addSearch(lowering: ProgramLowering, size: number, length: number): string {
  const inner = lowering.addFunction(`match_${size}_${length}`, 2, callback => {
    const [i, frame] = [callback.param(0), callback.param(1, 'stack')];
    const matched = () => {
      callback.store(8, frame, MATCHED, callback.const(1));
      callback.ret(callback.const(STOP));
    };
    callback.ifThen('uge', i, callback.const(length), matched);
    const pattern = callback.load(8, frame, ANOTHER, { kind: 'memory' });
    const byte = callback.load(1, callback.binary('add', pattern, i), 0);
    callback.ifThen('eq', byte, callback.const(0), matched);
    const sum = callback.binary('add', callback.load(8, frame, AT), i);
    unless(callback, 'ult', sum, callback.const(size), STOP);
    const text = callback.load(8, frame, ONE, { kind: 'memory' });
    unless(callback, 'eq', callback.load(1, callback.binary('add', text, sum), 0), byte, STOP);
    callback.ret(callback.const(GO_ON));
  });
  return lowering.addFunction(`find_${size}_${length}`, 2, callback => {
    const [at, frame] = [callback.param(0), callback.param(1, 'stack')];
    const found = () => {
      callback.store(8, frame, RESULT, at);
      callback.ret(callback.const(STOP));
    };
    unless(callback, 'ult', at, callback.const(size), STOP);
    const first = callback.load(1, callback.load(8, frame, ANOTHER, { kind: 'memory' }), 0);
    callback.ifThen('eq', first, callback.const(0), found);
    const text = callback.load(8, frame, ONE, { kind: 'memory' });
    const byte = callback.load(1, callback.binary('add', text, at), 0);
    unless(callback, 'ne', byte, callback.const(0), STOP);
    unless(callback, 'eq', byte, first, GO_ON);
    callback.store(8, frame, AT, at);
    callback.store(8, frame, MATCHED, callback.const(0));
    callLoop(callback, length + 1, inner, frame);
    callback.ifThen('ne', callback.load(8, frame, MATCHED), callback.const(0), found);
    callback.ret(callback.const(GO_ON));
  });
}

/** The difference of the first two of `size` bytes that differ, of which only `limit` count; 0 when there are none. */
export function outlinedDifference(
  lowering: ProgramLowering,
  one: ValueId,
  another: ValueId,
  size: number,
  limit: ValueId,
): ValueId {
  const { builder } = lowering;
  const frame = builder.stack(FRAME, 8);
  builder.store(8, frame, RESULT, builder.const(0));
  builder.store(8, frame, ONE, one);
  builder.store(8, frame, ANOTHER, another);
  builder.store(8, frame, AT, limit);
  const name = lowering.addFunction(`differ_${size}`, 2, callback => {
    const [at, area] = [callback.param(0), callback.param(1, 'stack')];
    unless(callback, 'ult', at, callback.const(size), STOP);
    unless(callback, 'ult', at, callback.load(8, area, AT), STOP);
    const byteAt = (from: number) =>
      callback.load(1, callback.binary('add', callback.load(8, area, from, { kind: 'memory' }), at), 0);
    const [a, b] = [byteAt(ONE), byteAt(ANOTHER)];
    unless(callback, 'ne', a, b, GO_ON);
    callback.store(8, area, RESULT, callback.binary('sub', a, b));
    callback.ret(callback.const(STOP));
  });
  callLoop(builder, size, name, frame);
  return builder.load(8, frame, RESULT);
}

/** Goes to `different` unless so many bytes are the same; else goes on. */
export function requireEqualBytes(
  lowering: ProgramLowering,
  one: MemoryOperand,
  another: MemoryOperand,
  size: number,
  different: BlockId,
): void {
  const { builder } = lowering;
  const start = size > UNROLLED ? size - (size % WORD) : 0;
  if (start > 0) requireEqualWords(lowering, one, another, start, different);
  for (let at = start; at < size; ) {
    const step = stepAt(one.offset + at, another.offset + at, size - at);
    const left = builder.load(step, one.address, one.offset + at);
    lowering.requireEqual(left, builder.load(step, another.address, another.offset + at), different);
    at += step;
  }
}

/** A loop of jumps: the verifier walks it turn by turn, but a word is a few instructions. */
function requireEqualWords(
  lowering: ProgramLowering,
  one: MemoryOperand,
  another: MemoryOperand,
  size: number,
  different: BlockId,
): void {
  const { builder } = lowering;
  const index = builder.newLocal('at');
  builder.write(index, builder.const(0));
  const [head, done] = [builder.newBlock(), builder.newBlock()];
  builder.jump(head);
  builder.moveTo(head);
  const at = builder.read(index);
  const wordAt = ({ address, offset }: MemoryOperand) =>
    builder.load(WORD, builder.binary('add', address, at), offset);
  lowering.requireEqual(wordAt(one), wordAt(another), different);
  const next = builder.binaryImm('add', at, WORD);
  builder.write(index, next);
  builder.branch('ult', next, builder.const(size), head, done);
  builder.seal(head);
  builder.enter(done);
}

/** Returns from the callback unless it holds. */
function unless(
  callback: IrBuilder,
  fn: Parameters<IrBuilder['ifThen']>[0],
  a: ValueId,
  b: ValueId,
  result: number,
): void {
  const [go, leave] = [callback.newBlock(), callback.newBlock()];
  callback.branch(fn, a, b, go, leave);
  callback.enter(leave);
  callback.ret(callback.const(result));
  callback.enter(go);
}
