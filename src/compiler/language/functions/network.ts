// Addresses of the network.
import type { ValueFunction } from '../entry.js';

export const ntop: ValueFunction = {
  name: 'ntop',
  role: 'value',
  pure: true,
  signatures: [
    { params: [{ name: 'address', kind: 'any' }], returns: { kind: 'inet' } },
    {
      params: [
        { name: 'family', kind: 'integer' },
        { name: 'address', kind: 'any' },
      ],
      returns: { kind: 'inet' },
    },
  ],
  check: (call, { diagnostics }) => {
    const address = call.args.at(-1);
    if (address === undefined) return;
    const { type } = address;
    if (['integer', 'pointer', 'error'].includes(type.kind)) return;
    if (type.kind === 'array' && [4, 16].includes(type.count)) return;
    diagnostics.error('argument-type', address.span, 'ntop() takes an integer or an array of 4 or 16 bytes');
  },
  doc: {
    summary:
      'An IPv4 or IPv6 address, printed as such: from an integer in network order, or an array of 4 or 16 bytes.',
    example: 'tracepoint:sock:inet_sock_set_state { printf("%s\\n", ntop(args.daddr)); }',
  },
  lower: (lowering, call) => lowering.readInet(call),
};
