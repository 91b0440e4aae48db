// str(): bytes up to a NUL from memory of the traced system.
import type { ValueFunction } from '../entry.js';

export const str: ValueFunction = {
  name: 'str',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'address', kind: 'any' }, // a pointer, an integer, a char array; a string stays as it is
        { name: 'length', kind: 'integer', optional: true },
      ],
      returns: ([address, length], { config }) => {
        const most = address?.type.kind === 'string' ? address.type.size : config.maxStrlen;
        const limit = length?.kind === 'integer' ? Number(length.value) + 1 : most;
        return { kind: 'string', size: Math.min(limit, most) };
      },
    },
  ],
  check: (call, { diagnostics }) => {
    const address = call.args[0];
    if (address === undefined) return;
    if (['pointer', 'integer', 'array', 'string', 'error'].includes(address.type.kind)) return;
    diagnostics.error('argument-type', address.span, `str() takes an address, not a ${address.type.kind}`);
  },
  doc: {
    summary: 'The string at an address, up to a NUL, `length` bytes or max_strlen.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
    seeAlso: ['comm'],
  },
  lower: (lowering, call) => lowering.readString(call),
};
