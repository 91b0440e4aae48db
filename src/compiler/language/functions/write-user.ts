// write_user(): bytes into the memory of the traced process.
import { sizeOf } from '../../types/layout.js';
import { VOID } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const writeUser: ValueFunction = {
  name: 'write_user',
  role: 'value',
  pure: false,
  unsafe: true,
  inPackets: false,
  requires: { features: ['probe_write_user'] },
  signatures: [
    {
      params: [
        { name: 'destination', kind: 'address' },
        { name: 'source', kind: 'any' },
        { name: 'length', kind: 'integer' },
      ],
      returns: VOID,
    },
  ],
  check: ({ args: [, , length] }, { config, diagnostics }) => {
    if (length?.kind !== 'integer') return;
    if (length.value > 0n && length.value <= BigInt(config.maxStrlen)) return;
    diagnostics.error(
      'argument-value',
      length.span,
      `write_user() writes 1 to ${config.maxStrlen} bytes (max_strlen)`,
    );
  },
  doc: {
    summary: 'Writes bytes into the memory of the current process, from an address, a string or an array.',
    detail:
      'No more is written than the string or array has, or than max_strlen. What cannot be written, since the memory is not there or may not' +
      ' be written to, is counted as a failed read. A kernel that is locked down refuses it.',
    example: 'tracepoint:syscalls:sys_enter_write /comm == "victim"/ { write_user(args.buf, "none", 4); }',
    seeAlso: ['override', 'signal'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const [to, from, length] = [argument(call, 0), argument(call, 1), argument(call, 2)];
    const known = length.kind === 'integer';
    const wished = known ? Number(length.value) : lowering.maxStrlen;
    const isAddress = from.type.kind === 'pointer' || from.type.kind === 'integer';
    const size = isAddress ? wished : Math.min(wished, sizeOf(from.type));
    const address = lowering.word(to);
    const bytes = lowering.bytesOf(from, size);
    const most = builder.const(size);
    const wanted = known ? most : lowering.word(length);
    const some = builder.select(
      'ugt',
      wanted,
      most,
      () => most,
      () => wanted,
    );
    const failed = builder.call('probe_write_user', [address, bytes, known ? most : some]);
    const told = () => lowering.countLoss('readFailed', { helper: 'probe_write_user', returned: failed });
    builder.ifThen('ne', failed, builder.const(0), told, { likely: 'else' });
    return { kind: 'none' };
  },
};
