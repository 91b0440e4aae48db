// Text of a filter -> words, numbers, addresses and signs. What looks like several of them is the longest, as in libpcap: 80-90 is
// one word, 10.1 the beginning of an address.
import { parseAddress } from '../../names/address.js';
import { CONSTANTS, numberNamed } from './names.js';
import { FilterProblem, type Place } from './problem.js';

export type FilterToken = Place & { readonly text: string } & (
    | { readonly kind: 'number'; readonly value: number }
    /** One to four parts; fewer than four are the beginning of an address. */
    | { readonly kind: 'ip'; readonly parts: readonly number[] }
    | { readonly kind: 'ip6'; readonly bytes: Uint8Array }
    | { readonly kind: 'mac'; readonly bytes: Uint8Array }
    /** `escaped`: a name behind a backslash, which is no keyword. */
    | { readonly kind: 'word'; readonly name: string; readonly escaped: boolean }
    | { readonly kind: 'sign' }
    | { readonly kind: 'end' }
  );

const SIGN = /&&|\|\||<<|>>|[<>!=]=|[!<>=()[\]+\-*/%&|^:]/y;
/** With two colons or more it is an address. */
const COLONS = /(?:[0-9a-fA-F]*:){2,}[0-9a-fA-F.]*/y;
const WORD = /[A-Za-z0-9_](?:[-_.A-Za-z0-9]*[._A-Za-z0-9])?/y;
const ESCAPED = /\\[^ !()\n\t]+/y;
const SPACE = /[ \r\n\t]*/y;

const MAC_FORMS = [
  /^[0-9a-f]{1,2}(?:([:.-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i,
  /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i,
  /^[0-9a-f]{12}$/i,
];

export function tokensOf(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = behindSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = behindSpace(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function behindSpace(text: string, at: number): number {
  return at + (match(SPACE, text, at)?.length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, start: number): FilterToken {
  const escaped = match(ESCAPED, text, start);
  if (escaped !== undefined) {
    const place = { text: escaped, start, end: start + escaped.length };
    return { kind: 'word', name: escaped.slice(1), escaped: true, ...place };
  }
  const colons = match(COLONS, text, start);
  const word = match(WORD, text, start);
  const longest = (colons?.length ?? 0) > (word?.length ?? 0) ? colons : word;
  if (longest !== undefined) return wordOf({ text: longest, start, end: start + longest.length });
  const sign = match(SIGN, text, start);
  if (sign !== undefined) return { kind: 'sign', text: sign, start, end: start + sign.length };
  throw new FilterProblem({ start, end: start + 1 }, `a filter has no "${text[start]}"`);
}

function wordOf(place: Place & { readonly text: string }): FilterToken {
  const { text } = place;
  if (MAC_FORMS.some(form => form.test(text))) return { kind: 'mac', bytes: macOf(text), ...place };
  if (text.includes(':')) {
    const bytes = parseAddress(text);
    if (bytes === undefined) throw new FilterProblem(place, `"${text}" is no address`, ADDRESS_HINT);
    return { kind: 'ip6', bytes, ...place };
  }
  if (/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) return { kind: 'number', value: numberOf(place), ...place };
  if (/^\d+(?:\.\d+){1,3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    if (parts.some(part => part > 255)) {
      throw new FilterProblem(place, `"${text}" is no address`, ADDRESS_HINT);
    }
    return { kind: 'ip', parts, ...place };
  }
  const constant = numberNamed(CONSTANTS, text);
  if (constant !== undefined) return { kind: 'number', value: constant, ...place };
  return { kind: 'word', name: text, escaped: false, ...place };
}

const ADDRESS_HINT =
  'addresses look like 10.0.0.1, 10.1 (the beginning of one), 2001:db8::1 and 02:00:00:00:00:01';

function macOf(text: string): Uint8Array {
  const groups = /[:.-]/.test(text) ? text.split(/[:.-]/) : [text];
  const digits = groups.map(group => (groups.length === 6 ? group.padStart(2, '0') : group)).join('');
  return Uint8Array.from({ length: 6 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Decimal, 0x hexadecimal, or octal with a 0 before it. */
function numberOf(place: Place & { readonly text: string }): number {
  const { text } = place;
  const octal = /^0\d/.test(text);
  if (octal && /[89]/.test(text)) {
    throw new FilterProblem(place, `"${text}" is no number`, 'a 0 before a number makes it an octal one');
  }
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  if (value <= 0xffff_ffff) return value;
  throw new FilterProblem(place, `${text} does not fit in 32 bits`);
}
