// Macros of C that every program finds defined: what scripts and headers ask about the machine they are compiled for.
import type { Env } from '../../env.js';

/** Body of a macro, `(params) body` when it has parameters; undefined: there is none of that name. */
export function predefinedMacro(name: string, env: Env): string | undefined {
  switch (name) {
    case 'BPFTRACE_HAVE_BTF':
      return env.btf() === undefined ? undefined : ' 1';
    case 'LINUX_VERSION_CODE': {
      const [major, minor, patch] = env.kernelVersion;
      return ` ${(major << 16) + (minor << 8) + Math.min(patch, 255)}`;
    }
    case 'KERNEL_VERSION':
      return '(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))';
    case '__x86_64__':
      return env.arch === 'x86_64' ? ' 1' : undefined;
    case '__aarch64__':
      return env.arch === 'aarch64' ? ' 1' : undefined;
    case '__linux__':
    case '__LP64__':
    case '__BPF__':
    case '__bpf__':
    case '__STDC__':
      return ' 1';
    case '__BITS_PER_LONG':
    case 'BITS_PER_LONG':
      return ' 64';
    case '__ORDER_LITTLE_ENDIAN__':
    case '__BYTE_ORDER__':
      return ' 1234';
    case '__ORDER_BIG_ENDIAN__':
      return ' 4321';
    case '__SIZEOF_POINTER__':
    case '__SIZEOF_LONG__':
      return ' 8';
    case '__GNUC__':
      return ' 4';
    default:
      return undefined;
  }
}
