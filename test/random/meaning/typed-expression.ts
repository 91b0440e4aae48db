// Types of expressions, and the values of those that are made of literals alone.
import type { Expression } from '../../../src/compiler/syntax/ast.js';
import { calculate, compareIntegers, isComparison } from './arithmetic.js';
import { arithmeticType, operandType, stepType } from './operand.js';
import {
  BOOL,
  integerOf,
  join,
  literalType,
  Refused,
  type SourceField,
  type SourceTuple,
  type SourceType,
  sizeInMemory,
  target,
  UNKNOWN,
} from './type.js';
import { typeOfCall } from './typed-call.js';
import { type Node, readType, type Typed, type Typing } from './typing.js';

export function inferType(typing: Typing, node: Expression): Typed {
  switch (node.kind) {
    case 'integer-literal':
      return literal(node.value);
    case 'boolean-literal':
      return truth(node.value);
    case 'string-literal':
      return { type: { kind: 'string', size: node.bytes.length + 1 } };
    case 'identifier': {
      const found = typing.definitions.enumerators.get(node.name);
      if (found === undefined) throw new Refused(node.name);
      return { type: found.type };
    }
    case 'variable':
      return { type: typing.slot(node).type };
    case 'map-access':
      return { type: readType(typing.access(node).value) };
    case 'unary':
      return unary(typing, node);
    case 'update':
      return update(typing, node);
    case 'binary':
      return binary(typing, node);
    case 'ternary':
      return choice(typing, node.condition, node.then ?? node.condition, node.else);
    case 'if-expression':
      return choice(typing, node.condition, node.then, node.else);
    case 'block-expression': {
      typing.statements(node.statements);
      const value = typing.expression(node.value);
      // Without statements it is what it holds.
      return node.statements.length === 0 ? value : { type: value.type };
    }
    case 'cast':
      return cast(typing, node);
    case 'tuple':
      return { type: tupleOf(node.elements.map(e => typing.expression(e).type)) };
    case 'record': {
      const names = node.fields.map(f => f.name);
      return {
        type: tupleOf(
          node.fields.map(f => typing.expression(f.value).type),
          names,
        ),
      };
    }
    case 'member':
      return { type: memberType(typing.expression(node.object).type, node.name) };
    case 'index':
      return indexed(typing, node);
    case 'call':
      return typeOfCall(typing, node);
    case 'sizeof': {
      const type = node.of.kind === 'type-name' ? typing.named(node.of) : typing.expression(node.of).type;
      return type.kind === 'unknown' ? { type } : literal(BigInt(sizeInMemory(type)));
    }
    default:
      throw new Refused(`${node.kind} is not evaluated`);
  }
}

function tupleOf(items: readonly SourceType[], names?: readonly string[]): SourceType {
  if (items.some(item => item.kind === 'unknown')) return UNKNOWN;
  if (items.some(item => item.kind === 'void')) throw new Refused('nothing as a member');
  return names === undefined ? { kind: 'tuple', items } : { kind: 'tuple', items, names };
}

export function truth(value: boolean): Typed {
  return { type: BOOL, constant: value ? 1n : 0n };
}

export function literal(value: bigint): Typed {
  if (value < -(1n << 63n) || value >= 1n << 64n) throw new Refused(`${value} is out of range`);
  return { type: literalType(value), constant: value };
}

function foldLiterals(operator: string, a: bigint, b: bigint): Typed {
  if ((operator === '/' || operator === '%') && b === 0n) throw new Refused('constant division by zero');
  if (operator === '<<' || operator === '>>') {
    if (b < 0n || b > 63n) throw new Refused('constant shift out of range');
  }
  const exact = calculate(operator, a, b);
  if (operator !== '<<') return literal(exact);
  return literal(a < 0n ? BigInt.asIntN(64, exact) : BigInt.asUintN(64, exact));
}

