// Values of expressions.
import type { Expression } from '../../../src/compiler/syntax/ast.js';
import { Aggregate, readAggregate } from './aggregate.js';
import { apply, compareIntegers, isComparison } from './arithmetic.js';
import { evaluateCall } from './evaluate-call.js';
import { type Evaluator, keyText } from './evaluator.js';
import { arithmeticType, operandType } from './operand.js';
import { readBits } from './struct.js';
import {
  BOOL,
  integerOf,
  join,
  joinIntegers,
  Refused,
  type SourceInteger,
  type SourceType,
  sizeInMemory,
  target,
  UINT64,
  wrap,
} from './type.js';
import { asOperand, fieldOf, memberIndex } from './typed-expression.js';
import type { Node } from './typing.js';
import { castValue, convertValue, equalValues, readMemory, type SourceValue, zeroOf } from './value.js';

export function evaluateExpression(evaluator: Evaluator, node: Expression): SourceValue {
  switch (node.kind) {
    case 'string-literal':
      return String.fromCharCode(...node.bytes);
    case 'identifier':
      return evaluator.typing.definitions.enumerators.get(node.name)!.value;
    case 'variable':
      return evaluator.variable(node);
    case 'map-access':
      return readMap(evaluator, node);
    case 'unary':
      return unary(evaluator, node);
    case 'update': {
      const place = evaluator.place(node.target);
      const before = place.get() as bigint;
      place.set(convertValue(before + (node.operator === '++' ? 1n : -1n), UINT64, place.type));
      return node.prefix ? place.get() : before;
    }
    case 'binary':
      return binary(evaluator, node);
    case 'ternary': {
      if (node.then !== undefined) return choose(evaluator, node, node.condition, node.then, node.else);
      // The condition is the value, when it is not 0; it is evaluated twice.
      return choose(evaluator, node, node.condition, node.condition, node.else);
    }
    case 'if-expression':
      return choose(evaluator, node, node.condition, node.then, node.else);
    case 'block-expression':
      for (const statement of node.statements) evaluator.statement(statement);
      return evaluator.value(node.value);
    case 'cast':
      return castValue(evaluator.value(node.operand), evaluator.typeOf(node.operand), evaluator.typeOf(node));
    case 'tuple':
      return node.elements.map(e => evaluator.value(e));
    case 'record':
      return node.fields.map(f => evaluator.value(f.value));
    case 'member':
      return member(evaluator, node);
    case 'index':
      return indexed(evaluator, node);
    case 'call':
      return evaluateCall(evaluator, node);
    default:
      throw new Refused(`${node.kind} is not evaluated`);
  }
}

function readMap(evaluator: Evaluator, node: Node<'map-access'>): SourceValue {
  const { value: type } = evaluator.typing.map(node.name);
  const found = evaluator.map(node.name).get(keyText(evaluator.key(node)))?.value;
  if (type.kind === 'aggregate')
    return readAggregate(type, (found as Aggregate | undefined) ?? new Aggregate());
  return (found as SourceValue | undefined) ?? zeroOf(type);
}

function unary(evaluator: Evaluator, node: Node<'unary'>): SourceValue {
  const operand = evaluator.value(node.operand) as bigint;
  if (node.operator === '!') return operand === 0n ? 1n : 0n;
  const type = evaluator.typeOf(node.operand);
  if (type.kind === 'pointer') return readAt(evaluator, operand, target(type), type.space);
  const result = node.operator === '-' ? -operand : ~operand;
  return wrap(result, (type as SourceInteger).signed ? integerOf(64, true) : (type as SourceInteger)); // unsigned ones keep their width
}

function choose(
  evaluator: Evaluator,
  node: Expression,
  condition: Expression,
  then: Expression,
  otherwise: Expression,
): SourceValue {
  const arm = evaluator.isTrue(condition) ? then : otherwise;
  return convertValue(evaluator.value(arm), evaluator.typeOf(arm), evaluator.typeOf(node));
}

