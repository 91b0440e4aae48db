// What a program reads of a packet. Within a comparison a header that is not there ends it: the comparison is false
// (`absent` is then where that goes). Any other read of such a header gives 0.
import type { PacketRead, TypedExpression } from '../../check/typed.js';
import { assertNever, InternalError } from '../../diagnostics/diagnostic.js';
import type { BlockId, Size, ValueId } from '../../ir/ir.js';
import type { HeaderEntry, HeaderField } from '../../language/packet/header.js';
import { sizeOf } from '../../types/layout.js';
import { AF_INET, AF_INET6, type Type } from '../../types/type.js';
import type { Operand } from '../lowering.js';
import { clear, copy, isWord, memory } from '../memory.js';
import type { ProgramLowering } from '../program-lowering.js';
import { NO_PROTOCOL } from './parse.js';
import { locatePayload, payloadAddress, payloadLength, payloadNumber } from './payload.js';

export type PacketExpression = Extract<TypedExpression, { kind: 'packet' }>;
type FieldRead = Extract<PacketRead, { kind: 'field' }>;

/** Branches on a word of packets as a condition; undefined: it is a number like any other. */
export function branchOnPacket(
  lowering: ProgramLowering,
  { read }: PacketExpression,
  then: BlockId,
  otherwise: BlockId,
): boolean {
  if (read.kind === 'header') lowering.packet.locate(read.header, then, otherwise);
  else if (read.kind === 'payload') locatePayload(lowering, then, otherwise);
  else return false;
  return true;
}

/** The value. */
export function lowerPacket(lowering: ProgramLowering, expression: PacketExpression): Operand {
  const { read, type } = expression;
  switch (read.kind) {
    case 'header':
    case 'payload':
      return word(truth(lowering, expression));
    case 'field':
      return isWord(type) ? word(lowerNumber(lowering, read)) : lowerAddress(lowering, read, type);
    case 'byte': {
      if (expression.index === undefined) throw new InternalError('a byte of payload without its place');
      const index = lowering.word(expression.index);
      return word(valueOrAbsent(lowering, absent => payloadNumber(lowering, index, 1, absent)));
    }
    case 'fact':
      return word(lowerFact(lowering, read.name));
    default:
      return assertNever(read);
  }
}

function word(value: ValueId): Operand {
  return { kind: 'word', value };
}

function truth(lowering: ProgramLowering, expression: PacketExpression): ValueId {
  return lowering.builder.truth((yes, no) => branchOnPacket(lowering, expression, yes, no));
}

function lowerFact(lowering: ProgramLowering, name: Extract<PacketRead, { kind: 'fact' }>['name']): ValueId {
  const { builder, packet, probeType } = lowering;
  const context = probeType.packet?.context;
  if (context === undefined) throw new InternalError('a packet where there is none');
  const load = (offset: number) => builder.load(4, lowering.context, offset, { invariant: true });
  switch (name) {
    case 'ifindex':
      return load(context.ifindex);
    case 'queue':
      return load(context.queue);
    case 'len':
      return packetLength(lowering);
    case 'proto':
      return valueOrAbsent(lowering, absent => {
        const protocol = packet.protocol();
        const present = builder.newBlock();
        builder.branch('ne', protocol, builder.const(NO_PROTOCOL), present, absent);
        builder.enter(present);
        return protocol;
      });
    case 'payload.len':
      return valueOrAbsent(lowering, absent => payloadLength(lowering, absent));
    default:
      return assertNever(name);
  }
}

/** Bytes of the frame. */
export function packetLength({ builder, packet, probeType, context }: ProgramLowering): ValueId {
  const len = probeType.packet?.context.len;
  return len === undefined
    ? builder.binary('sub', packet.end(), packet.data())
    : builder.load(4, context, len);
}

/** payload_at(): 0 of what is not there, or the comparison around it is false. */
export function lowerPayloadAt(lowering: ProgramLowering, index: ValueId, bytes: Size): ValueId {
  return valueOrAbsent(lowering, absent => payloadNumber(lowering, index, bytes, absent));
}

/** payload_address(). */
export function lowerPayloadAddress(lowering: ProgramLowering): ValueId {
  return valueOrAbsent(lowering, absent => payloadAddress(lowering, absent));
}

/** `read` gives a value, or goes to the block it is given. Outside of comparisons that gives 0. */
function valueOrAbsent(lowering: ProgramLowering, read: (absent: BlockId) => ValueId): ValueId {
  const { builder } = lowering;
  if (lowering.absent !== undefined) return read(lowering.absent);
  const absent = builder.newBlock();
  const join = builder.newBlock();
  const result = builder.newLocal('read');
  builder.write(result, read(absent));
  builder.jump(join);
  builder.enter(absent);
  builder.write(result, builder.const(0));
  builder.jump(join);
  builder.enter(join);
  return builder.read(result);
}

