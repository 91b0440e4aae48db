// String literals: text in double quotes on one line -> bytes. Escapes: \n \t \r \\ \" \x4 \x41 \0 \101 (octal to \377).
import type { Span } from '../diagnostics/diagnostic.js';

export interface ScannedString {
  readonly end: number; // offset behind the closing quote, or where the line ends
  readonly bytes: Uint8Array;
  readonly terminated: boolean;
  readonly problems: readonly {
    readonly code: string;
    readonly span: Span;
    readonly message: string;
    readonly hint?: string;
  }[];
}

const SIMPLE: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '\\': 92, '"': 34 };
const HEX = /[0-9a-fA-F]{1,2}/y;
const OCTAL = /[0-7]{1,3}/y;

/** Reads the literal whose opening quote is at `start`. */
export function scanString(text: string, start: number): ScannedString {
  const bytes: number[] = [];
  const problems: ScannedString['problems'][number][] = [];
  const encoder = new TextEncoder();
  let at = start + 1;
  let plain = at; // start of the text not yet encoded
  const flush = () => {
    for (const byte of encoder.encode(text.slice(plain, at))) bytes.push(byte);
  };
  for (;;) {
    const c = text[at];
    if (c === undefined || c === '\n') {
      flush();
      const end = c === '\n' && text[at - 1] === '\r' ? at - 1 : at;
      problems.push({
        code: 'unterminated-string',
        span: { start, end },
        message: 'this string has no closing quote',
        hint: 'close it with " on the same line; a line break inside is written \\n.',
      });
      return { end: at, bytes: Uint8Array.from(bytes), terminated: false, problems };
    }
    if (c === '"') {
      flush();
      return { end: at + 1, bytes: Uint8Array.from(bytes), terminated: true, problems };
    }
    if (c !== '\\') {
      at++;
      continue;
    }
    flush();
    const found = scanEscape(text, at);
    if (found.byte !== undefined) bytes.push(found.byte);
    else {
      problems.push({
        code: 'bad-escape',
        span: { start: at, end: found.end },
        message: found.message,
        hint: 'escapes are \\n \\t \\r \\\\ \\" \\x41 (hexadecimal) and \\101 (octal).',
      });
    }
    at = found.end;
    plain = at;
  }
}

function scanEscape(text: string, at: number): { end: number; byte: number | undefined; message: string } {
  const c = text[at + 1];
  if (c === undefined || c === '\n') return { end: at + 1, byte: undefined, message: 'a lone backslash' };
  const simple = SIMPLE[c];
  if (simple !== undefined) return { end: at + 2, byte: simple, message: '' };
  if (c === 'x') {
    HEX.lastIndex = at + 2;
    const digits = HEX.exec(text)?.[0];
    if (digits === undefined) {
      return { end: at + 2, byte: undefined, message: '\\x needs a hexadecimal digit after it' };
    }
    return { end: at + 2 + digits.length, byte: Number.parseInt(digits, 16), message: '' };
  }
  OCTAL.lastIndex = at + 1;
  const digits = OCTAL.exec(text)?.[0];
  if (digits !== undefined) {
    const byte = Number.parseInt(digits, 8);
    const end = at + 1 + digits.length;
    if (byte > 255) return { end, byte: undefined, message: `\\${digits} is more than a byte (\\377)` };
    return { end, byte, message: '' };
  }
  const length = (text.codePointAt(at + 1) ?? 0) > 0xffff ? 2 : 1;
  const shown = text.slice(at + 1, at + 1 + length);
  return { end: at + 1 + length, byte: undefined, message: `"\\${shown}" is no escape` };
}
