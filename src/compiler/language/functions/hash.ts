// hash(): many values as one number.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import { UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';

const HASHED: readonly string[] = ['integer', 'bool', 'pointer', 'inet', 'mac'];

export const hash: ValueFunction = {
  name: 'hash',
  role: 'value',
  pure: false, // fields of packets change
  signatures: [
    {
      params: [
        { name: 'value', kind: 'any' },
        { name: 'more', kind: 'any', optional: true, variadic: true },
      ],
      returns: UINT64,
    },
  ],
  check: (call, context) => checkHashed(call, context),
  doc: {
    summary:
      'A number of 64 bits that is the same for the same values in the same order, and else most likely another.',
    detail:
      'Values are numbers and addresses: an IPv4 address counts as its number and 0, one of IPv6 as its two halves. All bits of the result are of use. It is the same on all machines ' +
      'and at all times, and no secret: who wants to can find values that have the same one.',
    example: 'xdp:lo /hash(src, sport, dst, dport, proto) % 100 == 0/ { @sampled = count(); }',
    seeAlso: ['backend'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.hash(call.args) }),
};

function checkHashed(call: TypedCall, { diagnostics }: CheckContext): void {
  for (const { type, span } of call.args) {
    if (HASHED.includes(type.kind) || type.kind === 'error') continue;
    diagnostics.error('hash-value', span, 'hash() takes numbers and addresses', {
      hint: 'hash(src, sport) takes several',
    });
  }
}
