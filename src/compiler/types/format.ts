// printf formats: text -> literal pieces and conversions, with their places. The checker compares conversions with
// arguments, the writers compile them. The accepted spelling is bpftrace 0.27's (observed on its binary): flags in the order
// `- + space # 0`, width, precision, length, conversion. A '%' that starts no conversion is literal text.
//
//   %  [-] [+] [ ] [#] [0..9 | *]  [. 0..9 | *]  [hh h l ll j z t L]  d i u x X o c p s r rx rh gr f %
//
// Widths pad with spaces, or with zeros on whichever side they stand when the width starts with 0. A precision is read
// and has no effect, but with %f, which is ours and takes a quotient of integers; '*' likewise.

/** `bits`: how much of an integer argument is looked at. Without a length modifier it is 32, as in C. */
export type IntegerBits = 8 | 16 | 32 | 64;

/** f: a quotient in decimals; r: buffer as text with \xNN, rx: as \xNN throughout, rh: as hexadecimal bytes; gr: GFP flags. */
export type ConversionKind =
  | 'd'
  | 'i'
  | 'u'
  | 'x'
  | 'X'
  | 'o'
  | 'c'
  | 'p'
  | 's'
  | 'r'
  | 'rx'
  | 'rh'
  | 'gr'
  | 'f';

/** Offsets are UTF-16 units in the format string. */
export interface Conversion {
  readonly kind: 'conversion';
  readonly start: number;
  readonly end: number;
  readonly conversion: ConversionKind;
  readonly left: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly alternate: boolean; // '#'
  readonly zero: boolean;
  readonly width: number; // characters, 0: none
  readonly precision: number | undefined;
  readonly length: string; // as written
  readonly bits: IntegerBits;
}

/** Text between conversions, `%%` already reduced to one. */
export interface Literal {
  readonly kind: 'literal';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A C conversion that the language has not (exponents, %n). Takes an argument's place. */
export interface Unsupported {
  readonly kind: 'unsupported';
  readonly start: number;
  readonly end: number;
  readonly conversion: string;
}

export type FormatSegment = Literal | Conversion | Unsupported;

/** SiteSpec.data of a printf: conversions take the layout's fields in order. */
export interface PrintfData {
  readonly format: string;
}

const SPECIFIER =
  /%(?<left>-?)(?<plus>\+?)(?<space> ?)(?<alternate>#?)(?<width>\*|\d*)(?:\.(?<precision>\*|\d+))?(?<length>[hljztL]*)(?<conversion>r[xh]|gr|[cdiuxXosprn%aAeEfFgG])/g;

const UNSUPPORTED = /^[naAeEFgG]$/;

/** Splits a format. Adjacent literal pieces are joined; an empty format has no segments. */
export function parseFormat(format: string): FormatSegment[] {
  const segments: FormatSegment[] = [];
  let text = '';
  let textStart = 0;
  const flush = (end: number): void => {
    if (text !== '') segments.push({ kind: 'literal', start: textStart, end, text });
    text = '';
  };
  const append = (piece: string, start: number): void => {
    if (text === '') textStart = start;
    text += piece;
  };
  let at = 0;
  for (const match of format.matchAll(SPECIFIER)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start > at) append(format.slice(at, start), at);
    at = end;
    const groups = match.groups as Record<string, string | undefined>;
    const conversion = groups.conversion ?? '';
    if (conversion === '%') {
      append('%', start);
      continue;
    }
    flush(start);
    if (UNSUPPORTED.test(conversion)) segments.push({ kind: 'unsupported', start, end, conversion });
    else segments.push(toConversion(conversion as ConversionKind, start, end, groups));
  }
  if (at < format.length) append(format.slice(at), at);
  flush(format.length);
  return segments;
}

/** The segments that take an argument, in order. */
export function argumentSegments(segments: readonly FormatSegment[]): (Conversion | Unsupported)[] {
  return segments.filter((segment): segment is Conversion | Unsupported => segment.kind !== 'literal');
}

function toConversion(
  conversion: ConversionKind,
  start: number,
  end: number,
  groups: Record<string, string | undefined>,
): Conversion {
  const width = groups.width ?? '';
  const length = groups.length ?? '';
  return {
    kind: 'conversion',
    start,
    end,
    conversion,
    left: groups.left === '-',
    plus: groups.plus === '+',
    space: groups.space === ' ',
    alternate: groups.alternate === '#',
    zero: width.startsWith('0'),
    width: /^\d+$/.test(width) ? Math.min(Number(width), 65_535) : 0,
    precision: /^\d+$/.test(groups.precision ?? '') ? Number(groups.precision) : undefined,
    length,
    bits: bitsOf(length),
  };
}

function bitsOf(length: string): IntegerBits {
  if (/[ljztL]/.test(length)) return 64;
  if (length === 'h') return 16;
  return length.startsWith('hh') ? 8 : 32;
}
