// Functions with a format: their event carries the arguments, and their site the format, as printf's do.
import type { TypedCall } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Lowering } from '../../lower/lowering.js';
import { argumentSegments, parseFormat } from '../../types/format.js';

/** Sends the event of a call f(format, args...). */
export function emitFormat(lowering: Lowering, entry: string, call: TypedCall): void {
  const [format, ...values] = call.args;
  if (format?.kind !== 'string') throw new InternalError(`${entry}() without a literal format`);
  lowering.emit(
    entry,
    values.map((value, index) => ({ name: `arg${index}`, value })),
    { format: new TextDecoder('latin1').decode(format.bytes) },
  );
}

/** The text of a call whose arguments are literals; undefined when one is not. */
export function formatLiterals(call: TypedCall): string | undefined {
  const [format, ...values] = call.args;
  if (format?.kind !== 'string') return undefined;
  if (!values.every(value => value.kind === 'integer' || value.kind === 'string')) return undefined;
  const segments = parseFormat(new TextDecoder().decode(format.bytes));
  const conversions = argumentSegments(segments);
  return segments
    .map(segment => {
      if (segment.kind === 'literal') return segment.text;
      const value = values[conversions.indexOf(segment)];
      if (value?.kind === 'string') return new TextDecoder().decode(value.bytes);
      if (value?.kind !== 'integer') return '';
      if (value.type.kind === 'bool' && segment.conversion === 's') return String(value.value !== 0n);
      return numberText(value.value, segment.conversion);
    })
    .join('');
}

function numberText(value: bigint, conversion: string): string {
  const unsigned = BigInt.asUintN(64, value);
  switch (conversion) {
    case 'x':
      return unsigned.toString(16);
    case 'X':
      return unsigned.toString(16).toUpperCase();
    case 'o':
      return unsigned.toString(8);
    case 'p':
      return `0x${unsigned.toString(16)}`;
    case 'c':
      return String.fromCharCode(Number(value & 0xffn));
    case 'u':
      return String(unsigned);
    default:
      return String(value);
  }
}
