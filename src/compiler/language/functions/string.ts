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
        return { kind: 'string', size: length?.kind === 'integer' ? clamp(length.value + 1n, most) : most };
      },
    },
  ],
  check: (call, { diagnostics, config }) => {
    const [address, length] = call.args;
    if (address === undefined) return;
    if (length?.kind === 'integer' && length.value < 0n) {
      diagnostics.error('argument-value', length.span, 'str() cannot read a negative number of bytes');
    } else if (length?.kind === 'integer' && length.value > BigInt(config.maxStrlen)) {
      const message = `str() reads ${config.maxStrlen} bytes, not ${length.value}: more than max_strlen it never reads`;
      diagnostics.warn('argument-value', length.span, message);
    }
    if (['pointer', 'integer', 'array', 'string', 'error'].includes(address.type.kind)) return;
    diagnostics.error('argument-type', address.span, `str() takes an address, not a ${address.type.kind}`);
  },
  doc: {
    summary: 'The string at an address, up to a NUL, `length` bytes or max_strlen.',
    detail:
      'The NUL counts: a `length` of 4 gives at most 3 characters. Of a literal it gives 4. A string may be cut so, too.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
    seeAlso: ['comm'],
  },
  lower: (lowering, call) => lowering.readString(call),
};

function clamp(size: bigint, most: number): number {
  return size < 1n ? 1 : size > BigInt(most) ? most : Number(size);
}
