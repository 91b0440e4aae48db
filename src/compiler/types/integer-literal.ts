// Integer literals: decimal, octal (0777), hexadecimal (0xff), scientific (1e6), with `_` between digits; C's suffixes
// (u l ll and their mixtures, either case) and durations (ns us ms s m h d, giving nanoseconds).
// The value is an unsigned 64-bit number; anything larger is a mistake.

export interface ScannedInteger {
  readonly end: number; // offset behind the literal, suffix included
  readonly value: bigint; // 0 when there is a problem
  readonly unsigned: boolean; // suffixed u or U
  readonly problem: { readonly code: string; readonly message: string; readonly hint?: string } | undefined;
}

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

const DURATIONS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

const SUFFIX = /^(u|l|ll|ul|lu|ull|llu)$/i;
const HEX = /0[xX]([0-9a-fA-F][0-9a-fA-F_]*)?/y;
const DECIMAL = /([0-9][0-9_]*)(?:[eE]([0-9]+))?/y;
const TAIL = /[A-Za-z0-9_]*/y;

/** Reads the literal whose first digit is at `start`. */
export function scanInteger(text: string, start: number): ScannedInteger {
  HEX.lastIndex = start;
  const hex = HEX.exec(text);
  DECIMAL.lastIndex = start;
  const decimal = hex ? undefined : DECIMAL.exec(text);
  const body = hex?.[0] ?? decimal?.[0] ?? '';
  TAIL.lastIndex = start + body.length;
  const tail = TAIL.exec(text)?.[0] ?? '';
  const end = start + body.length + tail.length;
  const written = text.slice(start, end);
  const fail = (code: string, message: string, hint?: string): ScannedInteger => ({
    end,
    value: 0n,
    unsigned: false,
    problem: { code, message, ...(hint === undefined ? {} : { hint }) },
  });

  if (body.endsWith('_')) return fail('bad-integer', `"${written}" ends its digits with an underscore`);
  const base = value(hex?.[1], decimal?.[1], decimal?.[2]);
  if (base === undefined) {
    return hex
      ? fail('bad-integer', `"${written}" has no digits`)
      : fail('bad-integer', `"${written}" is not an octal number`, 'a leading 0 means octal: digits 0 to 7.');
  }
  const scale = tail === '' || SUFFIX.test(tail) ? 1n : hex ? undefined : DURATIONS[tail];
  if (scale === undefined) {
    return fail(
      'bad-integer-suffix',
      `"${tail}" is no suffix of an integer`,
      'suffixes are u, l, ul, ull and the durations ns, us, ms, s, m, h, d of decimal numbers.',
    );
  }
  if (base > MAX_UINT64 / scale) {
    return fail('integer-overflow', `"${written}" does not fit 64 bits; the largest is ${MAX_UINT64}`);
  }
  return { end, value: base * scale, unsigned: /u/i.test(tail) && scale === 1n, problem: undefined };
}

/** undefined: no digits, or 8 and 9 in an octal number. More than 2^64 is only known to be too much. */
function value(
  hex: string | undefined,
  digits: string | undefined,
  exponent: string | undefined,
): bigint | undefined {
  if (digits === undefined) return hex === undefined ? undefined : bounded(`0x${hex.replaceAll('_', '')}`);
  const plain = digits.replaceAll('_', '');
  if (exponent !== undefined) {
    const power = exponent.length > 3 ? 100 : Math.min(Number(exponent), 100);
    const base = bounded(plain);
    return base === 0n ? 0n : base * 10n ** BigInt(power);
  }
  if (!/^0[0-9]/.test(plain)) return bounded(plain);
  return /^[0-7]+$/.test(plain) ? bounded(`0o${plain}`) : undefined;
}

/** Numbers of absurd length are not worth converting: they do not fit anyway. */
function bounded(written: string): bigint {
  return written.replace(/^0[xo]?0*/, '').length > 64 ? MAX_UINT64 + 1n : BigInt(written);
}