function unary(typing: Typing, node: Node<'unary'>): Typed {
  const { operator } = node;
  if (operator === '&') throw new Refused('address');
  const { type, constant } =
    operator === '!' ? typing.condition(node.operand) : typing.expression(node.operand);
  if (type.kind === 'unknown') return { type };
  if (operator === '!') return constant === undefined ? { type: BOOL } : truth(constant === 0n);
  if (operator === '*') {
    if (type.kind !== 'pointer') throw new Refused(`* on ${type.kind}`);
    return { type: target(type) };
  }
  if (type.kind !== 'integer') throw new Refused(`${operator} on ${type.kind}`);
  if (constant !== undefined && operator === '-') return literal(-constant);
  if (constant !== undefined) return literal(constant >= 0n ? BigInt.asUintN(64, ~constant) : ~constant);
  return { type: integerOf(64, type.signed) };
}

function update(typing: Typing, node: Node<'update'>): Typed {
  const { target: place, operator } = node;
  if (place.kind === 'variable') {
    typing.learnVariable(place, stepType(operator, typing.expression(place).type));
    return { type: typing.slot(place).type };
  }
  typing.learnMap(place, stepType(operator, typing.access(place).value));
  return { type: typing.map(place.name).value };
}

function binary(typing: Typing, node: Node<'binary'>): Typed {
  const { operator } = node;
  if (operator === '&&' || operator === '||') {
    const left = typing.condition(node.left);
    const right = typing.condition(node.right);
    if (left.constant === undefined || right.constant === undefined) return { type: BOOL };
    const [a, b] = [left.constant !== 0n, right.constant !== 0n];
    return truth(operator === '&&' ? a && b : a || b);
  }
  const left = typing.expression(node.left);
  const right = typing.expression(node.right);
  if (left.type.kind === 'unknown' || right.type.kind === 'unknown') return { type: UNKNOWN };
  if (operator === 'in') {
    if (node.right.kind !== 'string-literal') throw new Refused('in without a list');
    operandType(left.type);
    return { type: BOOL };
  }
  const isPointer = left.type.kind === 'pointer' || right.type.kind === 'pointer';
  if (isPointer) return { type: pointerResult(operator, left.type, right.type) };
  if (!['integer', 'bool'].includes(left.type.kind)) {
    join(left.type, right.type);
    if (operator !== '==' && operator !== '!=') throw new Refused(`${operator} on ${left.type.kind}`);
    const [x, y] = [literalText(typing, node.left), literalText(typing, node.right)];
    return x !== undefined && y !== undefined ? truth((x === y) === (operator === '==')) : { type: BOOL };
  }
  const a = left.constant;
  const b = right.constant;
  if (a !== undefined && b !== undefined) {
    if (isComparison(operator)) return truth(compareIntegers(operator, a, b));
    if (left.type.kind === 'integer' && right.type.kind === 'integer') return foldLiterals(operator, a, b);
  }
  const [x, y] = [asOperand(typing, node.left, left.type), asOperand(typing, node.right, right.type)];
  if (isComparison(operator)) {
    operandType(x);
    operandType(y);
    return { type: BOOL };
  }
  return { type: arithmeticType(operator, x, y) };
}

/** The bytes of a literal, and of str() of one, which is folded. */
function literalText(typing: Typing, node: Expression): string | undefined {
  if (node.kind === 'string-literal') return `${node.bytes}`;
  if (node.kind !== 'call' || node.name !== 'str') return undefined;
  const text = literalText(typing, node.args[0]!);
  const most = node.args[1] === undefined ? undefined : typing.expression(node.args[1]).constant;
  if (text === undefined || (node.args[1] !== undefined && most === undefined)) return undefined;
  return most === undefined ? text : text.split(',').slice(0, Number(most)).join(',');
}

/** The name of an enumerator counts as the literal it stands for. */
export function asOperand(typing: Typing, node: Expression, type: SourceType): SourceType {
  const named = node.kind === 'identifier' ? typing.definitions.enumerators.get(node.name) : undefined;
  return named === undefined ? type : literalType(named.value);
}

function pointerResult(operator: string, left: SourceType, right: SourceType): SourceType {
  const both = left.kind === 'pointer' && right.kind === 'pointer';
  if (isComparison(operator)) {
    for (const type of [left, right]) if (type.kind !== 'pointer') operandType(type);
    return BOOL;
  }
  const steps = operator === '+' || (operator === '-' && left.kind === 'pointer');
  if (!steps || both) throw new Refused(`${operator} on pointers`);
  operandType(left.kind === 'pointer' ? right : left);
  return left.kind === 'pointer' ? left : right;
}

