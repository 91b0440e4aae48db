// Bytes by number, whatever is in them: buf(), macaddr(), memcmp(), and the arguments that join() puts together.
import type { TypedCall, TypedExpression } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { sizeOf } from '../types/layout.js';
import type { BufferType, StringType } from '../types/type.js';
import { sendBytes } from './channel.js';
import { layoutRecord } from './event.js';
import type { Operand } from './lowering.js';
import { clear, copy, isWord, type MemoryOperand, memory } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';
import { sourceOf } from './string.js';

/** Bytes before those of a buffer: their number. */
const LENGTH = 4;
/** Arguments that join() reads, as bpftrace does. */
const JOINED = 16;

/** Address of the first `size` bytes of a value, or of what an address points to, where plain loads reach them. */
export function readBytes(lowering: ProgramLowering, source: TypedExpression, size: number): ValueId {
  const behind = source.type.kind === 'pointer' || source.type.kind === 'integer';
  if (!behind && (isWord(source.type) || source.kind === 'string')) return lowering.address(source);
  const from = placeOf(lowering, source);
  if (from.space === 'none') return lowering.builder.offset(from.address, from.offset);
  const to = lowering.temporary(size);
  copy(lowering, to, 0, from, size);
  return to;
}

function placeOf(lowering: ProgramLowering, source: TypedExpression): MemoryOperand {
  if (source.type.kind !== 'pointer' && source.type.kind !== 'integer') {
    const operand = lowering.operand(source);
    if (operand.kind === 'memory') return operand;
  }
  const { address, space } = sourceOf(lowering, source);
  return { ...memory(address), space };
}

/** buf(source[, length]): u32 length, then the bytes, zeros up to the size. */
export function lowerReadBuffer(lowering: ProgramLowering, call: TypedCall): Operand {
  const { builder } = lowering;
  const [source, length] = call.args;
  const { size } = call.type as BufferType;
  const to = lowering.temporary(sizeOf(call.type));
  const from = placeOf(lowering, source!);
  const own = readable(lowering, source!, size);
  const room = sizeOf(call.type) - LENGTH;
  if (length === undefined || length.kind === 'integer') {
    builder.store(4, to, 0, builder.const(size));
    copy(lowering, to, LENGTH, from, own);
    clear(lowering, to, LENGTH + own, room - own);
    return memory(to);
  }
  clear(lowering, to, LENGTH, room);
  const wanted = lowering.word(length);
  const most = builder.const(own);
  const bytes = builder.select(
    'ugt',
    wanted,
    most,
    () => most,
    () => wanted,
  );
  builder.store(4, to, 0, bytes);
  const helper = from.space === 'user' ? 'probe_read_user' : 'probe_read_kernel';
  const address = builder.offset(from.address, from.offset);
  const failed = builder.call(helper, [builder.offset(to, LENGTH), bytes, address]);
  builder.ifThen(
    'ne',
    failed,
    builder.const(0),
    () => lowering.countLoss('readFailed', { helper, returned: failed }),
    { likely: 'else' },
  );
  return memory(to);
}

/** Bytes that may be read: no more than a value in memory has. */
function readable(lowering: ProgramLowering, { type }: TypedExpression, wanted: number): number {
  if (type.kind === 'pointer' || type.kind === 'integer') return wanted;
  return Math.min(wanted, lowering.storedSize(type));
}

/** join(argv): the strings, each with its NUL, as the tail of one event; user space puts the separators. */
export function lowerJoin(lowering: ProgramLowering, call: TypedCall, data: unknown, span: Span): void {
  const { builder, object } = lowering;
  const one = lowering.maxStrlen;
  const text: StringType = { kind: 'string', size: JOINED * one };
  const layout = layoutRecord([{ name: 'text', type: text }]);
  const site = object.addSite(lowering.probeIndex, 'join', layout, span, data);
  const buffer = lowering.temporary(layout.size + text.size);
  const pointer = lowering.temporary(8);
  const { address: array, space } = sourceOf(lowering, call.args[0]!);
  const read = space === 'user' ? 'probe_read_user' : 'probe_read_kernel';
  const used = builder.newLocal('used');
  const send = builder.newBlock();
  const none = builder.const(0);
  builder.store(4, buffer, 0, builder.const(site));
  builder.write(used, none);
  for (let i = 0; i < JOINED; i++) {
    builder.call(read, [pointer, builder.const(8), builder.offset(array, 8 * i)]);
    const string = builder.load(8, pointer, 0);
    const present = builder.newBlock();
    builder.branch('ne', string, none, present, send);
    builder.enter(present);
    const sofar = builder.read(used);
    const at = builder.binary('add', builder.offset(buffer, layout.size), sofar);
    const got = builder.call(`${read}_str`, [at, builder.const(one), string]);
    const readable = builder.newBlock();
    builder.branch('ugt', builder.binaryImm('sub', got, 1), builder.const(one - 1), send, readable);
    builder.enter(readable);
    builder.write(used, builder.binary('add', sofar, got));
  }
  builder.jump(send);
  builder.enter(send);
  const length = builder.read(used);
  builder.store(4, buffer, layout.fields[0]!.offset, length);
  sendBytes(lowering, buffer, builder.binaryImm('add', length, layout.size), layout.size + text.size);
}
