// Hardware and network addresses, and byte order.
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';
import { type IntegerType, integer } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { parseAddress } from '../names/address.js';
import { argument, literalText } from './argument.js';

const BYTE = integer(1, false);
const MAC_BYTES = 6;

export const macaddr: ValueFunction = {
  name: 'macaddr',
  role: 'value',
  pure: false,
  signatures: [{ params: [{ name: 'address', kind: 'address' }], returns: { kind: 'mac' } }],
  check: (call, { diagnostics }) => {
    const { type, span } = argument(call, 0);
    const bytes =
      type.kind !== 'array' || (type.of.kind === 'integer' && type.of.size * type.count >= MAC_BYTES);
    if (!bytes)
      diagnostics.error('argument-type', span, 'macaddr() takes an array of 6 bytes or more, or a pointer');
  },
  doc: {
    summary: 'A hardware address, printed as such: from an array of 6 bytes, or a pointer to them.',
    example: 'BEGIN { print(macaddr((uint8[6])0x0102)); exit(); }',
    seeAlso: ['ntop'],
  },
  lower: (lowering, call) => {
    const address = lowering.bytesOf(argument(call, 0), MAC_BYTES);
    return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
  },
};

export const pton: ValueFunction = {
  name: 'pton',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [{ name: 'text', kind: 'string-literal' }],
      returns: ([text]) => ({
        kind: 'array',
        of: BYTE,
        count: text?.kind === 'string' && literalText(text).includes(':') ? 16 : 4,
      }),
    },
  ],
  check: (call, { diagnostics }) => {
    const text = literalText(argument(call, 0));
    if (parseAddress(text) !== undefined) return;
    diagnostics.error('argument-value', argument(call, 0).span, `"${text}" is no IPv4 or IPv6 address`);
  },
  doc: {
    summary: 'Bytes of an IPv4 or IPv6 address in network order: an array of 4 or 16.',
    example: 'BEGIN { print(ntop(pton("::1"))); exit(); }',
    seeAlso: ['ntop'],
  },
  lower: (lowering, call) => {
    const bytes = parseAddress(literalText(argument(call, 0)));
    if (bytes === undefined) throw new InternalError('pton() of no address');
    return lowering.text(bytes);
  },
};

export const bswap: ValueFunction = {
  name: 'bswap',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [{ name: 'number', kind: 'integer' }],
      returns: ([number]) => integer(number?.type.kind === 'integer' ? number.type.size : 8, false),
    },
  ],
  doc: {
    summary: 'An integer with its bytes in reverse, unsigned and as wide as it was.',
    example: 'BEGIN { printf("%x\\n", bswap((uint32)0x11223344)); exit(); }',
    seeAlso: ['ntohs', 'ntohl'],
  },
  lower: (lowering, call) => {
    const number = argument(call, 0);
    const size = call.type.kind === 'integer' ? call.type.size : 8;
    return { kind: 'word', value: swapped(lowering, lowering.word(number), size) };
  },
};

/** Both architectures that we know are little-endian: from and to network order is the same exchange. */
function networkOrder(name: string, alias: string, size: 2 | 4, example: string): ValueFunction {
  return {
    name,
    aliases: [alias],
    role: 'value',
    pure: true,
    signatures: [{ params: [{ name: 'number', kind: 'integer' }], returns: integer(size, false) }],
    doc: {
      summary: `A number of ${size * 8} bits from network order, or into it.`,
      example,
      seeAlso: ['bswap', 'ntop'],
    },
    lower: (lowering, call) => ({
      kind: 'word',
      value: swapped(lowering, lowering.word(argument(call, 0)), size),
    }),
  };
}

export const ntohs = networkOrder(
  'ntohs',
  'htons',
  2,
  'BEGIN { printf("%d\\n", ntohs((uint16)0x5000)); exit(); }',
);
export const ntohl = networkOrder(
  'ntohl',
  'htonl',
  4,
  'BEGIN { printf("%x\\n", ntohl((uint32)0x100007f)); exit(); }',
);

/** The low `size` bytes in reverse, the rest zero. */
function swapped({ builder }: Lowering, word: ValueId, size: IntegerType['size']): ValueId {
  if (size === 1) return builder.extend(word, 1, false);
  return builder.bswap(word, (size * 8) as 16 | 32 | 64);
}
