// Block devices by name: disk_name(), and disk() the other way round.
import { UINT32 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

export const diskName: ValueFunction = {
  name: 'disk_name',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'device', kind: 'integer' }], returns: { kind: 'disk' } }],
  doc: {
    summary: 'Name of a block device by its number, as events have it; looked up when it is printed.',
    detail: 'A device that is gone is shown by its numbers, as in 7:0; - is none.',
    example: 'tracepoint:block:block_rq_issue { @[disk_name(args.dev)] = sum(args.bytes); }',
    seeAlso: ['disk'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 0)) }),
};

export const disk: ValueFunction = {
  name: 'disk',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'name', kind: 'string-literal' }], returns: UINT32 }],
  check: (call, { env, diagnostics }) => {
    const name = argument(call, 0);
    // No name is no device: an option that was not given.
    if (literalText(name) === '' || env.diskNumber === undefined) return;
    if (env.diskNumber(literalText(name)) !== undefined) return;
    diagnostics.error('argument-value', name.span, `"${literalText(name)}" is no block device`, {
      hint: 'they are listed by lsblk(8), and in /sys/class/block: vda, nvme0n1, loop0',
    });
  },
  doc: {
    summary: 'Number of a block device by its name, looked up when the script starts; 0 for no name.',
    example: 'tracepoint:block:block_rq_issue /args.dev == disk("loop0")/ { @ = hist(args.bytes); }',
    seeAlso: ['disk_name'],
  },
  lower: ({ builder, env }, call) => ({
    kind: 'word',
    value: builder.const(env.diskNumber?.(literalText(argument(call, 0))) ?? 0n),
  }),
};