/** Goes through the headers that may have the field; `use` continues on each way on which it is there. */
export function eachChoice(
  lowering: ProgramLowering,
  choices: FieldRead['choices'],
  absent: BlockId,
  use: (header: HeaderEntry, field: HeaderField) => void,
): void {
  const { builder, packet } = lowering;
  choices.forEach(({ header, field }, index) => {
    const present = builder.newBlock();
    const next = index === choices.length - 1 ? absent : builder.newBlock();
    packet.locate(header, present, next);
    builder.enter(present);
    use(header, field);
    if (next === absent) return;
    builder.enter(next);
  });
}

function lowerNumber(lowering: ProgramLowering, { choices }: FieldRead): ValueId {
  const { builder, packet } = lowering;
  const [only] = choices;
  if (choices.length === 1 && only !== undefined) {
    return valueOrAbsent(lowering, absent => {
      requireHeader(lowering, only.header, absent);
      return loadField(lowering, packet.address(only.header), only.field);
    });
  }
  return valueOrAbsent(lowering, absent => {
    const result = builder.newLocal('field');
    const join = builder.newBlock();
    eachChoice(lowering, choices, absent, (header, field) => {
      builder.write(result, loadField(lowering, packet.address(header), field));
      builder.jump(join);
    });
    builder.enter(join);
    return builder.read(result);
  });
}

/** Goes on where the header is there. */
export function requireHeader(lowering: ProgramLowering, header: HeaderEntry, absent: BlockId): void {
  const { builder, packet } = lowering;
  if (packet.isPresent(header)) return;
  const present = builder.newBlock();
  packet.locate(header, present, absent);
  builder.enter(present);
}

/** A field that is a number, in host order, zero-extended. */
export function loadField({ builder }: ProgramLowering, at: ValueId, field: HeaderField): ValueId {
  const { offset, size, shift } = unitOf(field);
  const unit = builder.load(size, at, offset);
  const value = size === 1 ? unit : builder.bswap(unit, (size * 8) as 16 | 32 | 64);
  const down = shift === 0 ? value : builder.binaryImm('lshr', value, shift);
  const above = size * 8 - shift - field.width;
  return above === 0 ? down : builder.binaryImm('and', down, (1n << BigInt(field.width)) - 1n);
}

/** The bytes that a field lies in, as few as a load takes, and how far up it is in them. */
export function unitOf(field: HeaderField): {
  readonly offset: number;
  readonly size: Size;
  readonly shift: number;
} {
  const first = Math.floor(field.offset / 8);
  const last = Math.ceil((field.offset + field.width) / 8);
  const size = ([1, 2, 4, 8] as const).find(each => each >= last - first) ?? 8;
  // Not beyond the header: its last bytes may be the packet's.
  const offset = last - first === size ? first : last - size;
  return { offset, size, shift: (offset + size) * 8 - field.offset - field.width };
}

/** An address lies in the packet where it is certain; else it is copied, as zeros when there is none. */
function lowerAddress(lowering: ProgramLowering, { choices }: FieldRead, type: Type): Operand {
  const { builder, packet } = lowering;
  const [only] = choices;
  if (choices.length === 1 && only !== undefined) {
    if (lowering.absent !== undefined) requireHeader(lowering, only.header, lowering.absent);
    if (packet.isPresent(only.header)) return memory(packet.address(only.header), only.field.offset / 8);
  }
  const size = sizeOf(type);
  const to = lowering.temporary(size);
  const absent = lowering.absent ?? builder.newBlock();
  const join = builder.newBlock();
  eachChoice(lowering, choices, absent, (header, field) => {
    const from = memory(packet.address(header), field.offset / 8);
    copyAddress(lowering, from, field.kind, type, to, 0);
    builder.jump(join);
  });
  if (lowering.absent === undefined) {
    builder.enter(absent);
    clear(lowering, to, 0, size);
    builder.jump(join);
  }
  builder.enter(join);
  return memory(to);
}

/** Writes an address as a value of its own type, or as one of any family. */
export function copyAddress(
  lowering: ProgramLowering,
  from: ReturnType<typeof memory>,
  kind: HeaderField['kind'],
  type: Type,
  to: ValueId,
  offset: number,
): void {
  const { builder } = lowering;
  const bytes = kind === 'ip' ? 4 : kind === 'ip6' ? 16 : 6;
  if (sizeOf(type) === bytes) {
    copy(lowering, to, offset, from, bytes);
    return;
  }
  builder.store(4, to, offset, builder.const(kind === 'ip' ? AF_INET : AF_INET6));
  copy(lowering, to, offset + 4, from, bytes);
  clear(lowering, to, offset + 4 + bytes, 16 - bytes);
}
