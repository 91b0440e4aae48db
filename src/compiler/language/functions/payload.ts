// payload_at(), payload_address(): several bytes of the payload as a number, and where they are.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import { UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { BEFORE_PAYLOAD } from '../packet/headers.js';
import { argument } from './argument.js';

const SIZES = [1, 2, 4, 8] as const;

export const payloadAt: ValueFunction = {
  name: 'payload_at',
  role: 'value',
  pure: false, // packets change
  packet: true,
  looksFor: BEFORE_PAYLOAD,
  signatures: [
    {
      params: [
        { name: 'index', kind: 'integer' },
        { name: 'bytes', kind: 'integer-literal' },
      ],
      returns: UINT64,
    },
  ],
  check: (call, context) => checkBytes(call, context),
  doc: {
    summary: 'The number that 1, 2, 4 or 8 bytes of the payload from an index on are, in network order.',
    detail:
      'Like payload[i] it is 0 where the payload does not have all of them, and a comparison with it is false then.',
    example: 'xdp:lo /udp.dport == 53/ { @[payload_at(2, 2)] = count(); }',
    seeAlso: ['hash'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.onPacket.payloadAt(lowering.word(argument(call, 0)), sizeOf(call) ?? 1),
  }),
};

export const payloadAddress: ValueFunction = {
  name: 'payload_address',
  role: 'value',
  pure: false, // packets change
  packet: true,
  looksFor: BEFORE_PAYLOAD,
  signatures: [{ params: [], returns: UINT64 }],
  doc: {
    summary: 'Where the payload is in the memory of the kernel; 0: there is none.',
    detail:
      'For what payload_at() is too little for: str(), buf() and structs read there, so that formats can be walked in loops. payload.len says how far it reaches.',
    example: 'xdp:lo /tcp.dport == 80 && payload.len > 3/ { @[str(kptr(payload_address()), 4)] = count(); }',
    seeAlso: ['payload_at', 'str', 'kptr'],
  },
  lower: lowering => ({ kind: 'word', value: lowering.onPacket.payloadAddress() }),
};

/** Undefined: it is no such number of bytes. */
function sizeOf(call: TypedCall): 1 | 2 | 4 | 8 | undefined {
  const bytes = argument(call, 1);
  return bytes.kind === 'integer' ? SIZES.find(size => BigInt(size) === bytes.value) : undefined;
}

function checkBytes(call: TypedCall, { diagnostics }: CheckContext): void {
  const { kind, span } = argument(call, 1);
  if (kind === 'integer' && sizeOf(call) === undefined)
    diagnostics.error('payload-bytes', span, 'payload_at() gives 1, 2, 4 or 8 bytes');
}
