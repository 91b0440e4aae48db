// The conversions that are not worth a step of their own in the printf interpreter: a closure from an event to the padded
// text of one argument, as a binary string.
import type { RecordView } from '../../compiler/language/effects.js';
import { decodeRecordField } from '../../compiler/types/decode.js';
import type { Conversion } from '../../compiler/types/format.js';
import type { LayoutField, RecordLayout } from '../../compiler/types/record-layout.js';
import type { Value } from '../../compiler/types/value.js';
import { gfpFlagsText } from './gfp-flags.js';
import { quotientText } from './quotient-text.js';
import { bufferText, escapeByte, type TextContext, valueText } from './value-text.js';

export function conversionText(
  conversion: Conversion,
  field: LayoutField,
  layout: RecordLayout,
  context: TextContext,
): (view: RecordView) => string {
  const convert = converter(conversion, field, context);
  const padded = (text: string): string => pad(text, conversion);
  if (conversion.width > 0 && conversion.conversion === 's' && OPENING[field.type.kind] !== undefined) {
    // bpftrace pads what opens a compound value, not the whole.
    const opening = OPENING[field.type.kind] ?? '';
    return view => {
      const text = convert(decodeRecordField(layout, field, view));
      return padded(opening) + text.slice(opening.length);
    };
  }
  return view => padded(convert(decodeRecordField(layout, field, view)));
}

const OPENING: Readonly<Record<string, string>> = { tuple: '(', record: '{ ', struct: '{ ', stats: '{ ' };

function converter(
  conversion: Conversion,
  field: LayoutField,
  context: TextContext,
): (value: Value) => string {
  const { bits, alternate, plus } = conversion;
  const sign = (text: string): string => (plus && !text.startsWith('-') ? `+${text}` : text);
  const unsigned = (value: Value): bigint => BigInt.asUintN(bits, numberOf(value));
  const prefixed = (prefix: string, text: string): string =>
    alternate && text !== '0' ? prefix + text : text;
  switch (conversion.conversion) {
    case 'f':
      return value => quotientText(value, conversion);
    case 'd':
    case 'i':
      return value => sign(String(BigInt.asIntN(bits, numberOf(value))));
    case 'u':
      return value => String(unsigned(value));
    case 'x':
      return value => prefixed('0x', unsigned(value).toString(16));
    case 'X':
      return value => prefixed('0X', unsigned(value).toString(16).toUpperCase());
    case 'o':
      return value => prefixed('0', unsigned(value).toString(8));
    case 'c':
      return value => String.fromCharCode(Number(BigInt.asUintN(8, numberOf(value))));
    case 'p':
      return value => {
        const address = BigInt.asUintN(64, numberOf(value));
        return address === 0n ? '0' : `0x${address.toString(16)}`;
      };
    case 'rx':
      return value => Array.from(bytesOf(value), escapeByte).join('');
    case 'rh':
      return value => Array.from(bytesOf(value), byte => byte.toString(16).padStart(2, '0')).join(' ');
    case 'r':
      return value => bufferText(bytesOf(value));
    case 'gr':
      return value => gfpFlagsText(BigInt.asUintN(64, numberOf(value)));
    case 's': {
      const { type } = field;
      if (plus && type.kind === 'integer' && type.enum === undefined) {
        return value => sign(valueText(type, value, context));
      }
      return value => valueText(type, value, context);
    }
  }
}

function pad(text: string, { width, left, zero }: Conversion): string {
  if (text.length >= width) return text;
  const fill = zero ? '0' : ' ';
  return left ? text.padEnd(width, fill) : text.padStart(width, fill);
}

/** Aggregations count as the integer they read as. */
function numberOf(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return 0n;
}

function bytesOf(value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
