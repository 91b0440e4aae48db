// Words of packet probes: headers (`tcp`: is it there?) and their fields, fields of either IP or transport, facts of the packet,
// its payload. They exist in packet probes only.
import { didYouMean } from '../diagnostics/suggest.js';
import { type HeaderEntry, headerFieldType } from '../language/packet/header.js';
import { findHeader } from '../language/packet/headers.js';
import {
  BYTE_TYPE,
  FACT_TYPE,
  findNeutral,
  PACKET_CONSTANTS,
  PACKET_FACTS,
} from '../language/packet/words.js';
import type { Expression } from '../syntax/ast.js';
import { BOOL } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { literal } from './constant.js';
import { asInteger, convert, integerOf } from './convert.js';
import { typeText } from './type-text.js';
import type { PacketFactName, TypedExpression } from './typed.js';

type Node<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** Is it a word of packets, wherever it is used? For hints. */
export function isPacketWord(name: string): boolean {
  return (
    findHeader(name) !== undefined ||
    findNeutral(name) !== undefined ||
    ['pkt', 'payload', 'proto'].includes(name) ||
    PACKET_CONSTANTS.has(name)
  );
}

/** The word's value; undefined when it is none, or this is no packet probe. */
export function packetWord(body: Body, { name, span }: Node<'identifier'>): TypedExpression | undefined {
  if (body.probeType.packet === undefined) return undefined;
  const header = findHeader(name);
  if (header !== undefined) return { kind: 'packet', read: { kind: 'header', header }, type: BOOL, span };
  const word = findNeutral(name);
  if (word !== undefined) {
    const { choices, type } = word;
    return { kind: 'packet', read: { kind: 'field', name, choices }, type, span };
  }
  if (name === 'payload') return { kind: 'packet', read: { kind: 'payload' }, type: BOOL, span };
  if (name === 'proto') return { kind: 'packet', read: { kind: 'fact', name }, type: BYTE_TYPE, span };
  if (name === 'pkt') {
    const facts = PACKET_FACTS.map(fact => `pkt.${fact.name}`).join(', ');
    body.diagnostics.error('no-fields', span, 'pkt is no value by itself', { hint: `there are: ${facts}` });
    return poison(span);
  }
  const constant = PACKET_CONSTANTS.get(name);
  return constant === undefined ? undefined : literal(BigInt(constant), span);
}

/** `tcp.dport`, `pkt.len`, `payload.len`; undefined when the object is no word of packets. */
export function packetMember(body: Body, node: Node<'member'>): TypedExpression | undefined {
  if (body.probeType.packet === undefined || node.object.kind !== 'identifier') return undefined;
  const { name: object } = node.object;
  const header = findHeader(object);
  if (header !== undefined) return headerField(body, header, node);
  if (object !== 'pkt' && object !== 'payload') return undefined;
  const names = object === 'pkt' ? PACKET_FACTS.map(fact => fact.name) : ['len'];
  const { name, span } = node;
  if (!names.some(each => each === name)) {
    body.diagnostics.error('unknown-field', node.nameSpan, `${object} has no "${name}"`, {
      hint: `it has: ${names.join(', ')}.`,
    });
    return poison(span);
  }
  const fact = object === 'pkt' ? (name as PacketFactName) : 'payload.len';
  return { kind: 'packet', read: { kind: 'fact', name: fact }, type: FACT_TYPE, span };
}

function headerField(
  body: Body,
  header: HeaderEntry,
  { name, nameSpan, span }: Node<'member'>,
): TypedExpression {
  const field = header.fields.find(each => each.name === name);
  if (field === undefined) {
    const names = header.fields.map(each => each.name);
    const guess = didYouMean(name, names);
    body.diagnostics.error('unknown-field', nameSpan, `${header.name} has no field "${name}"`, {
      hint: `${guess === undefined ? 'it' : `${guess} It`} has: ${names.join(', ')}.`,
    });
    return poison(span);
  }
  const read = { kind: 'field', name: `${header.name}.${name}`, choices: [{ header, field }] } as const;
  return { kind: 'packet', read, type: headerFieldType(field), span };
}

/** `payload[i]`, a byte; undefined when it is not that. */
export function packetIndex(body: Body, node: Node<'index'>): TypedExpression | undefined {
  const { object, span } = node;
  if (body.probeType.packet === undefined || object.kind !== 'identifier') return undefined;
  if (object.name !== 'payload') return undefined;
  const index = body.expression(node.index);
  if (isError(index)) return poison(span, index.type);
  if (integerOf(index.type) === undefined || index.type.kind === 'pointer') {
    body.diagnostics.error('index-type', index.span, `an index is an integer, not ${typeText(index.type)}`);
    return poison(span);
  }
  if (index.kind === 'integer' && (index.value < 0n || index.value >= MOST_PAYLOAD)) {
    const message = `the index ${index.value} is out of range: bytes of the payload count from 0 to ${MOST_PAYLOAD - 1n}`;
    body.diagnostics.error('index-range', index.span, message);
    return poison(span);
  }
  const word = convert(asInteger(index), { kind: 'integer', size: 8, signed: false });
  return { kind: 'packet', read: { kind: 'byte' }, index: word, type: BYTE_TYPE, span };
}

/** Bytes of payload that can be reached: the verifier follows offsets into a packet up to 64 KiB. */
const MOST_PAYLOAD = 0x8000n;