function binary(evaluator: Evaluator, node: Node<'binary'>): SourceValue {
  const { operator, left, right } = node;
  if (operator === '&&') return evaluator.isTrue(left) && evaluator.isTrue(right) ? 1n : 0n;
  if (operator === '||') return evaluator.isTrue(left) || evaluator.isTrue(right) ? 1n : 0n;
  const leftType = evaluator.typeOf(left);
  const x = evaluator.value(left);
  if (operator === 'in') return isListed(x as bigint, right) ? 1n : 0n;
  const rightType = evaluator.typeOf(right);
  const y = evaluator.value(right);
  if (leftType.kind === 'pointer' || rightType.kind === 'pointer') {
    return onPointers(operator, x as bigint, leftType, y as bigint, rightType);
  }
  if (leftType.kind === 'string' && rightType.kind === 'string') {
    // The first bytes that both can hold; zeros follow the text.
    const size = Math.min(leftType.size, rightType.size);
    return (firstBytes(x as string, size) === firstBytes(y as string, size)) === (operator === '==')
      ? 1n
      : 0n;
  }
  if (leftType.kind !== 'integer' && leftType.kind !== 'bool') {
    join(leftType, rightType);
    return equalValues(x, leftType, y, rightType) === (operator === '==') ? 1n : 0n;
  }
  const a = asOperand(evaluator.typing, left, leftType);
  const b = asOperand(evaluator.typing, right, rightType);
  if (isComparison(operator)) {
    const type = joinIntegers(operandType(a), operandType(b));
    const compared = convertValue(x, a, type) as bigint;
    return compareIntegers(operator, compared, convertValue(y, b, type) as bigint) ? 1n : 0n;
  }
  const result = arithmeticType(operator, a, b);
  const type = result === BOOL ? integerOf(8, false) : (result as SourceInteger);
  return apply(
    operator,
    convertValue(x, a, type) as bigint,
    convertValue(y, b, type) as bigint,
    type,
    evaluator.dialect,
  );
}

export function firstBytes(text: string, size: number): string {
  return text.slice(0, size).padEnd(size, '\0');
}

/** `x in "1,4-7"` */
function isListed(value: bigint, list: Expression): boolean {
  if (list.kind !== 'string-literal') throw new Refused('in without a list');
  return String.fromCharCode(...list.bytes)
    .split(',')
    .some(item => {
      const range = /^(-?\d+)(?:-(\d+))?$/.exec(item.trim());
      if (range === null) throw new Refused(`list ${item}`);
      return BigInt(range[1]!) <= value && value <= BigInt(range[2] ?? range[1]!);
    });
}

function onPointers(operator: string, x: bigint, left: SourceType, y: bigint, right: SourceType): bigint {
  if (isComparison(operator)) {
    return compareIntegers(operator, BigInt.asUintN(64, x), BigInt.asUintN(64, y)) ? 1n : 0n;
  }
  const [pointer, at, steps] = left.kind === 'pointer' ? [left, x, y] : [right, y, x];
  const to = target(pointer as SourceType & { kind: 'pointer' });
  const size = to.kind === 'void' ? 1n : BigInt(sizeInMemory(to));
  return BigInt.asUintN(64, operator === '+' ? at + steps * size : at - steps * size);
}

/** What an address leads to: zeros where nothing can be read. */
export function readAt(
  evaluator: Evaluator,
  address: bigint,
  type: SourceType,
  space: 'kernel' | 'user',
): SourceValue {
  if (type.kind === 'void') throw new Refused('nothing to read');
  const bytes = evaluator.memory.read(address, sizeInMemory(type), space);
  return bytes === undefined ? zeroOf(type) : readMemory(bytes, 0, type);
}

function member(evaluator: Evaluator, node: Node<'member'>): SourceValue {
  const type = evaluator.typeOf(node.object);
  const object = evaluator.value(node.object);
  if (type.kind === 'tuple') return (object as readonly SourceValue[])[memberIndex(type, node.name)]!;
  if (type.kind === 'pointer') {
    const struct = target(type);
    if (struct.kind !== 'struct') throw new Refused('member of no struct');
    const field = fieldOf(struct, node.name);
    if (field.bits === undefined) {
      return readAt(
        evaluator,
        BigInt.asUintN(64, (object as bigint) + BigInt(field.offset)),
        field.type,
        type.space,
      );
    }
    const whole = readAt(evaluator, object as bigint, struct, type.space) as Uint8Array;
    return readBits(whole, field);
  }
  if (type.kind !== 'struct') throw new Refused(`member of ${type.kind}`);
  const field = fieldOf(type, node.name);
  const bytes = object as Uint8Array;
  return field.bits === undefined ? readMemory(bytes, field.offset, field.type) : readBits(bytes, field);
}

function indexed(evaluator: Evaluator, node: Node<'index'>): SourceValue {
  const type = evaluator.typeOf(node.object);
  const object = evaluator.value(node.object);
  const indexType = evaluator.typeOf(node.index);
  const index = convertValue(evaluator.value(node.index), indexType, UINT64) as bigint;
  // An index beyond the end gives the last element.
  const within = (count: number) => (index < BigInt(count) ? Number(index) : count - 1);
  switch (type.kind) {
    case 'tuple':
      return (object as readonly SourceValue[])[Number(index)]!;
    case 'array':
      return (object as readonly SourceValue[])[within(type.count)]!;
    case 'string':
      return BigInt.asIntN(8, BigInt(firstBytes(object as string, type.size).charCodeAt(within(type.size))));
    case 'pointer': {
      const to = target(type);
      const address = BigInt.asUintN(64, (object as bigint) + index * BigInt(sizeInMemory(to)));
      return readAt(evaluator, address, to, type.space);
    }
    default:
      throw new Refused(`index of ${type.kind}`);
  }
}
