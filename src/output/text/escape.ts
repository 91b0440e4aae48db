// Text from the kernel is untrusted: on a terminal its control characters (C0, DEL, and C1 as UTF-8 or as bare bytes) are
// shown as \n, \t or \xNN. Valid UTF-8 passes; a byte that is none is shown too.

const BACKSLASH = 0x5c;
const HEX = '0123456789abcdef';

/** Writes bytes[from, end) at `at`, escaped; at most four times as long. Returns the position after it. */
export function writeEscaped(
  bytes: Uint8Array,
  from: number,
  end: number,
  to: Uint8Array,
  at: number,
): number {
  let out = at;
  for (let p = from; p < end; ) {
    const byte = bytes[p]!;
    if (byte >= 0x20 && byte < 0x7f) {
      to[out++] = byte;
      p++;
      continue;
    }
    const length = byte < 0x80 ? 0 : sequenceLength(bytes, p, end);
    if (length > 0) {
      for (let i = 0; i < length; i++) to[out++] = bytes[p++]!;
      continue;
    }
    to[out++] = BACKSLASH;
    if (byte === 0x0a || byte === 0x09) {
      to[out++] = byte === 0x0a ? 0x6e : 0x74;
    } else {
      to[out++] = 0x78;
      to[out++] = HEX.charCodeAt(byte >> 4);
      to[out++] = HEX.charCodeAt(byte & 15);
    }
    p++;
  }
  return out;
}

/** The same for a binary string. */
export function escapeBinary(text: string): string {
  if (!/[^\x20-\x7e]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  const to = Buffer.allocUnsafe(bytes.length * 4);
  return to.toString('latin1', 0, writeEscaped(bytes, 0, bytes.length, to, 0));
}

/** The same for a JavaScript string: control characters become \n, \t, \xNN. */
export function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, c => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** Bytes of the valid, printable UTF-8 sequence at `p`, 0 if there is none (bad, overlong, surrogate, C1 control). */
export function sequenceLength(bytes: Uint8Array, p: number, end: number): number {
  const lead = bytes[p]!;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || p + length > end) return 0;
  const second = bytes[p + 1]!;
  for (let i = 1; i < length; i++) if ((bytes[p + i]! & 0xc0) !== 0x80) return 0;
  if (lead === 0xc2 && second < 0xa0) return 0;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}
