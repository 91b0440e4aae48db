// Values as JSON, spaced as bpftrace spaces them, and map keys as the strings that they are there.
import { isCut } from '../compiler/types/decode.js';
import type { Type } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { structMembers } from './text/struct-text.js';
import { averageOf, type TextContext, valueText } from './text/value-text.js';

export function jsonValue(type: Type, value: Value, context: TextContext): string {
  switch (type.kind) {
    case 'void':
    case 'error':
      return 'null';
    case 'bool':
      return String(value);
    case 'integer':
      if (type.enum?.flags || type.enum?.named) return jsonText(valueText(type, value, context));
      return jsonInteger((value as bigint | undefined) ?? 0n);
    case 'pointer':
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return jsonInteger((value as bigint | undefined) ?? 0n);
    case 'avg':
      return jsonInteger(averageOf(value));
    case 'stats': {
      const { total, count } = value as { total: bigint; count: bigint };
      return `{"count": ${jsonInteger(count)}, "average": ${jsonInteger(averageOf(value))}, "total": ${jsonInteger(total)}}`;
    }
    case 'string': {
      const bytes = value as Uint8Array;
      const text = decodeText(bytes);
      return jsonText(isCut(type, bytes, context.maxStrlen) ? text + trailerText(context) : text);
    }
    case 'buffer': // as int8, which is what bpftrace makes of them
      return `[${Array.from(value as Uint8Array, byte => (byte << 24) >> 24).join(',')}]`;
    case 'tuple': {
      const members = value as readonly Value[];
      return `[${type.elements.map((element, i) => jsonValue(element, members[i], context)).join(',')}]`;
    }
    case 'array': {
      const items = value as readonly Value[];
      return `[${items.map(item => jsonValue(type.of, item, context)).join(',')}]`;
    }
    case 'record': {
      const members = value as readonly Value[];
      return objectText(
        type.fields.map(({ name, type: of }, i) => [name, jsonValue(of, members[i], context)]),
      );
    }
    case 'struct': {
      const members = structMembers(type, value as Uint8Array);
      if (members === undefined) return `[${Array.from(value as Uint8Array).join(',')}]`;
      return objectText(members.map(m => [m.name, jsonValue(m.type, m.value, context)]));
    }
    case 'hist':
    case 'lhist':
    case 'tseries':
      return '[]'; // a map's value only
    case 'inet':
    case 'mac':
    case 'timestamp':
    case 'ksym':
    case 'usym':
    case 'stack':
    case 'username':
    case 'disk':
    case 'cgroup_path':
      return jsonText(Buffer.from(valueText(type, value, context), 'latin1'));
  }
}

/** A map's key: several are joined by commas, without spaces. */
export function keyString(type: Type, value: Value, context: TextContext): string {
  if (type.kind !== 'tuple') return compactText(type, value, context);
  const members = value as readonly Value[];
  return type.elements.map((element, i) => compactText(element, members[i], context)).join(',');
}

/** A number where a double holds it exactly, else a string: readers that parse doubles lose nothing. */
export function jsonInteger(value: bigint): string {
  return BigInt(Number(value)) === value ? String(value) : `"${value}"`;
}

/** A JSON string; bytes are taken for UTF-8. */
export function jsonText(text: string | Uint8Array): string {
  const decoded = typeof text === 'string' ? text : decodeText(text);
  return ESCAPED.test(decoded) ? `"${decoded.replace(ALL_ESCAPED, escapeCharacter)}"` : `"${decoded}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPED = /["\\\x00-\x1f\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; lone surrogates have no UTF-8
const ALL_ESCAPED = /["\\\x00-\x1f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeCharacter(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function trailerText(context: TextContext): string {
  return Buffer.from(context.trailer, 'latin1').toString('utf8');
}

function compactText(type: Type, value: Value, context: TextContext): string {
  if (type.kind === 'tuple') return `(${keyString(type, value, context)})`;
  if (type.kind === 'record') {
    const members = value as readonly Value[];
    const fields = type.fields.map(
      ({ name, type: of }, i) => `.${name}=${compactText(of, members[i], context)}`,
    );
    return `{${fields.join(',')}}`;
  }
  const inside = type.kind === 'struct' ? structMembers(type, value as Uint8Array) : undefined;
  if (inside !== undefined) {
    return `{${inside.map(m => `.${m.name}=${compactText(m.type, m.value, context)}`).join(',')}}`;
  }
  const text = Buffer.from(valueText(type, value, context), 'latin1').toString('utf8');
  return type.kind === 'stack' ? text.replace(/^ +/gm, '') : text; // bpftrace's keys are not indented
}

function objectText(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${jsonText(name)}: ${json}`).join(', ')}}`;
}