function choice(typing: Typing, condition: Expression, then: Expression, otherwise: Expression): Typed {
  const test = typing.condition(condition);
  const first = then === condition ? test : typing.expression(then);
  const second = typing.expression(otherwise);
  if ([test, first, second].some(each => each.type.kind === 'unknown')) return { type: UNKNOWN };
  const all = [test, first, second].every(each => each.constant !== undefined);
  const type = join(first.type, second.type);
  if (!all) return { type };
  return test.constant === 0n ? second : first;
}

function cast(typing: Typing, node: Node<'cast'>): Typed {
  const { type, constant } = typing.expression(node.operand);
  const named = typing.named(node.type);
  if (type.kind === 'unknown') return { type };
  if (named.kind === 'bool' && constant !== undefined) return truth(constant !== 0n);
  const number = type.kind === 'integer' || type.kind === 'bool';
  switch (named.kind) {
    case 'integer':
    case 'bool':
      if (number || type.kind === 'pointer') return { type: named };
      if (type.kind === 'array' && named.kind === 'integer' && sizeInMemory(type) <= 8)
        return { type: named };
      break;
    case 'pointer':
      if (type.kind === 'pointer') return { type: { ...named, space: type.space } };
      if (number)
        return {
          type: type.kind === 'integer' && type.space === 'user' ? { ...named, space: 'user' } : named,
        };
      break;
    case 'array': {
      const from = number || type.kind === 'array' ? sizeInMemory(type) : 0;
      const count = named.count === 0 ? Math.floor(from / sizeInMemory(named.of)) : named.count;
      if (type.kind === 'integer' && count * sizeInMemory(named.of) <= 8)
        return { type: { ...named, count } };
      if (type.kind === 'array' && count * sizeInMemory(named.of) === from)
        return { type: { ...named, count } };
      break;
    }
    case 'string':
      if (type.kind === 'string' && type.size <= named.size) return { type: named };
      break;
  }
  throw new Refused(`cast of ${type.kind} to ${named.kind}`);
}

/** Where a member of a tuple, record or struct is; a pointer to a struct is followed. */
export function memberType(type: SourceType, name: string): SourceType {
  switch (type.kind) {
    case 'unknown':
      return type;
    case 'tuple':
      return type.items[memberIndex(type, name)]!;
    case 'struct':
      return fieldOf(type, name).type;
    case 'pointer': {
      // Where it leads is memory of the same kind.
      const member = memberType(target(type), name);
      return member.kind === 'pointer' ? { ...member, space: type.space } : member;
    }
    default:
      throw new Refused(`member of ${type.kind}`);
  }
}

export function memberIndex(type: SourceTuple, name: string): number {
  const named = type.names?.indexOf(name) ?? -1;
  const index = named >= 0 ? named : /^\d+$/.test(name) ? Number(name) : -1;
  if (index < 0 || index >= type.items.length) throw new Refused(`no member ${name}`);
  return index;
}

export function fieldOf(type: SourceType & { kind: 'struct' }, name: string): SourceField {
  const field = type.fields.find(each => each.name === name);
  if (field === undefined) throw new Refused(`no field ${name}`);
  return field;
}

function indexed(typing: Typing, node: Node<'index'>): Typed {
  const { type } = typing.expression(node.object);
  const index = typing.expression(node.index);
  if (type.kind === 'unknown' || index.type.kind === 'unknown') return { type: UNKNOWN };
  operandType(index.type);
  const { constant } = index;
  const within = (count: number) => {
    if (constant !== undefined && (constant < 0n || constant >= BigInt(count)))
      throw new Refused('index out of range');
  };
  switch (type.kind) {
    case 'tuple':
      if (constant === undefined) throw new Refused('a tuple by number');
      return { type: memberType(type, `${constant}`) };
    case 'array':
      within(type.count);
      return { type: type.of };
    case 'string':
      within(type.size);
      return { type: integerOf(8, true) };
    case 'pointer':
      return { type: target(type) };
    default:
      throw new Refused(`index of ${type.kind}`);
  }
}
