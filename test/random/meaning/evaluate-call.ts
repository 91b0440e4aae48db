// Values of calls.

import type { Expression } from '../../../src/compiler/syntax/ast.js';
import { firstBytes } from './evaluate-expression.js';
import { type Evaluator, keyText } from './evaluator.js';
import { Refused, type SourceInteger, type SourceType } from './type.js';
import type { Node } from './typing.js';
import { convertValue, type SourceValue, zeroOf } from './value.js';

type Call = Node<'call'>;

export function evaluateCall(evaluator: Evaluator, node: Call): SourceValue {
  const { args } = node;
  switch (node.name) {
    case 'printf':
      evaluator.print(args.slice(1).map(arg => evaluator.value(arg)));
      return 0n;
    case 'print':
      evaluator.print([evaluator.value(args[0]!)]);
      return 0n;
    case 'has_key':
    case 'delete':
      return onKey(evaluator, node);
    case 'find':
      return find(evaluator, node);
    case 'len':
      return length(evaluator, node);
    case 'uptr':
      return evaluator.value(args[0]!);
    case 'str':
      return readText(evaluator, node);
    case 'strlen':
      return BigInt((evaluator.value(args[0]!) as string).length);
    case 'strcap': {
      const type = evaluator.typeOf(args[0]!);
      return BigInt(type.kind === 'string' ? type.size : 0);
    }
    case 'str_concat':
      return concatenate(evaluator, node);
    case 'strncmp':
      return compareTexts(evaluator, node);
    case 'strstr':
      return search(evaluator, node);
    case 'strcontains':
      return search(evaluator, node) >= 0n ? 1n : 0n;
    case 'memcmp':
      return compareBytes(evaluator, node);
    case 'bswap':
    case 'ntohs':
    case 'htons':
    case 'ntohl':
    case 'htonl':
      return swap(evaluator.value(args[0]!) as bigint, (evaluator.typeOf(node) as SourceInteger).bits);
    default:
      throw new Refused(`${node.name}() is not evaluated`);
  }
}

function onKey(evaluator: Evaluator, { name, args }: Call): bigint {
  const [first, ...rest] = args;
  if (first?.kind !== 'map-access') throw new Refused('no map');
  const key = keyText(evaluator.key(rest.length === 0 ? first : { ...first, keys: rest }));
  const map = evaluator.map(first.name);
  return (name === 'has_key' ? map.has(key) : map.delete(key)) ? 1n : 0n;
}

/** Sets the variable when the key is there. One that is new starts as zeros, in each turn of a loop. */
function find(evaluator: Evaluator, { args }: Call): bigint {
  const [map, key, variable] = args;
  if (map?.kind !== 'map-access' || variable?.kind !== 'variable') throw new Refused('find()');
  const found = evaluator.map(map.name).get(keyText(evaluator.key({ ...map, keys: [key!] })));
  const slot = evaluator.typing.slot(variable);
  if (found === undefined) {
    if (slot.declaration === variable) evaluator.setVariable(variable, zeroOf(slot.type));
    return 0n;
  }
  const { value: from } = evaluator.typing.map(map.name);
  evaluator.setVariable(variable, convertValue(found.value as SourceValue, from, slot.type));
  return 1n;
}

function length(evaluator: Evaluator, { args }: Call): bigint {
  const [first] = args;
  if (first?.kind === 'map-access' && first.keys === undefined) return BigInt(evaluator.map(first.name).size);
  const value = evaluator.value(first!) as string | readonly SourceValue[];
  return BigInt(value.length);
}

/** str() of a text: of a literal so many characters; else the limit counts the NUL too, where it is within the text. */
function beginning(evaluator: Evaluator, { args }: Call, text: string, size: number): string {
  const [source, limit] = args;
  if (limit === undefined) return text;
  const most = BigInt.asUintN(64, evaluator.value(limit) as bigint);
  if (isLiteralText(evaluator, source!) && limit.kind === 'integer-literal')
    return text.slice(0, Number(most));
  if (evaluator.typing.constants.has(limit) && most >= BigInt(size)) return text;
  const bytes = most > BigInt(size) ? size : Number(most);
  return text.slice(0, Math.max(0, bytes - 1));
}

/** A literal, or one in str() with a limit that is known. */
function isLiteralText(evaluator: Evaluator, node: Expression): boolean {
  if (node.kind !== 'call' || node.name !== 'str') return node.kind === 'string-literal';
  const [source, limit] = node.args;
  const known = limit === undefined || evaluator.typing.constants.has(limit);
  return known && isLiteralText(evaluator, source!);
}

/** Up to a NUL, or to a limit which counts the NUL; without a limit the text may fill all of its type. */
function readText(evaluator: Evaluator, node: Call): SourceValue {
  const [source, limit] = node.args;
  const from = evaluator.typeOf(source!);
  const value = evaluator.value(source!);
  if (from.kind === 'string') return beginning(evaluator, node, value as string, from.size);
  if (from.kind !== 'pointer' && from.kind !== 'integer') throw new Refused(`str() of ${from.kind}`);
  const { size } = evaluator.typeOf(node) as SourceType & { kind: 'string' };
  const most = limit === undefined ? BigInt(size) : BigInt.asUintN(64, evaluator.value(limit) as bigint);
  const isFree = limit === undefined || (evaluator.typing.constants.has(limit) && most >= BigInt(size));
  const bytes = isFree || most > BigInt(size) ? size : Number(most);
  const space = from.space === 'user' ? 'user' : 'kernel';
  const text = evaluator.memory.readText(BigInt.asUintN(64, value as bigint), bytes, space);
  return isFree ? text : text.slice(0, Math.max(0, bytes - 1));
}

/** Cut to what the result can hold. */
function concatenate(evaluator: Evaluator, node: Call): string {
  const [a, b] = node.args.map(arg => evaluator.value(arg) as string);
  const type = evaluator.typeOf(node) as SourceType & { kind: 'string' };
  return `${a}${b}`.slice(0, type.size);
}

function compareTexts(evaluator: Evaluator, { args }: Call): bigint {
  const [a, b] = args.slice(0, 2).map(arg => evaluator.value(arg) as string);
  const count = Number(evaluator.typing.constants.get(args[2]!));
  return firstBytes(a!, count) === firstBytes(b!, count) ? 0n : 1n;
}

/** Where the second text begins in the first; -2 when it is not there. */
function search(evaluator: Evaluator, { args }: Call): bigint {
  const [text, part] = args.map(arg => evaluator.value(arg) as string);
  const at = text!.indexOf(part!);
  return at < 0 ? -2n : BigInt(at);
}

/** Of texts: the bytes that they take, zeros after the text. */
function compareBytes(evaluator: Evaluator, { args }: Call): bigint {
  const [a, b, count] = args.map(arg => evaluator.value(arg));
  const sizes = args.slice(0, 2).map(arg => {
    const type = evaluator.typeOf(arg);
    if (type.kind !== 'string') throw new Refused(`memcmp() of ${type.kind}`);
    return type.size;
  });
  const most = BigInt.asUintN(64, count as bigint);
  const size = Math.min(...sizes, most > 4096n ? 4096 : Number(most));
  const [left, right] = [firstBytes(a as string, size), firstBytes(b as string, size)];
  for (let i = 0; i < size; i++) {
    const difference = left.charCodeAt(i) - right.charCodeAt(i);
    if (difference !== 0) return BigInt(difference);
  }
  return 0n;
}

/** The bytes in reverse. */
function swap(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let at = 0; at < bits; at += 8) result = (result << 8n) | ((value >> BigInt(at)) & 0xffn);
  return result;
}
