// Values as bpftrace prints them, as binary strings (one character, one byte). Strings that come from the traced system are
// escaped when the context says so; the punctuation between them is ours.
import { isCut } from '../../compiler/types/decode.js';
import type { IntegerType, Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import { inetText, macText } from './address.js';
import { escapeBinary } from './escape.js';
import { formatTime } from './strftime.js';
import { structText } from './struct-text.js';

export interface TextContext {
  /** Bytes; strings that fill it are marked with the trailer. */
  readonly maxStrlen: number;
  readonly trailer: string; // binary
  /** Added to a timestamp of the kernel's clock it gives ns since 1970. */
  readonly epochOffset: () => bigint;
  /** Control characters of values are shown, not sent: the output is a terminal. */
  readonly escape: boolean;
  /** Names for what the run time alone can look up (ksym, usym, stacks, user names); undefined: the number. */
  readonly symbol?: ((type: Type, value: Value) => string | undefined) | undefined;
}

export function valueText(type: Type, value: Value, context: TextContext): string {
  switch (type.kind) {
    case 'void':
    case 'error':
      return '';
    case 'bool':
      return value ? 'true' : 'false';
    case 'integer':
      return type.enum === undefined ? String(value) : enumText(type.enum, value, type.size);
    case 'pointer':
      return `0x${(value as bigint).toString(16)}`;
    case 'string':
      return stringText(type, value as Uint8Array, context);
    case 'buffer':
      return bufferText(value as Uint8Array);
    case 'timestamp':
      return binaryOf(formatTime(type.format, (value as bigint) + context.epochOffset(), { fraction: true }));
    case 'inet':
      return inetText(value as Uint8Array, type.family);
    case 'mac':
      return macText(value as Uint8Array);
    case 'tuple':
      return `(${membersText(type.elements, value, context)})`;
    case 'record':
      return `{ ${recordMembers(type.fields, value, context)} }`;
    case 'array':
      return `[${(value as readonly Value[]).map(item => valueText(type.of, item, context)).join(',')}]`;
    case 'struct':
      return structText(type, value as Uint8Array, context, valueText);
    case 'avg':
      return String(averageOf(value));
    case 'stats':
      return statsText(value, 1n);
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return String(value ?? 0n);
    case 'hist':
    case 'lhist':
    case 'tseries':
      return ''; // a map's value only: map-text.ts
    case 'ksym':
    case 'usym':
    case 'stack':
    case 'username':
    case 'disk':
    case 'cgroup_path':
      return symbolText(type, value, context);
  }
}

/** A map's key between its brackets: several keys are not in parentheses. */
export function keyText(type: Type, value: Value, context: TextContext): string {
  return type.kind === 'tuple' ? membersText(type.elements, value, context) : valueText(type, value, context);
}

/** Mean of avg() and stats(), truncated towards zero; 0 of nothing. */
export function averageOf(value: Value): bigint {
  const { total, count } = value as { total: bigint; count: bigint };
  return count === 0n ? 0n : total / count;
}

/** `divisor` applies to the average alone. */
export function statsText(value: Value, divisor: bigint): string {
  const { total, count } = value as { total: bigint; count: bigint };
  return `{ .count = ${count}, .average = ${averageOf(value) / divisor}, .total = ${total} }`;
}

function enumText({ values, flags }: NonNullable<IntegerType['enum']>, value: Value, size: number): string {
  if (!flags) return enumName(values, value) ?? String(value);
  let rest = BigInt.asUintN(size * 8, value as bigint);
  const names: string[] = [];
  for (const [name, text] of values) {
    const bits = BigInt(text);
    if (bits === 0n ? names.length > 0 : (rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  if (rest !== 0n || names.length === 0) names.push(rest === 0n ? '0' : `0x${rest.toString(16)}`);
  return names.join('|');
}

export function enumName(
  values: readonly (readonly [name: string, value: string])[],
  value: Value,
): string | undefined {
  const number = String(value);
  return values.findLast(([, enumerator]) => enumerator === number)?.[0];
}

/** buf(): printable ASCII as it is, the rest as \xNN. */
export function bufferText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes)
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escapeByte(byte);
  return text;
}

export function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Bytes as the characters 0-255. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** UTF-8 of a JavaScript string, as a binary string. */
export function binaryOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function stringText(type: Type, value: Uint8Array, context: TextContext): string {
  const text = latin1(value);
  const shown = context.escape ? escapeBinary(text) : text;
  return isCut(type, value, context.maxStrlen) ? shown + context.trailer : shown;
}

function membersText(types: readonly Type[], value: Value, context: TextContext): string {
  const members = value as readonly Value[];
  return types.map((type, i) => valueText(type, members[i], context)).join(', ');
}

function recordMembers(
  fields: readonly { readonly name: string; readonly type: Type }[],
  value: Value,
  context: TextContext,
): string {
  const members = value as readonly Value[];
  return fields.map(({ name, type }, i) => `.${name} = ${valueText(type, members[i], context)}`).join(', ');
}

function symbolText(type: Type, value: Value, context: TextContext): string {
  const name = context.symbol?.(type, value);
  // Stacks have lines; names are of files that anyone may have written.
  if (name !== undefined) return context.escape ? name.replace(/[^\n\t]+/g, escapeBinary) : name;
  const number = Array.isArray(value) ? (value[0] as bigint) : (value as bigint);
  return type.kind === 'username' || type.kind === 'cgroup_path'
    ? String(number)
    : `0x${number.toString(16)}`;
}
