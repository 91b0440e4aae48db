// path(): the name of a file by bpf_d_path(), which the kernel gives few programs.
import { ProgType } from '../../bpf/uapi.js';
import type { ValueFunction } from '../entry.js';

export const path: ValueFunction = {
  name: 'path',
  role: 'value',
  pure: false,
  programTypes: [ProgType.BPF_PROG_TYPE_TRACING],
  requires: { kernel: [5, 10] },
  signatures: [
    {
      params: [
        { name: 'path', kind: 'any' },
        { name: 'size', kind: 'integer-literal', optional: true },
      ],
      returns: ([, size], { config }) => ({
        kind: 'string',
        size:
          size?.kind === 'integer'
            ? Math.max(1, Math.min(Number(size.value), config.maxStrlen))
            : config.maxStrlen,
      }),
    },
  ],
  check: ({ args: [place, size] }, { diagnostics }) => {
    if (size?.kind === 'integer' && size.value < 1n)
      diagnostics.error('argument-value', size.span, 'path() needs room for a byte at least');
    if (place === undefined || place.type.kind === 'error') return;
    const type = place.type.kind === 'pointer' ? place.type.to : place.type;
    if (type.kind === 'struct' && type.name === 'path') return;
    diagnostics.error('argument-type', place.span, 'path() takes a struct path, or a pointer to one', {
      hint: 'e.g. path(args.file.f_path)',
    });
  },
  doc: {
    summary:
      'The name of a file, from the root of its mount namespace; empty when it is longer than the size.',
    detail:
      'It works where the kernel vouches for the struct path and lets the function be asked: in iterators, and in fentry and fexit' +
      ' of vfs_truncate, vfs_fallocate, dentry_open, vfs_getattr, filp_close and the functions of security modules.',
    example: 'iter:task_file { if (ctx.file != 0) { printf("%s\\n", path(ctx.file.f_path)); } }',
    seeAlso: ['str', 'args'],
  },
  lower: (lowering, call) => lowering.readPath(call),
};
