// Raw bytes: buf(), and join(), which prints an array of strings.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { LITTLE_ENDIAN } from '../../types/decode.js';
import { rawSizeOf } from '../../types/layout.js';
import { TAIL_TRUNCATED } from '../../types/record-layout.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction, ValueFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

export const buf: ValueFunction = {
  name: 'buf',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'data', kind: 'any' }, // a pointer or integer; an array, a string
        { name: 'length', kind: 'integer', optional: true },
      ],
      returns: ([data, length], { config }) => {
        const most = config.maxStrlen - 4; // so that the length and the bytes take no more than a string
        if (length === undefined && data?.type.kind === 'array') {
          return { kind: 'buffer', size: Math.min(rawSizeOf(data.type), most) };
        }
        const size = length?.kind === 'integer' ? Math.max(0, Math.min(Number(length.value), most)) : most;
        return { kind: 'buffer', size };
      },
    },
  ],
  check: (call, { diagnostics }) => {
    const [data, length] = call.args;
    if (data === undefined) return;
    if (!['pointer', 'integer', 'array', 'string', 'error'].includes(data.type.kind)) {
      diagnostics.error('argument-type', data.span, `buf() takes an address, not a ${data.type.kind}`);
    } else if (length === undefined && !['array', 'error'].includes(data.type.kind)) {
      diagnostics.error('argument-count', call.span, 'buf() needs a length, except of an array', {
        hint: 'buf(address, 16)',
      });
    }
  },
  doc: {
    summary: 'Bytes at an address, of a number or of a whole array; at most max_strlen - 4.',
    detail:
      'Printed by %r (printable ones as they are, others as \\xNN), %rx (all as \\xNN) and %rh (`0a fe`).',
    example: 'tracepoint:syscalls:sys_enter_write { printf("%rh\\n", buf(args.buf, 8)); }',
    seeAlso: ['str', 'memcmp'],
  },
  lower: (lowering, call) => lowering.readBuffer(call),
};

/** Site data of join(). */
interface JoinData {
  readonly separator: string;
}

export const join: AsyncFunction = {
  name: 'join',
  role: 'async',
  signatures: [
    {
      params: [
        { name: 'strings', kind: 'address' },
        { name: 'separator', kind: 'string-literal', optional: true },
      ],
      returns: VOID,
    },
  ],
  doc: {
    summary: 'Prints up to 16 strings of an array of pointers that a null pointer ends, such as argv.',
    example: 'tracepoint:syscalls:sys_enter_execve { join(args.argv); }',
    seeAlso: ['str', 'printf'],
  },
  lower: (lowering, call) => {
    const separator = call.args[1] === undefined ? ' ' : literalText(argument(call, 1));
    lowering.join(call, { separator } satisfies JoinData);
  },
  onEvent: ({ bytes, data, offset }, effects, site) => {
    const field = site.layout.fields[0];
    if (field === undefined) throw new InternalError('a join() event without text');
    const length = data.getUint32(offset + field.offset, LITTLE_ENDIAN) & ~TAIL_TRUNCATED;
    const start = offset + site.layout.size;
    const text = new TextDecoder().decode(bytes.subarray(start, start + Math.max(0, length - 1)));
    effects.text('join', text.split('\0').join((site.data as JoinData).separator));
  },
};
