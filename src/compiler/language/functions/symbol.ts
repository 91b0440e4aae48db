// Addresses and the names of what lies there.
import type { TypedCall } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import { UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const ksym: ValueFunction = {
  name: 'ksym',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'address', kind: 'address' }], returns: { kind: 'ksym' } }],
  doc: {
    summary: 'The kernel function that an address lies in, printed by name; the address when there is none.',
    example: 'BEGIN { print(ksym(kaddr("vfs_read") + 8)); exit(); }',
    seeAlso: ['usym', 'kaddr', 'kstack'],
  },
  lower: (lowering, call) => {
    const address = argument(call, 0);
    const word = lowering.word(address);
    const { type } = address;
    // The bits it has: -5 as an int32 is 0xfffffffb.
    const narrow = type.kind === 'integer' && type.signed && type.size < 8;
    return {
      kind: 'word',
      value: narrow ? lowering.builder.extend(word, type.size as 1 | 2 | 4, false) : word,
    };
  },
};

export const usym: ValueFunction = {
  name: 'usym',
  inPackets: { kernel: [6, 10] },
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'address', kind: 'address' }], returns: { kind: 'usym' } }],
  doc: {
    summary: 'The function of the current process that an address lies in, printed by name.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[usym(args.args[0])] = count(); }',
    seeAlso: ['ksym', 'ustack'],
  },
  lower: (lowering, call) => lowering.readUserSymbol(call),
};

export const kaddr: ValueFunction = {
  name: 'kaddr',
  role: 'value',
  pure: true,
  signatures: [
    { params: [{ name: 'name', kind: 'string-literal' }], returns: { ...UINT64, space: 'kernel' } },
  ],
  check: (call, { env, diagnostics }) => {
    const name = nameOf(call);
    if (env.kernelSymbol === undefined || env.kernelSymbol(name) !== undefined) return;
    diagnostics.error('unknown-symbol', call.span, `the kernel has no symbol "${name}"`, {
      hint: 'they are listed in /proc/kallsyms: addresses need CAP_SYSLOG, data needs a kernel with CONFIG_KALLSYMS_ALL',
    });
  },
  doc: {
    summary: 'Address of a function or of data of the kernel or of a module.',
    detail:
      'What lies there is read through a pointer: `*(int32 *)kaddr("panic_timeout")`; without a cast it is a uint64.',
    example: 'BEGIN { printf("%p\\n", kaddr("vfs_read")); exit(); }',
    seeAlso: ['ksym'],
  },
  lower: ({ builder, env }, call) => ({
    kind: 'word',
    value: builder.const(env.kernelSymbol?.(nameOf(call)) ?? 0n),
  }),
};

function nameOf(call: TypedCall): string {
  const name = argument(call, 0);
  if (name.kind !== 'string') throw new InternalError('kaddr() without a literal name');
  return new TextDecoder().decode(name.bytes);
}
