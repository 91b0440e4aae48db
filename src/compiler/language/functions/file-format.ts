// Formats of the kernel's printf (bpf_bprintf_prepare, kernel/bpf/helpers.c), which prints for a pinned iterator: fewer
// conversions than ours, every integer in 64 bits.
import { argumentSegments, type Conversion, parseFormat } from '../../types/format.js';
import type { Type } from '../../types/type.js';

/** MAX_BPRINTF_VARARGS. */
export const MOST_VALUES = 12;

/** The same format in the kernel's spelling; bytes as characters. */
export function kernelFormat(format: string): string {
  return parseFormat(format)
    .map(segment =>
      segment.kind === 'literal' ? segment.text.replaceAll('%', '%%') : spelled(segment as Conversion),
    )
    .join('');
}

function spelled({ conversion, left, plus, space, zero, width, alternate }: Conversion): string {
  const flags = `${left ? '-' : ''}${plus ? '+' : ''}${space ? ' ' : ''}${zero && !left ? '0' : ''}`;
  const field = `${flags}${width === 0 ? '' : width}`;
  switch (conversion) {
    case 's':
      return `%${field}s`;
    case 'p':
      return `0x%${field}llx`;
    case 'x':
    case 'X':
      return `${alternate ? `0${conversion}` : ''}%${field}ll${conversion}`;
    default:
      return `%${field}ll${conversion}`;
  }
}

/** Why the kernel cannot print these values by the format; undefined: it can. */
export function kernelRefuses(format: string, types: readonly Type[]): string | undefined {
  if (/[^\x20-\x7e\t-\r]/.test(format))
    return 'its formats have printable ASCII only: print other text by %s';
  if (types.length > MOST_VALUES) return `it prints at most ${MOST_VALUES} values`;
  for (const [i, segment] of argumentSegments(parseFormat(format)).entries()) {
    const type = types[i];
    if (segment.kind !== 'conversion' || type === undefined) continue;
    const { conversion } = segment;
    if (!['d', 'i', 'u', 'x', 'X', 'p', 's'].includes(conversion))
      return `it has no conversion %${conversion}`;
    if ((conversion === 's') !== (type.kind === 'string')) return `%${conversion} prints no ${type.kind}`;
  }
  return undefined;
}
